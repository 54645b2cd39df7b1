#!/usr/bin/env python3
"""Writes notebooks/sample: small tables as six nights of `audit review` and one `audit generate` leave them.

The code is ours: pairs of data/evaluation/fitting, of which one twin has a defect and the other has not. A file's history
goes from one twin to the other, so that findings come and go as they do in a real repository. No model was asked: the
confidences are drawn at random, and the times come from a small model of an engine that works in steps. The same seed
gives the same rows.

    python3 -m venv .venv && .venv/bin/pip install pyarrow && .venv/bin/python notebooks/make_sample.py
"""

import difflib
import hashlib
import json
import random
import re
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

import sample_series as series

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data/evaluation/fitting"
CHECKS = HERE.parent / "conf/checks"
SEED = 20260504
MODEL = "made-up-model"  # no figure of these tables may be taken for one of a real model
REVISION = hashlib.sha256(MODEL.encode()).hexdigest()

PROMPT_VERSION = "72d280c3e059-2"

# The schemas, as ReviewSchema, GenerationSchema, ReviewStep.findingsSchema, CoverageTable, States and RunSchema have them.
TEXT, WHOLE, LONG, REAL, TIME, TRUTH = (
    pa.string(), pa.int32(), pa.int64(), pa.float64(), pa.timestamp("us"), pa.bool_())


def columns(kind, names, nullable=True):
    return [pa.field(name, kind, nullable) for name in names.split()]


def required(kind, names):
    return columns(kind, names, nullable=False)


IDENTITY = [*required(WHOLE, "schema_version"), *required(TEXT, "run_id row_key content_key"), *required(WHOLE, "attempt")]
PROVENANCE = columns(TEXT, "model_id model_revision precision arithmetic placement")
STATUS = [*required(TEXT, "status"), *columns(TEXT, "skip_reason error_class error_message finish_reason text")]
TIMING = [
    *columns(LONG, "queued_ns tokenize_ns prefill_ns decode_ns first_token_ns total_ns"),
    *columns(WHOLE, "prompt_tokens cached_tokens forced_tokens draft_tokens_accepted generated_tokens"),
    *columns(REAL, "mean_batch_size"), *columns(LONG, "model_load_ns"), *columns(TEXT, "executor_id host device"),
    *columns(LONG, "task_attempt_id"), *columns(TIME, "started_at finished_at"),
]
FINDING = [
    *required(TEXT, "finding_id fingerprint fingerprint_loose"), *columns(TEXT, "check"), *required(TEXT, "category"),
    *columns(TEXT, "cwe"),
    *required(TEXT, "severity"), *columns(REAL, "confidence"), *required(TEXT, "title message"),
    *columns(TEXT, "suggestion"), *required(TEXT, "quote"), *columns(TEXT, "side"), *columns(WHOLE, "line_start line_end"),
    *required(TEXT, "anchor_status"), *columns(TEXT, "code_sha tool rule report_id"),
    *columns(TEXT, "suppressed suppressed_by suppression_reason suppression_expires suppression_decided_by suppression_note"),
]
CHECK = [
    *required(TEXT, "check category"), *required(REAL, "screen_score"), *columns(REAL, "comment_shift flow sign"),
    *required(REAL, "screen_probability"), *columns(TEXT, "quote"), *columns(REAL, "verdict_score confidence"),
    *columns(TEXT, "report_id"),
]
UNIT = [
    *IDENTITY, *required(TEXT, "repository"), *columns(TEXT, "commit_id parent_id"), *columns(TIME, "committed_at"),
    *required(TEXT, "path"), *columns(TEXT, "old_path language"), *required(TEXT, "change_kind"),
    *columns(WHOLE, "unit start_line end_line"), *columns(TEXT, "content_sha"), *required(TEXT, "input_key"),
    *required(WHOLE, "unit_count"),
]


def array(fields):
    return pa.list_(pa.field("element", pa.struct(fields), False))


