"""What was measured on one model, as a table and as JSON."""

import statistics


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
        if "raw" in measured:
            self.raw["ours"] = measured["raw"]

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

    def raw_table(self):
        sizes = [size for size in ("1", "4", "8", "16")
                 if any(size in raw.get("decode", {}) for raw in self.raw.values())]
        print(f"\n{'raw tokens/s':24} {'prefill':>9} " + " ".join(f"{'decode ' + size:>10}" for size in sizes))
        for name, raw in self.raw.items():
            if isinstance(raw.get("prefill"), (int, float)):
                speeds = (f"{raw['decode'][size]:10.1f}" if size in raw["decode"] else " " * 10 for size in sizes)
                print(f"{name:24} {raw['prefill']:9.1f} {' '.join(speeds)}")
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
            "not_run": self.not_run,
        }
