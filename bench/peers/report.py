"""What was measured on one model, as a table and as JSON."""

import statistics

OURS = "ours"


def lowest(ratios):
    """Of each key the lowest ratio of all models."""
    keys = [key for model in ratios for key in model]
    return {key: min(model[key] for model in ratios if key in model) for key in dict.fromkeys(keys)}


class Figures:
    """Rows per minute of every turn, by engine; ours are `ours-savings-on` and `ours-savings-off`."""

    def __init__(self, model):
        self.model = model
        self.speeds, self.rows, self.settings, self.raw, self.not_run = {}, {}, {}, {}, {}

    def asked(self, requests):
        self.requests = {
            "rows": len(requests),
            "prompt_tokens": sum(len(each["prompt"]) for each in requests),
            "answer_tokens": sum(each["new_tokens"] for each in requests),
        }

    def ours(self, measured):
        for each in measured["passes"]:
            self.add(f"ours-savings-{each['savings']}", each["rows_per_minute"], each["rows"])

    def ours_raw(self, measured):
        """The model alone: `raw` of `bench throughput --json`, in the form of the other engines."""
        speeds = {"decode": {}}
        for each in measured["raw"]:
            if each["phase"] == "prefill":
                speeds["prefill"] = each["tokens_per_second"]
            else:
                speeds["decode"][str(each["sequences"])] = each["tokens_per_second"]
        self.raw[OURS] = speeds

    def peer(self, name, done):
        self.add(name, 60 * done["rows"] / done["seconds"], done["rows"])

    def add(self, name, speed, rows):
        self.speeds.setdefault(name, []).append(speed)
        self.rows.setdefault(name, []).append(rows)

    def failed(self, name, reason):
        self.not_run[name] = reason
        for measured in (self.speeds, self.rows, self.settings):
            measured.pop(name, None)

    def medians(self):
        return {name: statistics.median(turns) for name, turns in self.speeds.items()}

    def ratios(self, savings):
        """Our rows per minute by each other engine's."""
        medians = self.medians()
        return {name: medians[f"ours-savings-{savings}"] / speed
                for name, speed in medians.items() if not name.startswith("ours")}

    def table(self):
        on, off = self.ratios("on"), self.ratios("off")
        print(f"\n{self.model}: {self.requests['rows']} rows, {self.requests['prompt_tokens']} tokens of prompts, "
              f"{self.requests['answer_tokens']} of answers\n")
        print(f"{'engine':24} {'rows/min':>9} {'rows':>7} {'ours is':>9} {'savings off':>12}")
        for name, speed in self.medians().items():
            ratios = f"{on[name]:8.2f}x {off[name]:11.2f}x" if name in on else " " * 22
            rows = "+".join(str(count) for count in self.rows[name])
            print(f"{name:24} {speed:9.2f} {rows:>7} {ratios}  {self.settings.get(name, '')}")
        for name, reason in self.not_run.items():
            print(f"{name:24} not run: {reason}")
        self.raw_table()

    def raw_ratios(self):
        """Our raw speeds by those of each other engine."""
        mine = self.raw.get(OURS)
        if mine is None:
            return {}
        return {name: {"prefill": mine["prefill"] / raw["prefill"],
                       "decode": {size: mine["decode"][size] / speed for size, speed in raw["decode"].items()
                                  if size in mine["decode"]}}
                for name, raw in self.raw.items() if name != OURS}

    def raw_table(self):
        sizes = sorted({size for raw in self.raw.values() for size in raw["decode"]}, key=int)
        print(f"\n{'raw tokens/s':24} {'prefill':>9} " + " ".join(f"{'decode ' + size:>10}" for size in sizes))
        for name, raw in self.raw.items():
            print(raw_line(name, raw, sizes, "{:.1f}"))
        for name, ratios in self.raw_ratios().items():
            print(raw_line(f"ours by {name}", ratios, sizes, "{:.2f}x"))
        print(flush=True)

    def json(self):
        medians = self.medians()
        return {
            "requests": self.requests,
            "ratios": self.ratios("on"),
            "ratios_savings_off": self.ratios("off"),
            "savings_on_to_off": medians["ours-savings-on"] / medians["ours-savings-off"],
            "rows_per_minute": self.speeds,
            "rows_measured": self.rows,
            "settings": {name: str(setting) for name, setting in self.settings.items()},
            "raw": self.raw,
            "raw_ratios": self.raw_ratios(),
            "not_run": self.not_run,
        }


def raw_line(name, raw, sizes, form):
    speeds = (form.format(raw["decode"][size]) if size in raw["decode"] else "" for size in sizes)
    return f"{name:24} {form.format(raw['prefill']):>9} " + " ".join(f"{speed:>10}" for speed in speeds)