REVIEWS = [
    *UNIT, *columns(TEXT, "prompt_name prompt_version"), *PROVENANCE, *STATUS,
    pa.field("findings", array(FINDING)), pa.field("checks", array(CHECK)), *columns(TRUTH, "framed"), *TIMING,
]
# Of an array's elements nothing is known to be there always, so these columns may all be null.
FINDINGS = [
    field.with_nullable(True)
    for field in [f for f in UNIT if f.name not in ("content_key", "input_key", "unit_count")]
    + columns(TEXT, "prompt_name prompt_version model_id model_revision arithmetic") + FINDING
]
COVERAGE = [
    *required(WHOLE, "schema_version"), *required(TEXT, "run_id"), *required(TIME, "seen_at"), *required(TEXT, "repository"),
    *columns(TEXT, "commit_id"), *required(TEXT, "path"), *columns(TEXT, "old_path language"),
    *required(TEXT, "change_kind"), *columns(TEXT, "content_sha"), *required(TEXT, "input_key outcome"),
    *columns(TEXT, "reason"), *columns(WHOLE, "units"), *required(WHOLE, "asked carried"),
    pa.field("held_code", pa.list_(pa.field("element", TEXT, False))),
]
STATES = [
    *required(WHOLE, "schema_version"), *required(TEXT, "run_id"), *required(TIME, "stated_at"),
    *columns(TEXT, "compared_with"), *required(TEXT, "repository identity state first_run"),
    *required(TIME, "first_seen_at"), *columns(TEXT, "moved_from"),
    *required(TEXT, "finding_id fingerprint fingerprint_loose change_kind"), *columns(TEXT, "commit_id"),
    *required(TEXT, "path"), *columns(TEXT, "side"), *columns(WHOLE, "line_start line_end"), *columns(TEXT, "check"),
    *required(TEXT, "category"), *columns(TEXT, "cwe"), *required(TEXT, "severity"), *columns(REAL, "confidence"),
    *required(TEXT, "title quote"), *columns(TEXT, "code_sha suppressed suppressed_by"),
]
NAMES = pa.list_(pa.field("element", TEXT, False))
BLOCK = [
    *columns(TEXT, "language file"), *required(TEXT, "code"), *required(WHOLE, "lines"), *required(TRUTH, "closed"),
    *columns(TRUTH, "syntax_ok"), pa.field("imports", NAMES),
    pa.field("check", pa.struct(
        [*required(TEXT, "status"), *columns(WHOLE, "exit_code"), *columns(LONG, "ns"), *columns(TEXT, "output")])),
]
GENERATIONS = [
    *IDENTITY, *columns(TEXT, "id"), *columns(WHOLE, "sample"), *PROVENANCE, *STATUS,
    *columns(TEXT, "code code_language code_file"), *columns(WHOLE, "code_lines"), pa.field("imports", NAMES),
    *columns(TRUTH, "syntax_ok check_ok complete"), pa.field("blocks", array(BLOCK)), *TIMING,
]
RUNS = [
    *required(WHOLE, "schema_version"), *required(TEXT, "run_id command settings"),
    *columns(TEXT, "model_id model_revision precision arithmetic"), *required(TIME, "started_at finished_at"),
    *required(LONG, "rows ok truncated skipped failed reused_inputs"), *columns(LONG, "findings"),
    *required(LONG, "prompt_tokens cached_tokens forced_tokens generated_tokens"),
    *required(REAL, "seconds prompt_tokens_per_second generated_tokens_per_second"), *columns(LONG, "model_load_ns"),
    *columns(REAL, "coverage"), *columns(TEXT, "stopped_by"), *columns(LONG, "inputs_left"),
]
SCHEMAS = {name: pa.schema(fields) for name, fields in
           dict(reviews=REVIEWS, findings=FINDINGS, coverage=COVERAGE, states=STATES, generations=GENERATIONS,
                runs=RUNS).items()}

REPOSITORIES = {"java": "counter-services", "python": "field-tools", "go": "dock-services", "typescript": "visitor-apps"}
NIGHTS = [datetime(2026, 5, day, 2, 0) for day in (4, 5, 6, 7, 8, 11)]

# What each night finds at the unit. The defect stays where it is `shifted`, by comments above it; where it is `renamed`, in a
# method of another name; and `elsewhere`, in a file of another path. `remarked`: a comment about it came above. `quiet`: it is there as it was, but other code came to the
# file, and the new answer leaves it out. `gone`: the file was deleted.
HISTORIES = {
    "java-account-merge": {1: "defect"},
    "java-audit-chain": {1: "defect", 4: "clean"},
    "java-berth-bookings": {1: "defect", 2: "clean", 5: "defect"},
    "java-departure-board": {1: "defect"},
    "java-manifest-reader": {1: "defect", 3: "clean"},
    "java-payslip-controller": {1: "defect", 5: "shifted"},
    "java-print-jobs": {1: "defect", 2: "clean"},
    "java-remember-visitor": {2: "defect", 6: "remarked"},
    "java-scan-store": {1: "clean", 5: "defect"},
    "java-snapshot-rotation": {1: "failed", 2: "defect"},
    "java-staff-directory": {1: "defect", 6: "clean"},
    "java-tariff-choice": {3: "defect", 6: "clean"},
    "java-thread-page": {1: "defect"},
    "java-warehouse-books": {1: "defect", 4: "shifted"},
    "python-gauge-levels": {1: "defect", 6: "clean"},
    "python-parcel-lockers": {1: "clean"},
    "python-proof-renderer": {1: "defect", 3: "clean"},
    "python-reader-loans": {1: "defect", 6: "renamed"},
    "python-referral-intake": {2: "defect", 4: "clean"},
    "python-render-presets": {1: "defect", 2: "clean"},
    "python-seat-refund": {1: "clean", 4: "defect"},
    "python-shipment-listing": {1: "defect", 5: "clean"},
    "python-tariff-sync": {1: "defect"},
    "go-shipment-list": {1: "defect", 3: "quiet"},
    "go-usage-meter": {1: "defect"},
    "go-rate-client": {5: "failed", 6: "failed"},
    "go-ledger-import": {1: "defect", 6: "clean"},
    "go-theme-unpack": {3: "defect", 5: "remarked"},
    "go-team-invites": {1: "defect", 5: "clean"},
    "go-claim-documents": {4: "defect"},
    "typescript-care-notes": {1: "defect", 6: "elsewhere"},
    "typescript-firmware-images": {1: "defect", 2: "clean"},
    "typescript-guest-lists": {6: "defect"},
    "typescript-room-plan": {1: "defect", 5: "gone"},
    "typescript-tag-frames": {1: "clean"},
    "typescript-zone-labels": {3: "defect"},
}
RENAMED = {"python-reader-loans": ("open_loans", "loans_of_card")}
ELSEWHERE = {"typescript-care-notes": ("src/notes/", "src/wards/")}
REMARKS = {
    "go-theme-unpack": "// codeaudit:ignore path-traversal themes come from our own studio until the shop opens to others",
    "java-remember-visitor": "// codeaudit:ignore insecure-cookie",  # gives no reason, so it suppresses nothing
}
# The file that the reviews were given as --rules: check, folder, status, reason, last day, who has decided.
RULES = [
    ("resource-leak", "rail-timetable/", "wont-fix", "the board is switched off in summer", None, "Board team"),
    ("incorrect-logic", "loyalty-points/", "accepted", "receipt numbers stay below 128 in the trial", "2026-05-08", None),
    ("race-condition", "api-gateway/", "accepted", "metering moves to its own service this month", "2026-05-31", "Ines Roth"),
]
# The third night's budget of time was used up before these were asked; the fourth went on with them.
LEFT = {3: ["go-theme-unpack", "typescript-zone-labels"]}
SKIPPED = [
    ("counter-services", "README.md", "markdown", "prose, not code"),
    ("field-tools", "docs/handover.md", "markdown", "prose, not code"),
    ("visitor-apps", "package-lock.json", "json", "lock file"),
    ("visitor-apps", "public/logo.png", None, "binary"),
    ("dock-services", "deploy/units.conf", None, "no known language"),
]

