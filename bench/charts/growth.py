#!/usr/bin/env python3
"""Draws what `bin/bench throughput --raw-only --grow --json FILE` measured.

    python3 bench/charts/growth.py growth.json docs/growth.svg

Needs matplotlib (notebooks/requirements.txt). The picture's form follows its name: .svg, .png, .pdf.
"""

import json
import sys

import matplotlib

matplotlib.use("Agg")
# Words stay words in SVG, and the same figures make the same file.
matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "growth", "font.family": "sans-serif"}
from matplotlib import pyplot as plt

# They differ in brightness too, for people who do not tell colours apart.
COLORS = ["#1b3a6b", "#2a7ab0", "#4daf9b", "#e0a52e", "#c8502b", "#7b2d43", "#999999"]


def panel(axes, title, horizontal, ticks):
    axes.set_title(title, loc="left")
    axes.set_xlabel(horizontal)
    axes.set_xscale("log", base=2)
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks], minor=False)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.grid(color="#dddddd")
    axes.spines[["top", "right"]].set_visible(False)


def draw(report, target):
    phases = report["growth"]["phases"]
    contexts = sorted({phase["context"] for phase in phases})
    figure, (decode, prefill) = plt.subplots(1, 2, figsize=(10, 4.6), width_ratios=[2, 1], layout="constrained")
    figure.suptitle(
        f"{report['model']}, {report['precision']} ({report['arithmetic']}), {report['device']}, "
        f"{report['processors']} processors: tokens a second"
    )
    sequences = set()
    for color, context in zip(COLORS * len(contexts), contexts):
        line = {
            phase["sequences"]: phase["tokens_per_second"]
            for phase in phases
            if phase["phase"] == "decode" and phase["context"] == context
        }
        if line:
            sequences |= set(line)
            decode.plot(line.keys(), line.values(), "o-", color=color, label=f"context up to {context:,}")
    panel(decode, "decode, tokens/s", "sequences side by side", sorted(sequences))
    decode.legend(frameon=False)
    read = {phase["context"]: phase["tokens_per_second"] for phase in phases if phase["phase"] == "prefill"}
    prefill.plot(read.keys(), read.values(), "o-", color=COLORS[0])
    panel(prefill, "prefill, tokens/s", "context up to, tokens", sorted(read))
    figure.savefig(target, metadata={"Date": None} if target.endswith(".svg") else None)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        draw(json.load(file), sys.argv[2])
