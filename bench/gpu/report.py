"""What the steps found, as JSON and as Markdown."""

import json
import time
from dataclasses import asdict


def wrong(steps):
    """The names of golden checks that did not pass, and of phases that failed."""
    return [found.get("name", found.get("phase")) for step in steps for found in step.findings
            if found["what"] == "failed" or found["what"] == "golden" and not found["passed"]]


def write(folder, device, steps):
    """Replaces both files; each is whole or not there."""
    contents = {"report.json": json.dumps({"device": device, "steps": [asdict(step) for step in steps]}, indent=1),
                "report.md": markdown(device, steps)}
    for name, text in contents.items():
        part = folder / (name + ".part")
        part.write_text(text + "\n")
        part.replace(folder / name)


def markdown(device, steps):
    lines = ["# The decoder on " + ("a GPU" if device.startswith("cuda") else
                                    "the processor (a rehearsal: no figure says anything about a GPU)"), ""]
    lines += machine(steps) + golden(steps)
    for shape in dict.fromkeys(step.shape for step in steps if step.shape):
        lines += figures(shape, [step for step in steps if step.shape == shape])
    if checks := every(steps, "check"):
        lines += ["## audit doctor, through Java", "", *table(["check", "", "", ""], [
            [check["name"], check["status"], check["figure"], check["advice"]] for check in checks]), ""]
    lines += ["## Steps", "", *table(["step", "", "seconds", ""], [
        [step.name, step.status, f"{step.seconds:.1f}", step.reason] for step in steps]), ""]
    if failed := [(step.name, found) for step in steps for found in step.findings if found["what"] == "failed"]:
        lines += ["## Failed", "", *table(["step", "phase", "reason"], [
            [name, found["phase"], found["reason"]] for name, found in failed]), ""]
    return "\n".join(lines)


def table(heads, rows):
    escaped = ([str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows)
    return ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|", *("| " + " | ".join(row) + " |" for row in escaped)]


def every(steps, what):
    return [found for step in steps for found in step.findings if found["what"] == what]


def machine(steps):
    rows = []
    for found in every(steps, "machine"):
        memory = f", {found['memory'] / 2 ** 30:.0f} GiB" if found["memory"] else ""
        rows += [["device", f"{found['device']}: {found['name']}{memory}"],
                 ["PyTorch", f"{found['torch']}, CUDA {found['cuda']}, Python {found['python']}"],
                 ["processors", found["processors"]]]
    rows += [[found["name"], f"{found['value']:,.1f}"] for found in every(steps, "floor")]
    return [time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), "", *table(["machine", ""], rows), ""]


def golden(steps):
    rows = [[found["name"], "ok" if found["passed"] else "**WRONG**", f"{found['largest']:.2g}",
             f"{found['relative']:.2g}", f"{found['bound']:.2g}" + (" relative" if found["bound_is_relative"] else ""),
             f"{found['same_tokens']} of {found['tokens']}", found["at_once"]] for found in every(steps, "golden")]
    return ["## Golden checkpoints", "", "Errors of logits, against those of transformers in 32-bit floats.", "", *table(
        ["checkpoint", "", "largest error", "relative", "allowed", "same tokens", "attention at once"], rows), ""]


def figures(shape, steps):
    """The phases of ours and of transformers beside each other."""
    by_program = {step.program: step.findings for step in steps}
    mine, its = ({phase: row for found in by_program.get(program, []) for phase, row in phases(found)}
                 for program in ("ours", "transformers"))
    rows = []
    for phase in dict.fromkeys([*mine, *its]):
        value, other = mine.get(phase), its.get(phase)
        ratio = f"{value[0] / other[0]:.2f}x" if value and other and phase[1] else ""
        rows.append([phase[0], shown(value), shown(other), ratio])
    lines = [f"## {shape}", "", *table(["", "ours", "transformers", "ours is"], rows), ""]
    return lines + agreement(by_program) + launches(by_program)


def phases(found):
    """Phases of a finding, each a name and whether a ratio is a speed; with its figure and how it is shown."""
    what = found["what"]
    if what == "load":
        speed = found["bytes"] / found["seconds"] / 1e9
        yield ("load, GB/s", True), (speed, f"{speed:.2f} ({found['seconds']:.1f} s)")
    elif what == "decode":
        speed = found["sequences"] / found["step_seconds"]
        yield ((f"decode of {found['sequences']}, tokens/s", True),
               (speed, f"{speed:,.0f} ({1000 * found['step_seconds']:.2f} ms a step)"))
    elif what == "prefill":
        speed = found["tokens"] / found["seconds"]
        yield (f"prefill of {found['tokens']} by {found['step_tokens']}, tokens/s", True), (speed, f"{speed:,.0f}")
    elif what == "memory":
        yield ("peak memory, GB", False), (found["peak"], f"{found['peak'] / 1e9:.1f}")
    elif what == "attention":
        yield ("attention at once", False), (0, found["at_once"])


def shown(row):
    return row[1] if row else ""


def agreement(by_program):
    ids = [found["ids"] for program in ("ours", "transformers") for found in by_program.get(program, [])
           if found["what"] == "best tokens"]
    if len(ids) < 2:
        return []
    same = sum(one == other for one, other in zip(*ids))
    return [f"Both choose the same token after {same} of {len(ids[0])} tokens of a prompt, in bfloat16.", ""]


def launches(by_program):
    rows = []
    for found in by_program.get("ours", []):
        if found["what"] == "launches":
            kernels = found["kernels"] is not None
            rows.append([found["sequences"], found["kernels"] if kernels else "not run", found["copies"] if kernels else "",
                         f"{1000 * found['kernel_seconds']:.2f}" if kernels else "", found["operators"]])
    heads = ["sequences", "kernels a step", "copies", "ms they compute", "operators called"]
    return [*table(heads, rows), ""] if rows else []