# What a reviewer says about the defects, in words of their own: message and suggestion.
EXPLAINED = {
    "java-account-merge": (
        "Two boxed receipt numbers are compared by identity. Above 127 equal numbers are different objects, so a booking"
        " that is there already is taken over twice.", "Compare with Objects.equals or keep the number as a long."),
    "java-audit-chain": (
        "The chain of ledger entries is sealed with SHA-1. Collisions can be made, so an entry can be exchanged without"
        " breaking the chain.", "Use SHA-256 and seal the existing entries once more."),
    "java-berth-bookings": (
        "An unknown sort key goes into ORDER BY as it came. A caller can put any expression there.",
        "Refuse sort keys that are not in SORT_COLUMNS."),
    "java-departure-board": (
        "The connection goes back to the pool only if the query succeeds. After a few failed queries the pool is empty.",
        "Open the connection in the try-with-resources too."),
    "java-manifest-reader": (
        "The uploaded manifest is parsed with external entities allowed. It can read files of the server.",
        "Set disallow-doctype-decl on the factory."),
    "java-payslip-controller": (
        "The payslip is loaded by its number alone. Any employee can read that of another by counting up.",
        "Look it up by number and owner, and answer 404 otherwise."),
    "java-print-jobs": (
        "The title of a job stands in a line that a shell runs. A quote in the title ends the argument and starts a"
        " command.", "Pass the arguments to lp as a list, without a shell."),
    "java-remember-visitor": (
        "The remember-me cookie is sent over plain HTTP too. Who listens in can log in as the visitor.",
        "Call setSecure(true) on the cookie."),
    "java-scan-store": (
        "The prefix is tested before the dots are resolved. A name such as ../../etc/passwd passes.",
        "Normalize the path before startsWith."),
    "java-snapshot-rotation": (
        "The result of renameTo is not looked at. If it fails, the oldest snapshot is removed and no new one is there.",
        "Use Files.move, which throws, and remove the oldest after it."),
    "java-staff-directory": (
        "The department goes into the LDAP filter unescaped, though the surname is escaped. A value with a bracket widens"
        " the search.", "Escape the department as well."),
    "java-tariff-choice": (
        "The tariff that the browser sent is kept in the session as if it had been checked. Later steps trust it.",
        "Look the tariff up among those on offer first."),
    "java-thread-page": (
        "The title of a closed discussion is written into the page unescaped. Only the other branch escapes it.",
        "Escape the title before the branches part."),
    "java-warehouse-books": (
        "Here the ledger's lock is taken before the stock's, elsewhere the other way round. Two transfers can wait for"
        " each other for ever.", "Take both locks in one order everywhere."),
    "python-gauge-levels": (
        "The region from the path becomes part of the host name. The request and its token can go to a host of the"
        " caller's choice.", "Allow the known regions alone."),
    "python-parcel-lockers": (
        "Two deposits can take the same free cell, for another task runs between the look and the booking.",
        "Hold the station's lock around both."),
    "python-proof-renderer": (
        "The arguments are joined to one line and given to a shell. A file name with a semicolon runs a command.",
        "Pass the list itself and leave shell=True out."),
    "python-reader-loans": (
        "Card and surname from the form stand in the XPath expression. A quote in the surname shows other readers' loans.",
        "Pass both as variables of the expression."),
    "python-referral-intake": (
        "The parser of referrals resolves entities. A referral can bring in files of this machine.",
        "Set resolve_entities=False."),
    "python-render-presets": (
        "An uploaded preset is loaded with yaml.Loader, which builds objects of any class. Loading it can run code.",
        "Use yaml.safe_load."),
    "python-seat-refund": (
        "The helper takes a lock that its caller holds already. The first refund stops the box office.",
        "Let the helper expect the lock, or use an RLock."),
    "python-shipment-listing": (
        "A sort key that is in no list becomes part of the statement. It comes from the query string.",
        "Raise an error for keys that are not in SORT_COLUMNS."),
    "python-tariff-sync": (
        "A page that could not be stored is logged, and the watermark moves on. Its rows never come again.",
        "Stop at the failed page and keep the old watermark."),
    "go-shipment-list": (
        "The order clause is made of the request's parameters and formatted into the query.",
        "Choose column and direction from a fixed list."),
    "go-usage-meter": (
        "The map itself leaves the lock. Callers read it while others write, which ends the process.",
        "Return a copy."),
    "go-rate-client": (
        "The body is closed only if the status is 200. Each refusal keeps a connection open.",
        "Defer the close right after the error check."),
    "go-ledger-import": (
        "The error of the insert is shadowed. The loop ends, and the half batch is committed.",
        "Assign to the outer error, or return it."),
    "go-theme-unpack": (
        "The name inside the archive decides where the file is written. With ../ it leaves the folder.",
        "Refuse names for which filepath.IsLocal is false."),
    "go-team-invites": (
        "Invitation tokens come from a generator that is seeded with the time. Who knows the minute can guess them.",
        "Read them from crypto/rand."),
    "go-claim-documents": (
        "Download loads any document by its id. The other handlers check that it belongs to the claim of the caller.",
        "Check the claim here as well."),
    "typescript-care-notes": (
        "The nonce is derived from the note's id, so a note that is saved twice uses key and nonce again. GCM gives its"
        " key stream away then.", "Draw a new random nonce each time and store it beside the text."),
    "typescript-firmware-images": (
        "A firmware image is accepted by its MD5. Two images with one digest can be made.",
        "Use SHA-256, or better a signature."),
    "typescript-guest-lists": (
        "The export of guests is mounted before the guard. Anyone can load the names without a login.",
        "Mount the guard first."),
    "typescript-room-plan": (
        "A wished room that does not exist is taken for one that does. The next line fails for the whole plan.",
        "Treat an unknown id as no wish."),
    "typescript-tag-frames": (
        "The shift makes a signed number. Tags from 2^31 on become negative.", "Append >>> 0."),
    "typescript-zone-labels": (
        "The pattern has no anchors, so one good letter is enough. Labels with spaces and dots pass.",
        "Put ^ and $ around it."),
}

