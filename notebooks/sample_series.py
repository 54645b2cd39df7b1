"""What a run says of the files it saw and of the findings known before, as org.codeaudit.job.series says it.

`make_sample.py` uses it; `Comparison` and `StateRows` there have the same rules over tables.
"""

import re

DECLARATION = re.compile(r"(?!.*\b(if|for|while|switch|catch|try)\b).*\w\(.*[{:]\s*$")
BEGUN = re.compile(r"\s*(public|private|protected|static|def|async|func|function|export)\b.*\(")  # may go on below
COMMENT = re.compile(r"\s*(//|#|\*|/\*)")
BESIDE = 3  # lines around one that stands in no function


def dense(text):
    return re.sub(r"\s+", "", text)


def is_code(line):
    return bool(line.strip()) and not COMMENT.match(line)


def declaration(lines, line):
    """Index of the line that declares what the line, from 1, stands in; None if nothing does."""
    def head(at):
        long = lines[at:at + 4] if BEGUN.match(lines[at]) else lines[at:at + 1]
        end = next((n for n, part in enumerate(long) if part.rstrip().endswith(("{", ":", ";"))), 0)
        return " ".join(long[:end + 1])

    return next((at for at in range(line - 1, -1, -1) if DECLARATION.match(head(at))), None)


def code_around(lines, line):
    """The function around a line, or the lines beside it, without comments and white space."""
    begin = declaration(lines, line)
    if begin is None:
        first, last = max(0, line - 1 - BESIDE), line + BESIDE
    else:
        def indent(text):
            return len(text) - len(text.lstrip())

        first = begin
        inside = (at for at in range(begin + 1, len(lines))
                  if lines[at].strip() and indent(lines[at]) <= indent(lines[begin]))
        last = next(inside, len(lines)) + 1
    return dense("".join(part for part in lines[first:last] if is_code(part)))


def held(known, lines, sha):
    """Fingerprints of the known findings of a file whose code it has as it was; None if none is known."""
    if not known:
        return None
    shas = {}
    for at, line in enumerate(lines, 1):
        shas.setdefault(dense(line), set()).add(sha(lines, at))
    return [one["fingerprint"] for one in known if one["code_sha"] in shas.get(dense(one["quote"].splitlines()[0]), ())]


class States:
    """The findings of a series, as it goes from run to run."""

    def __init__(self):
        self.latest = {}  # the last row of each finding, by repository and identity

    def known(self, repository, path):
        """What is looked for in a file: all that is not fixed."""
        return [row for row in self.latest.values()
                if (row["repository"], row["path"]) == (repository, path) and row["state"] != "fixed"]

    def after(self, run_id, stated_at, coverage, found):
        """Rows of a run.

        coverage  its rows, what is gone among them
        found     rows of `findings` that stand in the files it saw, whichever run wrote them
        """
        files = {(row["repository"], row["path"]): row for row in coverage}
        rows = []
        for repository in sorted({row["repository"] for row in coverage}):
            now = sorted((row for row in found if row["repository"] == repository), key=place)
            before = sorted((row for row in self.latest.values() if row["repository"] == repository), key=place)
            for row in before:
                row["file"] = file_of(row, files.get((repository, row["path"])))
            rows += self.compare(run_id, stated_at, now, before)
        for row in rows:
            self.latest[row["repository"], row["identity"]] = row
        return rows

    def compare(self, run_id, stated_at, now, known):
        def left(one):
            return one["state"] != "fixed" and one["file"] in ("changed", "gone")

        def code(one, place):
            return one[place], one["category"], dense(one["quote"])

        pairs, paired = {}, set()
        for which, likeness in (
            (lambda one: True, lambda one: (one["path"], one["fingerprint"])),
            (lambda one: left(one) or one["state"] == "fixed", lambda one: code(one, "path")),
            (left, lambda one: (one["path"], one["fingerprint_loose"])),
            (left, lambda one: code(one, "fingerprint_loose")),
            (lambda one: left(one) and one["file"] == "gone", lambda one: one["fingerprint_loose"]),
        ):
            for row in now:
                alike = next((one for one in known if one["identity"] not in paired and which(one)
                              and likeness(one) == likeness(row)), None)
                if row["finding_id"] not in pairs and alike:
                    pairs[row["finding_id"]] = alike
                    paired.add(alike["identity"])
        last = max((one["run_id"] for one in known), default=None)
        shared = dict(run_id=run_id, stated_at=stated_at, compared_with=last, schema_version=1)
        names = {one["identity"] for one in known}
        rows = []
        for row in now:
            was = pairs.get(row["finding_id"])
            state = state_of(row, was)
            if was is None and row["fingerprint"] in names:
                raise ValueError(f"two places share a fingerprint: {row['path']}")
            names.add(row["fingerprint"])
            rows.append(dict(
                row, **shared, state=state, identity=was["identity"] if was else row["fingerprint"],
                first_run=was["first_run"] if was else run_id,
                first_seen_at=was["first_seen_at"] if was else stated_at,
                moved_from=was["path"] if state == "moved" else None))
        for one in known:
            state = end_of(one)
            if one["identity"] not in paired and state:
                rows.append(dict(one, **shared, state=state, moved_from=None))
        return rows


def place(row):
    return row["path"], row["line_start"] or 0, row["fingerprint"]


def file_of(row, seen):
    if seen is None:
        return None
    if seen["outcome"] in ("skipped", "failed"):
        return "unread"
    if seen["outcome"] == "gone":
        return "gone"
    return "holds" if row["fingerprint"] in (seen["held_code"] or ()) else "changed"


def state_of(row, was):
    if was is None:
        return "new"
    if was["state"] == "fixed":
        return "reopened"
    same = row["path"] == was["path"] and (
        row["fingerprint"] == was["fingerprint"] or row["fingerprint_loose"] == was["fingerprint_loose"])
    return "existing" if same else "moved"


def end_of(one):
    """What is said of one that was not found, None if nothing new can be."""
    if one["state"] == "fixed" or one["file"] in (None, "unread"):
        return None
    if one["file"] in ("changed", "gone"):
        return "fixed"
    return None if one["state"] == "not_reproduced" else "not_reproduced"
