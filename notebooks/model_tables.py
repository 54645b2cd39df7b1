"""What the notebook `models` shows: the tables that `bin/bench models` wrote, models side by side.

    python notebooks/model_tables.py FOLDER     says whether the notebook can read it
"""

import sys
from pathlib import Path

import pandas as pd
from matplotlib.ticker import PercentFormatter

import audit_tables as audit

USED = [
    "model", "run_id", "status", "error", "attention", "placement", "device", "precision", "tokens", "tokens_per_second",
    "seconds", "model_bytes", "free_bytes", "peak_bytes", "load_seconds", "first_token_seconds",
    "prefill_tokens_per_second", "decode_tokens_per_second", "batch", "gpu_percent", "answers", "complete", "with_code",
    "syntax_checked", "syntax_ok", "checked", "check_ok", "judge_score", "cost", "notes",
]
SECONDS = {"reading prompts": audit.PROMPTS, "writing answers": audit.ANSWERS, "neither": audit.SPENT["neither"]}


def open_folder(folder=None):
    """The tables of a folder; without one the environment says which: CODE_AUDIT_OUT."""
    named = folder or audit.setting("CODE_AUDIT_OUT") or "../code-audit-models"
    place = Path(named).resolve()
    if not place.is_dir():
        raise audit.AuditTablesError(
            f"There is no folder {place}. Name the folder that `bin/bench models --out` has filled in CODE_AUDIT_OUT."
        )
    return Models(audit.DuckDbEngine(place), place)


class Models:
    """The models of a folder, and figures of them; the fastest first, those that were not run last."""

    def __init__(self, engine, place):
        self.engine = engine
        for table in ("models", "generations"):
            columns = engine.read(table)
            if columns is None:
                raise audit.AuditTablesError(f"{place} has no table {table}. `bin/bench models` writes it.")
            missing = [column for column in USED if column not in columns] if table == "models" else []
            if missing:
                raise audit.AuditTablesError(f"The table models of {place} has no column {', '.join(missing)}.")
        self.models = engine.query("select * from read_models order by tokens_per_second desc nulls last, model")
        self.notes = [f"{row.model} was not measured whole: {row.error}" for row in self.models.itertuples()
                      if isinstance(row.error, str)]

    def matrix(self):
        """The columns by which people choose."""
        m = self.models
        return pd.DataFrame({
            "model": m["model"], "attention": m["attention"],
            "placement": m["placement"].str.cat(m["precision"], ", ").where(m["placement"].notna()),
            "tokens": m["tokens"].astype(float), "tok/s": m["tokens_per_second"].astype(float),
            "time": m["seconds"].astype(float), "model GB": m["model_bytes"].astype(float) / 1e9,
            "free GB": m["free_bytes"].astype(float) / 1e9, "peak GB": m["peak_bytes"].astype(float) / 1e9,
            "load": m["load_seconds"].astype(float), "first token": m["first_token_seconds"].astype(float),
            "prefill tok/s": m["prefill_tokens_per_second"].astype(float),
            "decode tok/s": m["decode_tokens_per_second"].astype(float), "batch": m["batch"].astype(float),
            "GPU %": m["gpu_percent"].astype(float), "cost": m["cost"].astype(float),
        })

    def shares(self):
        """What became of the answers, as shares from 0 to 1; empty where there were none."""
        m = self.models
        number = {name: m[name].astype(float) for name in
                  ("answers", "complete", "with_code", "syntax_ok", "syntax_checked", "check_ok", "checked")}

        def share(part, whole):
            return (number[part] / number[whole]).where(number[whole] > 0)

        return pd.DataFrame({
            "model": m["model"], "tok/s": m["tokens_per_second"].astype(float), "complete": share("complete", "answers"),
            "with code": share("with_code", "answers"), "parses": share("syntax_ok", "syntax_checked"),
            "passes": share("check_ok", "checked"), "score": m["judge_score"].astype(float),
        })

    def languages(self):
        """Answers of each model by the language of their code, and whether it parses."""
        return self.engine.query("""
            select m.model, coalesce(g.code_language, 'no code') as language,
                   case when g.syntax_ok then 'well formed' when not g.syntax_ok then 'not well formed'
                        else 'not checked' end as syntax, count(*) as answers
            from read_generations as g join read_models as m on m.run_id = g.run_id
            where g.status <> 'failed' group by 1, 2, 3 order by 1, 2, 3""")

    def times(self):
        """Where the seconds of each model went."""
        return self.engine.query("""
            select m.model, sum(g.prefill_ns) / 1e9 as prefill, sum(g.decode_ns) / 1e9 as decode,
                   greatest(max(m.seconds) - sum(g.prefill_ns + g.decode_ns) / 1e9, 0) as neither
            from read_generations as g join read_models as m on m.run_id = g.run_id
            where g.status <> 'failed' group by m.model order by max(m.tokens_per_second) desc, m.model""")


def draw_speed_and_quality(models):
    title = "Speed and quality"
    known = models.shares().dropna(subset=["tok/s", "parses"])
    if known.empty:
        return audit.nothing(title)
    figure, axes = audit.picture(4)
    axes.scatter(known["tok/s"], known["parses"], s=70, color=audit.ANSWERS)
    axes.scatter(known["tok/s"], known["parses"] * known["complete"], s=40, facecolors="white",
                 edgecolors=audit.ANSWERS, label="of them complete")
    for row in known.itertuples():
        axes.annotate(audit.shortened(row.model, 34), (row[2], row.parses), xytext=(6, 6), textcoords="offset points",
                      color=audit.GREY)
    axes.set(title=title, xlabel="tokens a second", ylabel="code that parses", ylim=(-0.05, 1.12),
             xlim=(0, known["tok/s"].max() * 1.35))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.grid()
    return figure


def draw_syntax(models):
    found = models.languages()
    found["place"] = [f"{model}, {language}" for model, language in zip(found["model"], found["language"])]
    return audit.bars(audit.pivot(found, "place", "syntax", "answers"), audit.SYNTAX, "Code by model and language",
                      "answers", sort=False, most=40)


def draw_times(models):
    spent = models.times().set_index("model").astype(float)
    spent.columns = list(SECONDS)
    return audit.bars(spent, SECONDS, "Where the time went", "seconds", sort=False, written=audit.rate)


def show_matrix(models):
    times = ("time", "load", "first token")
    audit.table(models.matrix(), code=("model",), written={name: audit.duration for name in times}
                | {name: audit.rate for name in ("tok/s", "prefill tok/s", "decode tok/s", "cost")} | {"tokens": audit.count})


def show_shares(models):
    shares = models.shares().drop(columns="tok/s")
    audit.table(shares, code=("model",), written={
        name: lambda value: "" if pd.isna(value) else audit.percent(value) for name in shares.columns if name not in ("model", "score")})


def main():
    if len(sys.argv) != 2:
        print(f"usage: {sys.argv[0]} FOLDER", file=sys.stderr)
        return 2
    try:
        models = open_folder(sys.argv[1])
    except audit.AuditTablesError as error:
        print(error, file=sys.stderr)
        return 2
    for note in models.notes:
        print(f"Note: {note}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