# id, what was asked for, the answer's code and its language, whether it parses, and how the row came back
PROMPTS = [
    ("slug", "java", "String slug(String title) {\n  return title.strip().replaceAll(\"[^a-z0-9]+\", \"-\");\n}", True, "ok"),
    ("queue", "java", "record Job(String title, int pages) {}", True, "ok"),
    ("median", "java", "double median(double[] sorted) {\n  return sorted[sorted.length / 2]", False, "truncated"),
    ("order", "json", "{\"berth\": 4, \"from\": \"2026-05-04\", \"nights\": 2}", True, "ok"),
    ("feed", "xml", "<feed><title>Departures</title></feed>", True, "ok"),
    ("rename", "python", "for scan in scans.glob('*.tif'):\n    scan.rename(scan.with_suffix('.tiff'))", True, "ok"),
    ("tides", "python", "def mean(levels):\n    return sum(levels) / len(levels)", True, "ok"),
    ("why", None, None, None, "ok"),
]


def key(*parts):
    """As Keys.of makes them."""
    digest = hashlib.sha256()
    for part in parts:
        text = b"" if part is None else str(part).encode()
        digest.update(f"{-1 if part is None else len(text)}:".encode() + text)
    return digest.hexdigest()[:32]


def code_sha(lines, line):
    """As AnchoredCode.sha makes it, with functions told by their lines' indentation."""
    return key("code", series.code_around(lines, line))


def ruling(finding, day):
    """The columns of a decision about a finding that stands in a file: a remark counts before rules."""
    if finding["suppressed_by"] == "inline":
        return {}
    nothing = {name: None for name in finding if name.startswith("suppress")}
    for check, folder, status, reason, expires, by in RULES:
        if finding["check"] == check and finding["path"].startswith(folder):
            if expires and expires < f"{day:%Y-%m-%d}":
                return nothing | dict(suppression_note=f"no longer {status}: that expired on {expires} ({reason})")
            return nothing | dict(suppressed=status, suppressed_by="rules", suppression_reason=reason,
                                  suppression_expires=expires, suppression_decided_by=by)
    return {}


def remark(check, above):
    """The columns of a decision that a comment above a finding makes."""
    said = re.search(r"codeaudit:ignore ([\w-]+) ?(.*)", above)
    if not said or said[1] != check:
        return {}
    if not said[2]:
        return dict(suppression_note="ignored without a reason")
    return dict(suppressed="accepted", suppressed_by="inline", suppression_reason=said[2])


def read_checks():
    """The checks' own lines of one value, by id."""
    checks = {}
    for file in sorted(CHECKS.glob("*.yaml")):
        lines = re.findall(r"^(id|category|cwe|severity|message|suggestion): (.+)$", file.read_text(), re.MULTILINE)
        checks[file.stem] = dict(lines)
    return checks


def read_units():
    units = {}
    for language in REPOSITORIES:
        for line in (DATA / f"{language}.jsonl").read_text().splitlines():
            unit = json.loads(line)
            name, _, twin = unit["unit"].rpartition("-")
            if name in HISTORIES:
                units[name, twin] = dict(unit, text=(DATA / unit["code_file"]).read_text())
    return units


class Engine:
    """One executor's engine: sequences take part in steps, and a step's time is shared by its tokens."""

    BATCH = 8
    WAITING = 4
    CHUNK = 256
    STEP = 0.014
    TOKEN = 0.0007

    def __init__(self, random, slowness):
        self.random = random
        self.slowness = slowness

    def run(self, rows, begin):
        """Gives each row, which has its counts of tokens, its times; `begin` is when the model is there."""
        now, coming, waiting, active = begin, list(rows), [], []
        while coming or waiting or active:
            while coming and len(waiting) + len(active) < self.BATCH + self.WAITING:
                row = coming.pop(0)
                row.update(submitted=now, prefill=0.0, decode=0.0, steps=0, batches=0, first=None,
                           unread=row["prompt_tokens"] - row["cached_tokens"], unwritten=row["generated_tokens"])
                waiting.append(row)
                now += 0.004  # splitting a file and tokenising it
            while waiting and len(active) < self.BATCH:
                active.append(waiting.pop(0))
            work = {id(row): min(self.CHUNK, row["unread"]) or 1 for row in active}
            tokens = sum(work.values())
            took = (self.STEP + self.TOKEN * tokens) * self.slowness * self.random.uniform(0.95, 1.1)
            for row in active:
                row.setdefault("stepped", now)
                share = took * work[id(row)] / tokens
                row["steps"] += 1
                row["batches"] += len(active)
                if row["unread"] > 0:
                    row["unread"] -= work[id(row)]
                    row["prefill"] += share
                else:
                    row["unwritten"] -= 1
                    row["decode"] += share
                    row["first"] = row["first"] or now + took
            now += took
            for row in [r for r in active if r["unwritten"] <= 0]:
                row["ended"] = now
                active.remove(row)
        return now


class Sample:
    def __init__(self, out):
        self.out = out
        self.random = random.Random(SEED)
        self.checks = read_checks()
        self.units = read_units()
        self.tasks = 0
        self.attempts = {}
        self.finished = set()  # inputs that came back whole
        self.answered = {}  # rows of units that were answered, with their file's lines, by content key
        self.files = {}  # files as a run saw them last, by repository and path
        self.inputs = {}  # findings of inputs that were answered
        self.states = series.States()
        self.manifest = {}

    def write(self):
        now = {}
        for number, night in enumerate(NIGHTS, 1):
            now |= {unit: history[number] for unit, history in HISTORIES.items() if number in history}
            left = LEFT.get(number, [])
            files = [self.file(unit, state) for unit, state in now.items() if unit not in left and state != "gone"]
            self.review(night, files, left)
        self.generate(NIGHTS[4].replace(hour=9, minute=30))

    # Rows

    def file(self, name, state):
        """A file as it lies in its repository in a night: what `reviews` and `coverage` say of it, and its lines."""
        unit = self.units[name, "clean" if state == "clean" else "defect"]
        lines = unit["text"].splitlines()
        if state == "renamed":
            lines = [line.replace(*RENAMED[name]) for line in lines]
        shift = 0
        if state == "shifted":
            head = ["// Moved here from the old desk.", "// Kept in step with it until the autumn.", ""]
            lines, shift = head + lines, len(head)
        if state == "remarked":
            at = unit["labels"][0]["line_start"] - 1
            indent = re.match(r"\s*", lines[at])[0]
            lines = [*lines[:at], indent + REMARKS[name], *lines[at:]]
        if state == "quiet":
            lines = lines + ["", "const pageLimit = 200"]
        path = f"{unit['project']}/{unit['path']}"
        if state == "elsewhere":
            path = path.replace(*ELSEWHERE[name])
        content = hashlib.sha256(("\n".join(lines) + "\n").encode()).hexdigest()
        repository = REPOSITORIES[unit["language"]]
        return dict(name=name, state=state, lines=lines, shift=shift, of=dict(
            repository=repository, path=path, language=unit["language"], change_kind="file", content_sha=content,
            input_key=key("input", repository, content, path, content, None, PROMPT_VERSION, REVISION)))

    def rows(self, file):
        """Rows of a file that was not reviewed before: each unit is asked, or reads as one that was answered."""
        name, state, lines = file["name"], file["state"], file["lines"]
        bounds = [(1, len(lines))]
        if len(lines) - file["shift"] > 58:
            middle = max((i for i in range(20, len(lines) - 15) if not lines[i - 1].strip()), default=30)
            bounds = [(1, middle), (middle + 1, len(lines))]
        rows = []
        for index, (start, end) in enumerate(bounds):
            part = "\n".join(lines[start - 1:end])
            row = dict.fromkeys(field.name for field in REVIEWS)
            shown = "\n".join(line for line in lines[start - 1:end] if series.is_code(line))
            content_key = key("review", shown, REVISION)
            row_key = key(content_key, file["of"]["repository"], file["of"]["content_sha"], file["of"]["path"], index)
            row.update(
                file["of"], schema_version=1, row_key=row_key, content_key=content_key, unit=index, start_line=start,
                end_line=end, unit_count=len(bounds), prompt_name="checks", prompt_version=PROMPT_VERSION, model_id=MODEL,
                model_revision=REVISION, precision="int8", arithmetic="int8", placement="gpu", status="ok",
                finish_reason="complete")
            row["attempt"] = self.attempts[row_key] = self.attempts.get(row_key, 0) + 1
            rows.append(row)
            if content_key in self.answered:
                self.carry(row, self.answered[content_key], lines)
                continue
            label = None if state == "quiet" else self.label(name, state, lines, file["shift"])
            own = label if label and start <= label[1] <= end else None
            self.answer(row, name, state, part, own, lines)
            if row["status"] == "ok":
                self.answered[content_key] = row, lines
        if all(row["status"] == "ok" for row in rows):
            self.finished.add(file["of"]["input_key"])
        return rows

    def carry(self, row, earlier, lines):
        """The answer of an earlier run to the same code, found again in this file's lines."""
        was, then = earlier
        code = [at for at in range(row["start_line"], row["end_line"] + 1) if series.is_code(lines[at - 1])]
        found = []
        for finding in was["findings"]:
            before = sum(map(series.is_code, then[was["start_line"] - 1:finding["line_start"] - 1]))
            start = code[before]
            end = start + finding["line_end"] - finding["line_start"]
            found.append(self.finding(row, finding, start, end, lines))
        row.update(finish_reason="carried_forward", findings=found)

    def label(self, name, state, lines, shift):
        """Category and lines of the defect, or of the line of the clean twin that is most like it."""
        label = self.units[name, "defect"]["labels"][0]
        start, end = label["line_start"], label["line_end"]
        if state != "clean":
            return label["category"], start + shift, end + shift
        defect = self.units[name, "defect"]["text"].splitlines()[start - 1].strip()
        like = difflib.get_close_matches(defect, [line.strip() for line in lines], 1, 0.5)
        if not like or self.random.random() < 0.7:
            return None
        at = [line.strip() for line in lines].index(like[0]) + 1
        return label["category"], at, at

    def answer(self, row, name, state, part, label, lines):
        if state == "failed":
            row.update(status="failed", error_class="java.lang.OutOfMemoryError", finish_reason=None,
                       error_message="Java heap space")
            self.count(row, part, 2)
            return
        others = self.random.sample([check for check in self.checks if not label or check != label[0]], self.random.randint(1, 3))
        found = []
        made = []
        if label:
            category, start, end = label
            sure = self.random.uniform(0.3, 0.93) if state != "clean" else self.random.uniform(0.04, 0.2)
            check = self.checks[category]
            message, suggestion = EXPLAINED[name] if sure >= 0.25 else (check["message"], check["suggestion"])
            said = dict(check=category, category=check["category"], cwe=check.get("cwe"), severity=check["severity"],
                        confidence=round(sure, 6), message=message, suggestion=suggestion)
            finding = self.finding(row, said, start, end, lines)
            found.append(finding)
            made.append(self.check(category, sure, finding["quote"]))
        made += [self.check(check, self.random.uniform(0.01, 0.12), None) for check in others]
        row["findings"] = found
        row["checks"] = sorted(made, key=lambda check: check["check"])
        self.count(row, part, len(made), sum(f["confidence"] >= 0.25 for f in found))

    def finding(self, row, said, start, end, lines):
        """A finding of a row's unit, from what was said and where it stands."""
        quote = "\n".join(line.strip() for line in lines[start - 1:end])
        declared = series.declaration(lines, start)
        symbol = "" if declared is None else series.dense(lines[declared].split("(")[0])
        # A quote that stands at several places was put at one of them.
        places = sum(line.strip() == quote for line in lines)
        found = dict(
            {name: said[name] for name in ("check", "category", "cwe", "severity", "confidence", "message", "suggestion")},
            finding_id=key("finding", row["row_key"], 0),
            fingerprint=key("strict", 2, row["path"], said["check"], series.dense(quote), symbol, 0),
            fingerprint_loose=key("loose", 2, said["category"], said["cwe"] or "", "symbol" if symbol else "quote",
                                  symbol or series.dense(quote)),
            title=re.match(r".*?\.(?= |$)", said["message"])[0], quote=quote, side="new", line_start=start, line_end=end,
            anchor_status="ambiguous" if places > 1 else "exact", code_sha=code_sha(lines, start), tool=None, rule=None,
            report_id=None, suppressed=None, suppressed_by=None, suppression_reason=None, suppression_expires=None,
            suppression_decided_by=None, suppression_note=None)
        found |= remark(said["check"], lines[start - 2])
        return found | ruling(found | dict(path=row["path"]), self.night)

    def check(self, name, probability, quote):
        score = self.random.gauss(2.5 if quote else -1.5, 0.8)
        return dict(check=name, category=self.checks[name]["category"], screen_score=score, comment_shift=None,
                    flow=self.random.choice([0.0, 0.5, 1.0]), sign=1.0 if quote else -1.0,
                    screen_probability=min(0.99, probability * 0.9), quote=quote,
                    verdict_score=score * 0.7 if quote else None, confidence=probability if quote else None, report_id=None)

    def count(self, row, part, questions, explained=0):
        """Tokens: the code is read once, then each question; findings that count are explained."""
        code = len(part) // 3 + 60
        each = 96
        written = questions + explained * self.random.randint(55, 110)
        row.update(prompt_tokens=questions * (code + each), cached_tokens=(questions - 1) * code, draft_tokens_accepted=0,
                   forced_tokens=explained * 14, generated_tokens=written)

    def skipped(self, repository, path, language, reason):
        content = hashlib.sha256(path.encode()).hexdigest()
        row = dict.fromkeys(field.name for field in REVIEWS)
        content_key = key(content, reason, PROMPT_VERSION, REVISION)
        row.update(schema_version=1, row_key=key(content_key, repository, content, path, None), content_key=content_key,
                   attempt=1, repository=repository, path=path, language=language, change_kind="file", content_sha=content,
                   input_key=key("input", repository, content, path, content, reason, PROMPT_VERSION, REVISION),
                   unit_count=1, prompt_name="checks", prompt_version=PROMPT_VERSION, status="skipped", skip_reason=reason)
        return row

    # Runs

    def time_rows(self, rows, night):
        """Spreads rows over two executors, one of them slower, and gives them their times. When the last has ended."""
        last = night
        for executor, slowness in (("1", 1.0), ("2", 1.3)):
            own = rows[int(executor) - 1::2]
            asked = [row for row in own if row["prompt_tokens"]]
            load = self.random.uniform(9, 11) * slowness
            begin = 3 + (load if asked else 0)
            Engine(self.random, slowness).run(asked, begin)
            for index, row in enumerate(own):
                task = self.tasks + int(executor) - 1 + 2 * (index // 8)
                row.update(executor_id=executor, host=f"worker-{executor}", task_attempt_id=task)
                if row["prompt_tokens"]:
                    started, ended = row["submitted"], row["ended"]
                    row.update(
                        device="cuda:0", queued_ns=int(1e9 * (row["stepped"] - started)),
                        prefill_ns=int(1e9 * row["prefill"]), decode_ns=int(1e9 * row["decode"]),
                        first_token_ns=int(1e9 * (row["first"] - started)), total_ns=int(1e9 * (ended - started)),
                        mean_batch_size=row["batches"] / row["steps"])
                    if row in asked[:1]:
                        row["model_load_ns"] = int(1e9 * load)
                else:
                    started, ended = 3.1, 3.101
                row["started_at"] = night + timedelta(seconds=started - 0.002)
                row["finished_at"] = night + timedelta(seconds=ended + 0.003)
                last = max(last, row["finished_at"])
        self.tasks += 2 + len(rows) // 8
        return last

    def review(self, night, files, left):
        run_id = self.run_id(night)
        self.night = night
        skipped = [self.skipped(*skipped) for skipped in SKIPPED]
        asked = {file["name"]: self.rows(file) for file in files if file["of"]["input_key"] not in self.finished}
        rows = [row for name in asked for row in asked[name]]
        reused = len(files) - len(asked)
        if self.files:  # what was skipped in the first night is skipped as it was
            reused += len(skipped)
        else:
            rows += skipped
        for row in rows:
            row["run_id"] = run_id
        last = self.time_rows(rows, night)
        findings = [
            {field.name: (finding if field.name in finding else row)[field.name] for field in FINDINGS}
            for row in rows for finding in row["findings"] or []
        ]
        coverage = [self.seen(row, "skipped", [], row["skip_reason"]) for row in skipped]
        coverage += [self.covered(file, asked.get(file["name"])) for file in files]
        gone = [] if left else self.gone(coverage)
        for row in coverage + gone:
            row.update(run_id=run_id, seen_at=last + timedelta(seconds=1))
            self.files[row["repository"], row["path"]] = row
        for row in findings:
            self.inputs.setdefault(row["content_sha"], []).append(row)
        # What was decided in an earlier night may have expired.
        found = [row | ruling(row, night) for seen in coverage for row in self.inputs.get(seen["content_sha"], [])
                 if row["path"] == seen["path"]]
        states = self.states.after(run_id, last + timedelta(seconds=2), coverage + gone, found)
        for table, made in (("reviews", rows), ("findings", findings), ("coverage", coverage)):
            self.add(run_id, "000000-000002", table, made)
        self.add_run("review", night, last, rows, len(findings), reused, "time" if left else None, len(left))
        if gone:
            self.add(run_id, "runs", "coverage", gone)
        self.add(run_id, "runs", "states", states)

    def covered(self, file, rows):
        """The row of `coverage` of a file; its rows are None where an earlier run has answered them."""
        of = file["of"]
        failed = [row["error_class"] for row in rows or [] if row["status"] == "failed"]
        outcome = "unchanged" if rows is None else "failed" if failed else "reviewed"
        seen = self.seen(of, outcome, rows or [], failed[0] if failed else None)
        known = self.states.known(of["repository"], of["path"])
        return dict(seen, held_code=series.held(known, file["lines"], code_sha))

    def seen(self, of, outcome, rows, reason=None):
        carried = sum(row["finish_reason"] == "carried_forward" for row in rows)
        row = {field.name: of.get(field.name) for field in COVERAGE}
        return dict(row, schema_version=1, outcome=outcome, reason=reason, units=len(rows) or None,
                    asked=sum(row["status"] == "ok" for row in rows) - carried, carried=carried)

    def gone(self, coverage):
        """Rows of files that the run before knew and this one did not see."""
        seen = {(row["repository"], row["path"]) for row in coverage}
        return [dict(row, outcome="gone", reason=None, asked=0, carried=0, held_code=None) for place, row in
                self.files.items() if place not in seen and row["outcome"] != "gone"]

    def generate(self, when):
        run_id = self.run_id(when)
        rows = []
        for name, language, code, parses, status in PROMPTS:
            row = dict.fromkeys(field.name for field in GENERATIONS)
            text = f"```{language}\n{code}\n```" if code else "The sign is lost where the bytes are joined by a shift."
            row.update(
                schema_version=1, run_id=run_id, row_key=key("generate", name), content_key=key("generate", REVISION), attempt=1,
                id=name, sample=0, model_id=MODEL, model_revision=REVISION, precision="int8", arithmetic="int8", placement="gpu",
                status=status, finish_reason="length" if status == "truncated" else "stop", text=text, code=code, code_language=language,
                syntax_ok=parses, complete=status == "ok", **self.code_columns(language, code, parses), prompt_tokens=self.random.randint(40, 120), cached_tokens=0, forced_tokens=0,
                draft_tokens_accepted=0, generated_tokens=self.random.randint(60, 240))
            rows.append(row)
        last = self.time_rows(rows, when)
        self.add(run_id, "000000-000002", "generations", rows)
        self.add_run("generate", when, last, rows, None, 0, None, 0)

    @staticmethod
    def code_columns(language, code, parses):
        if code is None:
            return dict(blocks=[])
        lines = len(code.splitlines())
        imports = None if language in ("json", "xml") else []
        block = dict(language=language, file=None, code=code, lines=lines, closed=True, syntax_ok=parses, imports=imports,
                     check=None)
        return dict(code_lines=lines, imports=imports, blocks=[block])

    def run_id(self, when):
        return f"{when:%Y%m%dT%H%M%S}-{key(when)[:8]}"

    def add_run(self, command, begun, last, rows, findings, reused, stopped_by, left):
        count = {status: sum(row["status"] == status for row in rows) for status in ("ok", "truncated", "skipped", "failed")}
        total = {name: sum(row[name] or 0 for row in rows) for name in
                 ("prompt_tokens", "cached_tokens", "forced_tokens", "generated_tokens")}
        seconds = (last - begun).total_seconds()
        asked = len(rows) - count["skipped"]
        settings = {"--batch": "8", "--device": "auto", "--existing": "resume", "--mode": "file", "--model": MODEL,
                    "--precision": "int8", "--review": "CHECKS"}
        if command == "review":
            settings["--rules"] = "accepted.yaml"
        settings["SOURCE"] = str(sorted(REPOSITORIES.values()))
        run = dict(
            schema_version=1, run_id=self.run_id(begun), command=command, settings=json.dumps(settings, separators=(",", ":")),
            model_id=MODEL, model_revision=REVISION, precision="int8", arithmetic="int8", started_at=begun,
            finished_at=last + timedelta(seconds=2), rows=len(rows), **count, reused_inputs=reused, findings=findings, **total,
            seconds=seconds, prompt_tokens_per_second=total["prompt_tokens"] / seconds,
            generated_tokens_per_second=total["generated_tokens"] / seconds,
            model_load_ns=max((row["model_load_ns"] or 0 for row in rows), default=0) or None,
            coverage=count["ok"] / asked if asked else None, stopped_by=stopped_by, inputs_left=left)
        self.add(run["run_id"], "runs", "runs", [run])

    # Files

    def add(self, run_id, wave, table, rows):
        """A file of a table, named as Spark names it, and the manifest that published it."""
        schema = SCHEMAS[table]
        folder = self.out / table
        folder.mkdir(parents=True, exist_ok=True)
        digest = key(run_id, wave, table)
        job = "-".join(digest[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
        file = folder / f"part-00000-{job}-c000.snappy.parquet"
        data = pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema)
        # Times are written as Spark does by default. Statistics of tables so small would be most of the file.
        parquet.write_table(data, file, compression="snappy", use_deprecated_int96_timestamps=True, write_statistics=False,
                            store_schema=False)
        manifests = self.out / "_audit/manifests"
        manifests.mkdir(parents=True, exist_ok=True)
        entries = self.manifest.setdefault((run_id, wave), [])
        entries.append(dict(table=table, file=file.name, bytes=file.stat().st_size))
        manifest = dict(schemaVersion=1, runId=run_id, wave=wave, removes=[], adds=entries)
        (manifests / f"{run_id}-{wave}.json").write_text(json.dumps(manifest, indent=2) + "\n")


def main():
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "sample"
    for table in (*SCHEMAS, "_audit"):  # beside the tables may lie what a person put there
        shutil.rmtree(out / table, ignore_errors=True)
    Sample(out).write()
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"{out}: {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
