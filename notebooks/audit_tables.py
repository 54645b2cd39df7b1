"""What the notebooks share: the tables of an output folder, figures from them, and pictures of the figures.

Figures are SQL that DuckDB and Spark both read, so `open_folder` and `open_spark` give the same ones. What is wrong
with a folder is said in a sentence, an `AuditTablesError`; what is only missing is said in `notes`.

    python notebooks/audit_tables.py FOLDER     says whether the notebooks can read it
"""

import os
import re
import sys
import unicodedata
import warnings
from datetime import datetime, timedelta, timezone
from html import escape
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

SCHEMA_VERSION = 1
LEAST_CONFIDENCE = 0.25  # as `audit report` has it
SUPPRESSED = ["left-out", "counted"]
SOON = 30  # days in which a decision that ends should be looked at
MOST_RUNS = 20

# Columns the figures are made of. Older tables lack some; then they are null, and a note says so.
TEXT, COUNT, REAL, TIME, TRUTH = "string", "bigint", "double", "timestamp", "boolean"
TIMING = dict(
    queued_ns=COUNT,
    tokenize_ns=COUNT,
    prefill_ns=COUNT,
    decode_ns=COUNT,
    first_token_ns=COUNT,
    total_ns=COUNT,
    prompt_tokens=COUNT,
    cached_tokens=COUNT,
    forced_tokens=COUNT,
    draft_tokens_accepted=COUNT,
    generated_tokens=COUNT,
    mean_batch_size=REAL,
    model_load_ns=COUNT,
    executor_id=TEXT,
    host=TEXT,
    device=TEXT,
    started_at=TIME,
    finished_at=TIME,
)
ANSWER = dict(
    schema_version=COUNT, run_id=TEXT, row_key=TEXT, attempt=COUNT, status=TEXT, skip_reason=TEXT, error_class=TEXT
)
COLUMNS = {
    "reviews": ANSWER
    | dict(
        repository=TEXT,
        commit_id=TEXT,
        path=TEXT,
        language=TEXT,
        change_kind=TEXT,
        unit=COUNT,
        content_sha=TEXT,
        input_key=TEXT,
        unit_count=COUNT,
        prompt_name=TEXT,
    )
    | TIMING,
    "findings": dict(
        schema_version=COUNT,
        run_id=TEXT,
        row_key=TEXT,
        attempt=COUNT,
        repository=TEXT,
        commit_id=TEXT,
        path=TEXT,
        change_kind=TEXT,
        prompt_name=TEXT,
        finding_id=TEXT,
        fingerprint=TEXT,
        fingerprint_loose=TEXT,
        category=TEXT,
        cwe=TEXT,
        severity=TEXT,
        confidence=REAL,
        title=TEXT,
        message=TEXT,
        suggestion=TEXT,
        quote=TEXT,
        side=TEXT,
        line_start=COUNT,
        line_end=COUNT,
        anchor_status=TEXT,
        tool=TEXT,
        rule=TEXT,
        suppressed=TEXT,
        suppressed_by=TEXT,
        suppression_reason=TEXT,
        suppression_expires=TEXT,
        suppression_decided_by=TEXT,
        suppression_note=TEXT,
    ),
    "coverage": dict(
        schema_version=COUNT,
        run_id=TEXT,
        seen_at=TIME,
        repository=TEXT,
        path=TEXT,
        change_kind=TEXT,
        input_key=TEXT,
        outcome=TEXT,
        reason=TEXT,
        asked=COUNT,
        carried=COUNT,
    ),
    "states": dict(
        schema_version=COUNT,
        run_id=TEXT,
        stated_at=TIME,
        compared_with=TEXT,
        repository=TEXT,
        identity=TEXT,
        state=TEXT,
        moved_from=TEXT,
        path=TEXT,
        side=TEXT,
        line_start=COUNT,
        line_end=COUNT,
        check=TEXT,
        category=TEXT,
        severity=TEXT,
        confidence=REAL,
        title=TEXT,
        quote=TEXT,
        finding_id=TEXT,
        suppressed=TEXT,
        suppressed_by=TEXT,
    ),
    "generations": ANSWER | dict(id=TEXT, code_language=TEXT, syntax_ok=TRUTH) | TIMING,
    "runs": dict(
        schema_version=COUNT,
        run_id=TEXT,
        command=TEXT,
        model_id=TEXT,
        precision=TEXT,
        arithmetic=TEXT,
        started_at=TIME,
        finished_at=TIME,
        rows=COUNT,
        ok=COUNT,
        truncated=COUNT,
        skipped=COUNT,
        failed=COUNT,
        reused_inputs=COUNT,
        findings=COUNT,
        prompt_tokens=COUNT,
        generated_tokens=COUNT,
        seconds=REAL,
        model_load_ns=COUNT,
        coverage=REAL,
        stopped_by=TEXT,
        inputs_left=COUNT,
    ),
}
# Without these there is nothing to count.
NEEDED = {
    "reviews": ["run_id", "row_key", "attempt", "repository", "path", "status"],
    "findings": ["run_id", "row_key", "attempt", "repository", "path", "category", "severity"],
    "coverage": ["run_id", "repository", "path", "input_key", "outcome"],
    "states": ["run_id", "repository", "identity", "state"],
    "generations": ["run_id", "row_key", "attempt", "status"],
    "runs": ["run_id", "command", "started_at"],
}
# What stands for a column that older tables lack, where null would leave rows out. A folder without keys of inputs is
# read as if each row were an input of its own.
INSTEAD = {
    ("reviews", "input_key"): "row_key",
    ("reviews", "change_kind"): "'file'",
    ("findings", "change_kind"): "'file'",
    ("coverage", "change_kind"): "'file'",
    ("findings", "prompt_name"): "'checks'",
    ("findings", "fingerprint"): "path || category",
}
SEVERITIES = ["critical", "high", "medium", "low", "info"]


class AuditTablesError(Exception):
    """What keeps a notebook from showing anything, in a sentence for its reader."""

    def _render_traceback_(self):
        """Jupyter shows these lines in place of a stack of calls, which would say nothing more."""
        return [f"{type(self).__name__}: {self}"]


# Tables


class DuckDbEngine:
    """Reads a folder of this machine."""

    def __init__(self, folder):
        import duckdb

        self.failure = duckdb.Error
        self.folder = Path(folder)
        self.database = duckdb.connect()
        self.database.execute("set timezone = 'UTC'")

    def read(self, table):
        """Makes a view of the table's files; its columns, None without a file."""
        place = self.folder / table
        files = [file for file in sorted(place.glob("*.parquet")) if not file.name.startswith((".", "_"))]
        if not files:
            others = sorted({file.suffix for file in place.glob("part-*")})
            if others:
                raise AuditTablesError(
                    f"The table {place} is in files of {', '.join(others)}. The notebooks read Parquet, which"
                    " --format parquet writes."
                )
            return None
        for file in files:
            try:
                self.database.read_parquet(str(file)).columns
            except self.failure as error:
                raise AuditTablesError(f"{file} cannot be read as Parquet: {first_line(error)}") from None
        relation = self.database.read_parquet([str(file) for file in files], union_by_name=True)
        relation.create_view(f"read_{table}")
        return relation.columns

    def define(self, name, sql):
        self.database.execute(f"create temp table {name} as {sql}")

    def define_view(self, name, sql):
        self.database.execute(f"create temp view {name} as {sql}")

    def query(self, sql):
        return self.database.sql(sql).df()


class SparkEngine:
    """Reads a folder of any file system that the session of Spark knows."""

    def __init__(self, spark, folder):
        from pyspark.errors import PySparkException

        self.failure = PySparkException
        self.folder = str(folder).rstrip("/")
        self.spark = spark
        spark.conf.set("spark.sql.session.timeZone", "UTC")

    def read(self, table):
        try:
            frame = self.spark.read.option("mergeSchema", "true").parquet(f"{self.folder}/{table}")
        except self.failure as error:
            if "PATH_NOT_FOUND" in str(error) or "UNABLE_TO_INFER_SCHEMA" in str(error):
                return None
            raise AuditTablesError(f"{self.folder}/{table} cannot be read as Parquet: {first_line(error)}") from None
        frame.createOrReplaceTempView(f"read_{table}")
        return frame.columns

    def define(self, name, sql):
        self.spark.sql(sql).cache().createOrReplaceTempView(name)

    def define_view(self, name, sql):
        self.spark.sql(sql).createOrReplaceTempView(name)

    def query(self, sql):
        frame = self.spark.sql(sql)
        return pd.DataFrame([row.asDict() for row in frame.collect()], columns=frame.columns)


def first_line(error):
    return str(error).strip().splitlines()[0][:300]


def setting(name):
    """A setting of the environment; an empty one counts as none."""
    return os.environ.get(name) or None


def today():
    """The day on which decisions that end are judged, as `audit report` does."""
    return datetime.now(timezone.utc).date()


def open_folder(folder=None, run=None, least=None, suppressed=None):
    """The tables of an output folder on this machine.

    Without arguments the environment says which: CODE_AUDIT_OUT, CODE_AUDIT_RUN, CODE_AUDIT_MIN_CONFIDENCE and
    CODE_AUDIT_SUPPRESSED.
    """
    named = folder or setting("CODE_AUDIT_OUT") or "../code-audit-out"
    if re.match(r"\w{2,}://", str(named)):
        raise AuditTablesError(f"{named} is no folder of this machine. spark.ipynb reads it with Spark.")
    place = Path(named).resolve()
    if not place.is_dir():
        raise AuditTablesError(
            f"There is no folder {place}. Name the output folder of an audit in CODE_AUDIT_OUT; small made-up tables to"
            " try are in notebooks/sample."
        )
    return Tables(DuckDbEngine(place), place, run, least, suppressed)


def open_spark(spark, folder, run=None, least=None, suppressed=None):
    """The same tables through a session of Spark."""
    return Tables(SparkEngine(spark, folder), folder, run, least, suppressed)


class Tables:
    """Tables of an output folder, and the figures from them.

    run         the id of a run to see alone; None for all
    least       findings of checks that are less sure are left out
    suppressed  whether findings that people have suppressed are "left-out" or "counted"
    """

    def __init__(self, engine, place, run=None, least=None, suppressed=None):
        self.engine = engine
        self.place = place
        self.notes = self._unfinished()
        self.least = self._least(least)
        self.counts_suppressed = self._counts_suppressed(suppressed)
        self._made = {}
        self.present = [table for table in COLUMNS if self._open(table)]
        if not self.present:
            raise AuditTablesError(
                f"{place} holds none of the tables {', '.join(COLUMNS)}. Name the folder that --out named."
                f"{self._inside()}"
            )
        # A folder of `audit generate` has neither reviews nor findings, and lacks nothing.
        reviewed = "reviews" in self.present or "findings" in self.present or "generations" not in self.present
        expected = ["reviews", "findings", "runs"] if reviewed else ["runs"]
        self.notes += [self._without(name) for name in expected if name not in self.present]
        self._order_runs()
        self.run = run or setting("CODE_AUDIT_RUN")
        self._choose_run()
        if not any(len(self.query(f"select 1 from all_{table} limit 1")) for table in ("reviews", "generations")):
            self.notes.append("No row was reviewed or generated here, so there is nothing to show but runs.")

    def query(self, sql):
        """The result of a query, as a frame."""
        try:
            return self.engine.query(sql)
        except self.engine.failure as error:
            raise AuditTablesError(f"The tables of {self.place} cannot be read: {first_line(error)}") from None

    def _least(self, least):
        named = least if least is not None else setting("CODE_AUDIT_MIN_CONFIDENCE") or LEAST_CONFIDENCE
        try:
            value = float(named)
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise AuditTablesError(f"The least confidence is a number from 0 to 1, not {named}.")
        return value

    def _counts_suppressed(self, named):
        named = named or setting("CODE_AUDIT_SUPPRESSED") or SUPPRESSED[0]
        if named not in SUPPRESSED:
            raise AuditTablesError(f"Suppressed findings are {' or '.join(SUPPRESSED)}, not {named}.")
        return named == "counted"

    def _unfinished(self):
        """What a run has published and not brought into the tables, as a note; of folders of this machine."""
        hidden = Path(self.place, "_audit")
        for wave in sorted(hidden.glob("staging/*/*")):
            manifest = hidden / "manifests" / f"{wave.parent.name}-{wave.name}.json"
            if manifest.exists():
                return [
                    f"The tables lack rows that a run has published: {manifest} is not carried out, for the run ended too"
                    f" early or is at work. bin/audit report {self.place} --html FILE, with the --format of the run,"
                    " brings the rows into the tables."
                ]
        return []

    def _inside(self):
        """Output folders inside the one that was named, if it is one too high."""
        if not isinstance(self.place, Path):
            return ""
        found = sorted(str(folder.parent.name) for folder in self.place.glob("*/reviews") if folder.is_dir())[:3]
        return f" Inside it, {', '.join(found)} would be one." if found else ""

    def _without(self, table):
        return {
            "reviews": "There is no table reviews, so nothing is known about coverage, and no finding can be"
            " said to stand.",
            "findings": "There is no table findings: none was written, or the folder is not complete.",
            "runs": "There is no table runs: no run has come to its end here yet. What it would say is left empty.",
        }[table]

    def _open(self, table):
        """Makes the view `all_<table>`, empty where there is no table; whether there is one."""
        columns = self.engine.read(table)
        have = set(columns or ())
        if columns is not None:
            lacking = [name for name in NEEDED[table] if name not in have]
            if lacking:
                raise AuditTablesError(
                    f"The table {table} of {self.place} lacks the column{'s' * (len(lacking) > 1)} {', '.join(lacking)}, so"
                    " it is no table of an audit."
                )
            older = [name for name in COLUMNS[table] if name not in have and name != "schema_version"]
            if older:
                self.notes.append(
                    f"The table {table} is older than the column{'s' * (len(older) > 1)} {', '.join(older)}. What would"
                    f" be counted by {'them' if len(older) > 1 else 'it'} is left empty or counted together."
                )
        chosen = []
        for name, kind in COLUMNS[table].items():
            # A name may be a word of SQL; after a table's it is none.
            instead = INSTEAD.get((table, name), "null") if columns is not None else "null"
            value = f"read_{table}.{name}" if name in have else instead
            chosen.append(f"cast({value} as {kind}) as {name}")
        source = f" from read_{table}" if columns is not None else " where 1 = 0"
        self.engine.define_view(f"all_{table}", f"select {', '.join(chosen)}{source}")
        if columns is not None and "schema_version" in have:
            newest = self.query(f"select max(schema_version) as newest from all_{table}")["newest"][0]
            if pd.notna(newest) and newest > SCHEMA_VERSION:
                self.notes.append(
                    f"The table {table} has rows of the schema version {newest:.0f}, and these notebooks know"
                    f" {SCHEMA_VERSION}. Figures may be wrong."
                )
        return columns is not None

    def _order_runs(self):
        """Numbers the runs that reviewed, the oldest first. A run that died has rows and no row in `runs`."""
        self.engine.define(
            "run_order",
            """
            select run_id, started_at, ended,
                   cast(row_number() over (order by started_at nulls first, run_id) as int) as position
            from (select run_id, min(started_at) as started_at, max(ended) as ended
                  from (select run_id, started_at, 0 as ended from all_reviews where coalesce(prompt_name, '') <> 'triage'
                        union all
                        select run_id, seen_at, 0 as ended from all_coverage
                        union all
                        select run_id, started_at, 1 as ended from all_runs where command = 'review') as said
                  group by run_id) as runs_seen""",
        )
        self.order = self.query("select * from run_order order by position")
        died = self.order[self.order["ended"] == 0]
        if len(died) and len(self.query("select 1 from all_runs limit 1")):
            self.notes.append(
                "Runs that have not come to their end: "
                + ", ".join(died["run_id"])
                + ". Files they had not got to are not counted."
            )
        self.last = len(self.order)
        # One that found nothing and knew of nothing has no rows that say so.
        stated = self.query("""
            select run_id from all_states union
            select run_id from all_coverage where run_id in (select run_id from all_runs) and exists
              (select 1 from all_states)""")["run_id"]
        self._with_states = set(self.order["position"][self.order["run_id"].isin(stated)])

    def _choose_run(self):
        if not self.run:
            self._of_run = "1 = 1"
            return
        known = self.query(
            "select run_id, max(started_at) as latest from (select run_id, started_at from all_runs union all"
            " select run_id, started_at from all_reviews union all select run_id, started_at from all_generations)"
            " as said group by run_id order by latest desc"
        )["run_id"].tolist()
        if self.run not in known:
            listed = ", ".join(known[:5]) + (" and others" if len(known) > 5 else "")
            raise AuditTablesError(f"{self.place} has no run {self.run}. Its runs are {listed or 'none'}.")
        if not re.fullmatch(r"[\w.:-]+", self.run):
            raise AuditTablesError(
                f"The run {self.run} has a name that no run of ours has: letters, digits, '-', '_', '.' and ':'."
            )
        self._of_run = f"run_id = '{self.run}'"

    def position(self, run):
        """The number of a run among those that reviewed."""
        at = self.order.index[self.order["run_id"] == run]
        if not len(at):
            known = ", ".join(self.order["run_id"].tail(5)) or "none"
            raise AuditTablesError(f"{self.place} has no review {run}. The latest are {known}.")
        return int(at[0]) + 1

    def _make(self, name, sql):
        """A table that several figures are made of, made when it is first needed. Its name."""
        if sql not in self._made:
            made = f"{name}_{len(self._made)}"
            try:
                self.engine.define(made, sql)
            except self.engine.failure as error:
                raise AuditTablesError(f"The tables of {self.place} cannot be read: {first_line(error)}") from None
            self._made[sql] = made
        return self._made[sql]

    # What stands, by the same rules as `audit report`: org.codeaudit.job.report.LatestFindings

    def standing(self, *after):
        """Name of a table of the reviews that stood after some runs (`as_of`, their positions), the last by default."""
        of_run = self._of_run.replace("run_id", "seen.run_id")
        seen = self._seen(after)
        return self._make("standing", f"""
            with covered as (
              select * from (
                select as_of.position as as_of, repository, path, input_key, outcome,
                       row_number() over (partition by as_of.position, repository, path
                         order by seen_at desc, coverage.run_id desc) as place
                from all_coverage as coverage
                join run_order as seen on seen.run_id = coverage.run_id
                join run_order as as_of on {seen}
                where change_kind = 'file' and outcome <> 'failed' and {of_run}) as c
              where place = 1),
            seen as (
              select as_of.position as as_of, reviews.row_key, attempt, reviews.input_key, unit, unit_count, reviews.repository,
                     reviews.path, status, skip_reason, error_class, reviews.started_at,
                     case when change_kind = 'file' then '' else coalesce(commit_id, content_sha, '') end as state_of
              from all_reviews as reviews
              join run_order as seen on seen.run_id = reviews.run_id
              join run_order as as_of on {seen}
              left join covered on covered.as_of = as_of.position and covered.repository = reviews.repository
                and covered.path = reviews.path and change_kind = 'file'
              where coalesce(prompt_name, '') <> 'triage' and {of_run}
                and (covered.input_key is null
                     or (covered.outcome <> 'gone' and covered.input_key = reviews.input_key))),
            latest as (
              select * from (
                select *, row_number() over (partition by as_of, row_key order by attempt desc) as place,
                       count(unit) over (partition by as_of, input_key) as split
                from seen) as s
              where place = 1 and (unit is not null or split = 0)),
            inputs as (
              select *, case when count(case when status in ('ok', 'truncated', 'skipped') then 1 end)
                                    over (partition by as_of, input_key) >= coalesce(unit_count, 1)
                             then 1 else 0 end as complete
              from latest),
            ranked as (
              select *, first_value(input_key) over (partition by as_of, repository, path, state_of
                          order by complete desc, started_at desc nulls last, input_key) as chosen
              from inputs)
            select as_of, row_key, attempt, input_key, unit_count, repository, path, status, skip_reason, error_class
            from ranked where input_key = chosen""")

    def _seen(self, after):
        """SQL by which a run is seen after others. One to be seen alone is seen as if there were no others."""
        listed = ", ".join(str(int(position)) for position in after or (self.last,))
        alone = "as_of.position = seen.position"
        return alone if self.run else f"as_of.position >= seen.position and as_of.position in ({listed})"

    def _found(self, *after, least=None):
        """Name of a table of the findings that stood after some runs, also of those that were suppressed then.

        `decision` (null if the finding is open) and `decision_by` are what held on the day of the run, or holds today if
        none is named: what the last run to see the finding says in `states`, else what stands in `findings`, unless its
        last day is over. `recorded` is 1 if the columns of `findings` tell the reason.
        """
        day = "cast(cast(run.started_at as date) as string)" if after else f"'{today()}'"
        over = f"coalesce(suppression_expires < {day}, false)"

        def held(column):
            # A run that said it after that day said it for another reason than the recorded one.
            return f"""case when not {over} then coalesce(said.{column}, once.{column})
                            when suppression_expires < said_on then said.{column} end"""

        return self._make("found", f"""
            with shown as (
              select standing.as_of, findings.*, case when change_kind = 'file'
                     then concat_ws(':', findings.row_key, finding_id) else '' end as place
              from all_findings as findings join {self.standing(*after)} as standing
                on standing.row_key = findings.row_key and standing.attempt = findings.attempt
              where prompt_name <> 'checks' or confidence >= {self.least if least is None else least}),
            once as (
              select * from (
                select shown.*, row_number() over (
                    partition by as_of, repository, fingerprint, place
                    order by coalesce(confidence, 0) desc, path nulls first, line_start nulls first,
                             finding_id nulls first) as times
                from shown) as counted
              where times = 1),
            said as (
              select * from (
                select as_of.position as said_after, states.repository as said_of, states.finding_id as said_id,
                       states.suppressed, states.suppressed_by,
                       cast(cast(seen.started_at as date) as string) as said_on,
                       row_number() over (partition by as_of.position, states.repository, finding_id
                                          order by seen.position desc) as latest
                from all_states as states join run_order as seen on seen.run_id = states.run_id
                join run_order as as_of on {self._seen(after)}) as s
              where latest = 1)
            select once.*, {held("suppressed")} as decision, {held("suppressed_by")} as decision_by,
                   case when once.suppressed is not null and not {over} then 1 else 0 end as recorded
            from once join run_order as run on run.position = as_of
            left join said on said_after = as_of and said_of = once.repository and said_id = finding_id""")

    def standing_findings(self, *after, least=None):
        """Name of a table of the findings that stood after some runs (`as_of`, their positions), by default that stand now.

        Those that people have suppressed are not in it unless they are to be counted.
        """
        found = self._found(*after, least=least)
        return found if self.counts_suppressed else self._make("open", f"select * from {found} where decision is null")

    # Figures: runs and coverage

    def runs(self):
        """Runs of all commands, the latest first."""
        return self.query(f"""
            select run_id, command, started_at, model_id, precision, arithmetic, rows, ok, truncated, skipped, failed,
                   reused_inputs, findings, seconds, prompt_tokens, generated_tokens,
                   prompt_tokens / nullif(seconds, 0) as prompt_rate,
                   generated_tokens / nullif(seconds, 0) as generated_rate, model_load_ns / 1e9 as load_seconds, coverage,
                   stopped_by, inputs_left
            from all_runs where {self._of_run} order by started_at desc, run_id""")

    def files(self, *after):
        """Files by what became of them: as_of, repository, outcome, why, files. As the page of `audit report` counts."""
        standing = self.standing(*after)
        return self.query(f"""
            select as_of, repository, outcome, coalesce(why, 'for a reason that was not given') as why, count(*) as files
            from (select as_of, repository,
                         case when failed > 0 then 'failed' when skipped = units then 'skipped'
                              when truncated > 0 or skipped > 0 or units < unit_count then 'in part'
                              else 'reviewed' end as outcome,
                         case when failed > 0 then error_class when skipped > 0 then skip_reason
                              when truncated > 0 then 'an answer was cut at the limit of tokens'
                              when units < unit_count then 'parts of it were not asked about yet' else '' end as why
                  from (select as_of, repository, path, input_key, count(*) as units, max(unit_count) as unit_count,
                               count(case when status = 'skipped' then 1 end) as skipped,
                               count(case when status = 'failed' then 1 end) as failed,
                               count(case when status = 'truncated' then 1 end) as truncated,
                               max(skip_reason) as skip_reason, max(error_class) as error_class
                        from {standing} group by as_of, repository, path, input_key) as counted) as told
            group by as_of, repository, outcome, coalesce(why, 'for a reason that was not given')
            order by as_of, repository, outcome, why""")

    def coverage(self):
        """Files as a run saw them last: repository, outcome, reason, files. Of a change each input counts; none is gone."""
        return self.query(f"""
            select repository, outcome, coalesce(reason, '') as reason, count(*) as files
            from (select *, row_number() over (
                    partition by repository, path, case when change_kind = 'file' then '' else input_key end
                    order by seen_at desc nulls last, run_id desc, input_key) as place
                  from all_coverage where {self._of_run}) as c
            where place = 1 and outcome <> 'gone' group by repository, outcome, coalesce(reason, '')
            order by repository, outcome, reason""")

    def coverage_by_run(self):
        """Files by what became of them in each of the latest runs, with units that were asked and that carried answers."""
        return self.query(f"""
            select position, run_order.run_id, outcome, count(*) as files, sum(asked) as asked, sum(carried) as carried
            from all_coverage as coverage join run_order on run_order.run_id = coverage.run_id
            where position >= {self.first} group by position, run_order.run_id, outcome order by position, outcome""")

    # Figures: findings

    def findings_by(self, column):
        """Findings that stand by a column and by severity."""
        if column not in ("category", "repository", "path", "cwe", "anchor_status"):
            raise ValueError(column)
        return self.query(f"""
            select coalesce({column}, '(none)') as {column}, severity, count(*) as findings, avg(confidence) as confidence
            from {self.standing_findings()} group by coalesce({column}, '(none)'), severity
            order by findings desc, {column}, severity""")

    def confidences(self):
        """Findings by confidence, in steps of a twentieth, those that are left out too."""
        return self.query(f"""
            select least(floor(confidence * 20), 19) / 20 as confidence, severity, count(*) as findings
            from {self.standing_findings(least=0)} where confidence is not null
            group by least(floor(confidence * 20), 19) / 20, severity order by confidence, severity""")

    def top_findings(self, most=25):
        """The gravest that stand, then the surest."""
        return self.query(f"""
            select severity, category, cwe, confidence, repository, path, line_start, line_end, side, anchor_status,
                   quote, message, suggestion
            from {self.standing_findings()}
            order by {severity_rank()}, confidence desc nulls last, repository, path, line_start nulls first, finding_id
            limit {int(most)}""")

    def day(self, after=None):
        """The day on which decisions are judged: of a run, by its position, or today."""
        started = None if after is None else self.order["started_at"].get(after - 1)
        return today() if pd.isna(started) else pd.Timestamp(started).date()

    def decisions(self, after=None):
        """What people have decided about findings that stand, or that stood after a run (its position).

        A row is a decision, with the place of the gravest finding it is about. Where `decision` is null none holds, so the
        findings count, and `note` says why one seems to.
        """
        return self.query(f"""
            select decision, decision_by, reason, decided_by, expires, note, count(*) as findings,
                   min(severity_rank) as severity_rank, max(case when nth = 1 then repository end) as repository,
                   max(case when nth = 1 then path end) as path, max(case when nth = 1 then line_start end) as line_start
            from (select *, row_number() over (partition by decision, decision_by, reason, decided_by, expires, note
                           order by severity_rank, repository, path, line_start, finding_id) as nth
                  from (select decision, decision_by, {severity_rank()} as severity_rank, repository, path, line_start,
                               finding_id, case when recorded = 1 then suppression_reason end as reason,
                               case when recorded = 1 then suppression_decided_by end as decided_by,
                               case when recorded = 1 then suppression_expires end as expires,
                               case when decision is not null then null
                                    when suppressed is null then suppression_note
                                    else concat('no longer ', suppressed, ': that expired on ', suppression_expires, ' (',
                                                suppression_reason, ')') end as note
                        from {self._found(*([] if after is None else [after]))}) as f
                  where decision is not null or note is not null) as told
            group by decision, decision_by, reason, decided_by, expires, note
            order by case when decision is null then 1 else 0 end, expires nulls last, severity_rank, findings desc,
                     decision, decision_by, reason, decided_by, note""")

    def judged(self):
        """What `audit triage` made of other tools' findings, by tool and rule."""
        return self.query(f"""
            select coalesce(tool, '(none)') as tool, coalesce(rule, '(none)') as rule, count(*) as findings,
                   count(case when confidence >= 0.5 then 1 end) as likely, avg(confidence) as confidence
            from (select *, row_number() over (partition by finding_id order by attempt desc) as place
                  from all_findings where prompt_name = 'triage' and {self._of_run}) as f
            where place = 1 group by coalesce(tool, '(none)'), coalesce(rule, '(none)')
            order by findings desc, tool, rule""")

    def generations(self):
        """Answers of `audit generate` by the language of their code and whether it parses."""
        return self.query(f"""
            select coalesce(code_language, 'no code') as language,
                   case when syntax_ok then 'well formed' when not syntax_ok then 'not well formed'
                        else 'not checked' end as syntax,
                   count(*) as answers
            from (select *, row_number() over (partition by row_key order by attempt desc) as place
                  from all_generations where {self._of_run}) as g
            where place = 1 group by coalesce(code_language, 'no code'),
              case when syntax_ok then 'well formed' when not syntax_ok then 'not well formed' else 'not checked' end
            order by answers desc, language, syntax""")

    # Figures: time

    def timings(self):
        """Name of a table of all rows that were asked something, all attempts, with their times in seconds."""
        times = ", ".join(f"{name} / 1e9 as {name[:-3]}" for name in TIMING if name.endswith("_ns"))
        shared = ("run_id, status, executor_id, host, device, started_at, finished_at, mean_batch_size, prompt_tokens, "
                  "coalesce(cached_tokens, 0) as cached_tokens, coalesce(forced_tokens, 0) as forced_tokens, "
                  "coalesce(draft_tokens_accepted, 0) as draft_tokens_accepted, generated_tokens, " + times)
        return self._make("timings", f"""
            select {shared}, concat_ws('/', repository, path) as place, unit from all_reviews
            where total_ns is not null and (prompt_tokens is null or prompt_tokens > 0) and {self._of_run}
            union all
            select {shared}, id as place, cast(null as bigint) as unit from all_generations
            where total_ns is not null and (prompt_tokens is null or prompt_tokens > 0) and {self._of_run}""")

    def not_asked(self):
        """Rows whose parts gave no reason to ask: they took no time worth speaking of."""
        return int(
            self.query(f"""
            select count(*) as n from all_reviews where total_ns is not null and prompt_tokens = 0 and {self._of_run}""")[
                "n"
            ][0]
        )

    def percentiles(self):
        """Times of a row in seconds: a row for each, with the 50th, 90th and 99th percentile."""
        names = ["queued", "tokenize", "prefill", "decode", "first_token", "total"]
        chosen = ", ".join(
            f"percentile_cont({share}) within group (order by {name}) as {name}_{part}"
            for name in names for part, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)))
        found = self.query(f"select {chosen} from {self.timings()}")
        rows = {name: [found[f"{name}_{part}"][0] for part in ("p50", "p90", "p99")] for name in names}
        frame = pd.DataFrame.from_dict(rows, orient="index", columns=["p50", "p90", "p99"]).astype(float)
        return frame.dropna(how="all").rename(index=lambda name: name.replace("_", " "))

    def time_by_length(self):
        """Mean seconds of a row's parts by the length of its prompt, in powers of two."""
        return self.query(f"""
            select cast(floor(log2(prompt_tokens)) as int) as power, count(*) as asked, avg(queued) as queued,
                   avg(prefill) as prefill, avg(decode) as decode,
                   avg(greatest(total - queued - prefill - decode, 0)) as others
            from {self.timings()} where prompt_tokens > 0 and queued is not null and prefill is not null
              and decode is not null
            group by cast(floor(log2(prompt_tokens)) as int) order by power""")

    def executors(self):
        """What each executor did of each run: rows, tokens, and seconds by what they were for."""
        frame = self.query(f"""
            select run_id, executor_id, host, max(device) as device, count(*) as asked,
                   count(case when status = 'failed' then 1 end) as failed, sum(prompt_tokens) as prompt_tokens,
                   sum(generated_tokens) as generated_tokens, min(started_at) as began, max(finished_at) as ended,
                   avg(mean_batch_size) as mean_batch_size, max(model_load) as load,
                   sum(prefill) as prefill, sum(decode) as decode
            from {self.timings()} where executor_id is not null group by run_id, executor_id, host
            order by run_id, executor_id, host""")
        answering = (pd.to_datetime(frame["ended"]) - pd.to_datetime(frame["began"])).dt.total_seconds()
        numbers = frame[["load", "prefill", "decode"]].astype(float).fillna(0)
        # A row starts when the model is there, so the load comes before it.
        frame["seconds"] = answering + numbers["load"]
        frame["rest"] = (answering - numbers["prefill"] - numbers["decode"]).clip(lower=0)
        tokens = frame[["prompt_tokens", "generated_tokens"]].astype(float).fillna(0).sum(axis=1)
        frame["tokens_per_second"] = (tokens / answering).where(answering > 0)
        return frame

    def busiest_run(self):
        """The run whose rows took most of the model's time; None if no row was asked."""
        runs = self.query(f"""
            select run_id from {self.timings()} group by run_id
            order by sum(coalesce(prefill, 0) + coalesce(decode, 0)) desc, run_id limit 1""")
        return None if runs.empty else runs["run_id"][0]

    def moments(self, run):
        """Of each row asked in a run: seconds from the first row's start to its start, first step and end; its tokens."""
        frame = self.query(f"""
            select run_id, executor_id, started_at, finished_at, queued, prompt_tokens - cached_tokens as prompt,
                   generated_tokens as generated
            from {self.timings()} where finished_at >= started_at order by started_at, finished_at""")
        frame = frame[frame["run_id"] == run].reset_index(drop=True)
        started, finished = pd.to_datetime(frame["started_at"]), pd.to_datetime(frame["finished_at"])
        begin = started.min()
        return pd.DataFrame({
            "started": (started - begin).dt.total_seconds(),
            "stepped": (started - begin).dt.total_seconds() + frame["queued"].astype(float).fillna(0),
            "finished": (finished - begin).dt.total_seconds(),
            "prompt": frame["prompt"].astype(float).fillna(0), "generated": frame["generated"].astype(float).fillna(0)})

    def rates_by_batch(self):
        """Tokens by the time the model spent on them, by the mean number of rows in a step.

        An answer of one token comes with the step that reads its prompt: its row says nothing about writing.
        """
        return self.query(f"""
            select cast(floor(log2(greatest(mean_batch_size, 1))) as int) as power, count(*) as asked,
                   sum(case when decode > 0 then generated_tokens end) / nullif(sum(decode), 0) as decode,
                   sum(prompt_tokens - cached_tokens) / nullif(sum(prefill), 0) as prefill
            from {self.timings()} where mean_batch_size > 0 and prefill > 0
            group by cast(floor(log2(greatest(mean_batch_size, 1))) as int) order by power""")

    def tokens(self):
        """Sums of tokens by what became of them."""
        return self.query(f"""
            select sum(prompt_tokens - cached_tokens) as computed, sum(cached_tokens) as cached,
                   sum(generated_tokens - forced_tokens - draft_tokens_accepted) as chosen, sum(forced_tokens) as forced,
                   sum(draft_tokens_accepted) as drafted
            from {self.timings()}""")

    def slowest(self, most=10):
        return self.query(f"""
            select place, unit, executor_id, total, queued, prefill, decode, prompt_tokens, generated_tokens, run_id
            from {self.timings()} order by total desc, place, unit nulls first limit {int(most)}""")

    # Figures: series

    @property
    def first(self):
        """The first run of those that a trend shows."""
        return max(1, self.last - MOST_RUNS + 1)

    @property
    def latest(self):
        """Positions of the runs that a trend shows."""
        return range(self.first, self.last + 1)

    @property
    def _shown_runs(self):
        """Positions of the runs that a trend is made of: what is new in the first is told by the one before."""
        return range(max(1, self.first - 1), self.last + 1)

    def _defects(self):
        """Name of a table of defects after each run: the same fingerprint in a repository is the same defect."""
        shown = self.standing_findings(*self._shown_runs)
        return self._make("defects", f"""
            select as_of, repository, fingerprint, min({severity_rank()}) as severity_rank
            from {shown} group by as_of, repository, fingerprint""")

    def trend(self):
        """Of each of the latest runs: what stood after it, what was new in it and what was gone, and what was suppressed."""
        defects = self._defects()
        same = "on {0}.repository = {1}.repository and {0}.fingerprint = {1}.fingerprint and {0}.as_of = {1}.as_of"
        return self.query(f"""
            select position, run_id, started_at, ended, coalesce(standing, 0) as standing, coalesce(added, 0) as added,
                   coalesce(gone, 0) as gone, coalesce(suppressed, 0) as suppressed
            from run_order
            left join (select as_of, count(*) as standing from {defects} group by as_of) as stood
              on stood.as_of = position
            left join (select now.as_of, count(*) as added from {defects} as now
                       left join (select as_of + 1 as as_of, repository, fingerprint from {defects}) as before
                         {same.format("before", "now")}
                       where before.as_of is null group by now.as_of) as came on came.as_of = position
            left join (select before.as_of, count(*) as gone
                       from (select as_of + 1 as as_of, repository, fingerprint from {defects}) as before
                       left join {defects} as now {same.format("now", "before")}
                       where now.as_of is null group by before.as_of) as went on went.as_of = position
            left join (select as_of, count(*) as suppressed
                       from (select as_of, repository, fingerprint from {self._found(*self._shown_runs)}
                             group by as_of, repository, fingerprint
                             having count(case when decision is null then 1 end) = 0) as d
                       group by as_of) as aside on aside.as_of = position
            where position >= {self.first} order by position""")

    def _stated(self):
        """Name of a table of what runs say of findings, with what became of those that are shown.

        A finding whose confidence falls below the least is `less sure`, and one that rises above it is new. One that was
        not reproduced and is found again has been reopened, as one that was fixed. One that is suppressed is shown once,
        if it stood before, and again when the decision no longer holds.
        """
        sure = f"case when states.check is null or confidence >= {self.least} then 1 else 0 end"
        is_open = "1" if self.counts_suppressed else "case when states.suppressed is null then 1 else 0 end"
        before = "over (partition by repository, identity order by position)"
        return self._make("stated", f"""
            select position, run_id, repository, category, severity, confidence, path, line_start, line_end, side, quote,
                   title, moved_from, line_before,
                   case when stands = 0 and state = 'not_reproduced' then 'not reproduced' when stands = 0 then state
                        when sure = 0 then 'less sure' when is_open = 0 then 'suppressed'
                        when state = 'reopened' or state_before = 'not_reproduced' then 'reopened'
                        when was_suppressed = 1 then 'no longer suppressed' when stood = 0 then 'new' when state = 'existing' then 'still there' else state end as became
            from (select *, lag(state) {before} as state_before, lag(line_start) {before} as line_before,
                         lag(stands * sure * (1 - is_open)) {before} as was_suppressed,
                         coalesce(lag(stands * sure * is_open) {before},
                                  case when state = 'new' then 0 else 1 end) as stood
                  from (select position, states.*, {sure} as sure, {is_open} as is_open,
                               case when state in ('fixed', 'not_reproduced') then 0 else 1 end as stands
                        from all_states as states join run_order on run_order.run_id = states.run_id) as s) as t
            where (sure * is_open = 1 and (stands = 1 or coalesce(state_before, '') <> 'not_reproduced'))
               or (stands = 1 and stood = 1)""")

    def has_states(self, position):
        """Whether a run, by position, says what became of the findings known before."""
        return position in self._with_states

    def changes(self):
        """Of each of the latest runs: findings by what became of them.

        Where a run does not say it (`stated` is 0), it is told by fingerprint: what is new, and what is gone.
        """
        said = pivot(self.query(f"""
            select position, became, count(*) as findings from {self._stated()} group by position, became
            order by position, became"""), "position", "became", "findings")
        trend = self.trend()
        positions = pd.Index(trend["position"], name="position")
        frame = said.reindex(index=positions, columns=[name for name in BECAME if name != "still there"]).fillna(0)
        frame = frame.astype(int).reset_index()
        frame.insert(1, "stated", [int(self.has_states(position)) for position in frame["position"]])
        other = frame["stated"] == 0
        frame.loc[other, "new"], frame.loc[other, "gone"] = trend["added"][other], trend["gone"][other]
        return frame

    def between(self, before, after):
        """Findings of two runs (by position) with what became of them, as the later run says it if it can."""
        if after != before + 1 or not self.has_states(after):
            return self.compare(before, after)
        return self.query(f"""
            select became, repository, severity, category, confidence, path, line_start, line_end, side, quote, title,
                   moved_from, line_before
            from {self._stated()} where position = {int(after)}
            order by {severity_rank()}, confidence desc nulls last, repository, path, line_start nulls first, quote""")

    def standing_by_severity(self):
        frame = self.query(f"""
            select as_of, severity_rank, count(*) as findings from {self._defects()} where as_of >= {self.first}
            group by as_of, severity_rank order by as_of, severity_rank""")
        frame["severity"] = severities(frame)
        return frame

    def compare(self, before, after):
        """Findings that stood after either of two runs (by position), with what became of them.

        `moved` is one whose code, by `fingerprint_loose`, is gone at one place of its repository and new at another.
        It comes once, where it is now. Those suppressed at both times are left out, unless they are to be counted.
        """
        found = self._found(before, after)
        is_open = "1" if self.counts_suppressed else "case when decision is null then 1 else 0 end"
        details = "severity, category, cwe, confidence, path, line_start, line_end, quote, title, fingerprint_loose"
        one = f"""(select * from (select repository, fingerprint, {details}, as_of, {is_open} as is_open, row_number() over (
                     partition by as_of, repository, fingerprint order by {is_open} desc, coalesce(confidence, 0) desc,
                     path, line_start nulls first, finding_id) as nth from {found}) as f where nth = 1 and as_of = %d)"""
        both = ", ".join(f"coalesce(now.{c}, before.{c}) as {c}" for c in ["repository", *details.split(", ")])
        return self.query(f"""
            with joined as (
              select {both}, before.line_start as line_before,
                     case when now.is_open = 1 and before.is_open = 1 then 'still there'
                          when now.is_open = 1 and before.is_open = 0 then 'no longer suppressed'
                          when now.is_open = 0 and before.is_open = 1 then 'suppressed'
                          when now.is_open = 1 then 'new' when before.is_open = 1 then 'gone' end as became
              from {one % after} as now full outer join {one % before} as before
                on now.repository = before.repository and now.fingerprint = before.fingerprint)
            select case when other.code is not null then 'moved' else became end as became,
                   joined.repository, {details.replace('fingerprint_loose', 'joined.fingerprint_loose')}, line_before
            from joined
            left join (select distinct repository, fingerprint_loose as code, became as other_became from joined
                       where became in ('new', 'gone')) as other
              on other.repository = joined.repository and other.code = joined.fingerprint_loose
                and became in ('new', 'gone') and other_became <> became
            where became is not null and (became <> 'gone' or other.code is null)
            order by {severity_rank()}, confidence desc nulls last, joined.repository, path, line_start nulls first""")

    def ages(self):
        """Defects that stand now by the run after which they stood first, of those that the trend shows."""
        return self.query(f"""
            select first_seen, severity_rank, count(*) as findings
            from (select repository, fingerprint, min(as_of) as first_seen, max(as_of) as last_seen,
                         min(severity_rank) as severity_rank
                  from {self._defects()} where as_of >= {self.first} group by repository, fingerprint) as d
            where last_seen = {self.last} group by first_seen, severity_rank order by first_seen, severity_rank""")

    def costs(self):
        """What each of the latest runs took: rows, tokens, seconds. A run that did not end has no wall time."""
        frame = self.query(f"""
            select position, o.run_id, o.started_at, runs.seconds, coalesce(asked, 0) as asked,
                   coalesce(t.prompt_tokens, 0) as prompt_tokens,
                   coalesce(t.generated_tokens, 0) as generated_tokens, prefill, decode, load,
                   runs.reused_inputs, runs.coverage, runs.stopped_by, runs.inputs_left
            from run_order as o
            left join (select run_id, max(seconds) as seconds, max(reused_inputs) as reused_inputs,
                              max(coverage) as coverage, max(stopped_by) as stopped_by, max(inputs_left) as inputs_left
                       from all_runs where command = 'review' group by run_id) as runs on runs.run_id = o.run_id
            left join (select run_id, count(*) as asked, sum(prompt_tokens) as prompt_tokens,
                              sum(generated_tokens) as generated_tokens, sum(prefill) as prefill,
                              sum(decode) as decode, max(model_load) as load
                       from {self.timings()} group by run_id) as t on t.run_id = o.run_id
            where position >= {self.first} order by position""")
        return frame


FIGURES = [
    "runs",
    "files",
    "coverage",
    "coverage_by_run",
    "confidences",
    "top_findings",
    "decisions",
    "judged",
    "generations",
    "percentiles",
    "time_by_length",
    "executors",
    "rates_by_batch",
    "tokens",
    "slowest",
    "trend",
    "changes",
    "standing_by_severity",
    "ages",
    "costs",
]


def differences(one, other):
    """Each figure of two readers of the same tables: its rows, and whether both have the same."""
    told = []
    for figure in FIGURES:
        first, second = (comparable(getattr(tables, figure)()) for tables in (one, other))
        told.append((figure.replace("_", " "), len(first), "yes" if first == second else "NO"))
    return pd.DataFrame(told, columns=["figure", "rows", "same"])


def comparable(frame):
    """Rows of a frame as text in which engines do not differ: numbers to nine digits, times to microseconds."""
    def text(value):
        if value is None or value is pd.NaT or (not isinstance(value, str) and pd.isna(value)):
            return ""
        if isinstance(value, str):
            return value
        if hasattr(value, "strftime"):
            return f"{value:%Y-%m-%d %H:%M:%S.%f}"
        return f"{float(value):.9g}"

    return [tuple(text(value) for value in row) for row in frame.itertuples(index=False, name=None)]


def severity_rank():
    """SQL that puts the gravest first."""
    ranks = " ".join(f"when '{name}' then {rank}" for rank, name in enumerate(SEVERITIES))
    return f"case severity {ranks} else {len(SEVERITIES)} end"


# Pictures. Colours are told apart by people who do not see all of them, and in print.

GRAVITY = {
    "critical": "#67001f",
    "high": "#c0392b",
    "medium": "#f4a582",
    "low": "#92c5de",
    "info": "#bababa",
    "other": "#dddddd",
}
OUTCOME = {"reviewed": "#0072b2", "unchanged": "#9ecae1", "in part": "#e69f00", "clipped": "#e69f00", "skipped": "#c8c8c8",
           "failed": "#a63603"}
SPENT = {"loading the model": "#999999", "waiting for the first step": "#d9d9d9", "reading prompts": "#56b4e9",
         "writing answers": "#0b4f8a", "other rows' steps, and pauses": "#f0e0b6", "neither": "#efefef"}
GREY = "#374151"
BECAME = {"new": "#0072b2", "reopened": "#d55e00", "no longer suppressed": "#000000", "moved": "#cc79a7",
          "still there": "#999999", "fixed": "#009e73", "gone": "#009e73", "not reproduced": "#e69f00",
          "less sure": "#f0e442", "suppressed": "#56b4e9"}
CAME = ["new", "reopened", "no longer suppressed"]
WENT = ["fixed", "gone", "not reproduced", "less sure", "suppressed"]
BESIDES = {"color": "white", "edgecolor": GREY, "hatch": "//", "linewidth": 0.8}  # of what is not counted
DECIDED_BY = {"rules": "rules", "inline": "remarks in the code"}
SYNTAX = {"well formed": "#0072b2", "not well formed": "#d55e00", "not checked": "#c8c8c8"}
SHARES = {"p50": "#9ecae1", "p90": "#3182bd", "p99": "#08306b"}
PROMPTS, ANSWERS = SPENT["reading prompts"], SPENT["writing answers"]
MOST_BARS = 20
WIDTH = 9
DOTS = 160

matplotlib.rcParams.update({
    "font.size": 10, "axes.titlelocation": "left", "axes.titleweight": "bold", "axes.titlesize": 11,
    "axes.spines.top": False, "axes.spines.right": False, "axes.axisbelow": True, "grid.color": "#e5e7eb",
    "text.parse_math": False,  # a path or repository may hold dollar signs
})


def visible(text):
    """Text in which every character can be seen: those without a shape or that turn the direction round are named."""
    def shown(character):
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"):
            return character
        return f"[U+{ord(character):04X}]"

    return "".join(map(shown, str(text)))


def shortened(label, most=46):
    """One line of a label; of a long one its end, which tells paths apart."""
    label = " ".join(visible(label).split())
    return label if len(label) <= most else "…" + label[1 - most:]


def count(value, _=None):
    return f"{value:,.0f}"


def rate(value, _=None):
    if pd.isna(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 or value == 0 else f"{value:.3g}"


def duration(value, _=None):
    """A time with a unit that suits it."""
    if pd.isna(value):
        return ""
    for unit, size in (("h", 3600), ("min", 60), ("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= (2 if unit in ("h", "min") else 0.9995) * size:
            return f"{value / size:,.0f} {unit}" if value >= 99.95 * size else f"{value / size:.3g} {unit}"
    return "0 s" if value <= 0 else f"{value * 1e9:.3g} ns"


def percent(value):
    return "" if pd.isna(value) else f"{100 * value:.0f} %" if value in (0, 1) else f"{min(99.9, 100 * value):.1f} %"


def time_unit(longest):
    """Seconds of an axis' unit and its name, by the longest time on it."""
    for size, name in ((3600, "hours"), (60, "minutes")):
        if longest >= 2 * size:
            return size, name
    return 1, "seconds"


def run_labels(runs):
    """Short names of runs: when they started, with their ids where that is not enough."""
    times = pd.to_datetime(runs["started_at"])
    for form in ("%-d %b", "%-d %b\n%H:%M", "%-d %b\n%H:%M:%S"):
        labels = [time.strftime(form) if pd.notna(time) else None for time in times]
        if None not in labels and len(set(labels)) == len(labels):
            if times.dt.year.nunique() > 1:
                labels = [f"{label}\n{time:%Y}" for label, time in zip(labels, times)]
            return labels
    return [shortened(run, 18) for run in runs["run_id"]]


def picture(height, width=WIDTH, **subplots):
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(**subplots)


def nothing(title):
    """A picture that says that there is nothing, so that no one takes a gap for an error."""
    figure, axes = picture(0.9)
    axes.set_axis_off()
    axes.set_title(title)
    axes.text(0, 0.3, "Nothing to show.", color="#6b7280", style="italic", transform=axes.transAxes)
    return figure


def legend(figure, axes, columns):
    handles, labels = axes.get_legend_handles_labels()
    if len(labels) > 1:
        figure.legend(handles, labels, frameon=False, ncols=columns, loc="outside lower center")


def pivot(frame, rows, columns, values):
    """Sums of values by two columns, in numbers that a picture can use."""
    if frame.empty:
        return pd.DataFrame()
    frame = frame.assign(**{values: frame[values].astype(float)})
    return frame.pivot_table(index=rows, columns=columns, values=values, aggfunc="sum", fill_value=0.0)


def bars(counts, colours, title, unit, sort=True, written=count, most=MOST_BARS):
    """Lying bars of a frame: a row each, stacked by its columns in the order of the colours."""
    known = [column for column in colours if column in counts.columns and counts[column].sum() > 0]
    counts = counts.reindex(columns=known).fillna(0)
    if counts.empty or not known:
        return nothing(title)
    if sort:
        counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    if len(counts) > most:
        rest = counts.iloc[most - 1:].sum().rename(f"{len(counts) - most + 1:,} others")
        counts = pd.concat([counts.iloc[:most - 1], rest.to_frame().T])
    figure, axes = picture(1.5 + 0.3 * len(counts))
    places = range(len(counts))
    left = pd.Series(0.0, index=range(len(counts)))
    for column in known:
        values = counts[column].reset_index(drop=True)
        axes.barh(
            places, values, left=left, color=colours[column], label=column, height=0.7, edgecolor="white", linewidth=0.5
        )
        left += values
    for place, total in enumerate(left):
        axes.text(total, place, f" {written(total)}", va="center", color=GREY)
    axes.set(title=title, xlabel=unit, yticks=places, yticklabels=[shortened(label) for label in counts.index],
             xlim=(0, left.max() * 1.1))
    axes.set_ylim(len(counts) - 0.4, -0.6)
    if written is count:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(count if written is count else rate))
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    legend(figure, axes, min(4, len(known)))
    return figure


def columns_over_runs(axes, frame, colours, labels, width=0.7):
    """Standing bars, a place for each row of the frame, stacked by its columns in the order of the colours."""
    bottom = pd.Series(0.0, index=range(len(frame)))
    for column in [c for c in colours if c in frame.columns]:
        values = frame[column].astype(float).fillna(0).reset_index(drop=True)
        if values.sum() > 0:
            axes.bar(range(len(frame)), values, bottom=bottom, color=colours[column], label=column, width=width,
                     edgecolor="white", linewidth=0.5)
        bottom += values
    run_axis(axes, labels)
    axes.grid(axis="y")
    return bottom


def run_axis(axes, labels):
    shown = [label if index % label_every(len(labels)) == 0 else "" for index, label in enumerate(labels)]
    axes.set_xticks(range(len(labels)), shown, fontsize=9)
    room_beside(axes, len(labels))


def label_every(number):
    """Of many runs only some are labelled, so that labels do not run into each other."""
    return -(-number // 12)


def room_beside(axes, number):
    """Keeps one or two bars from filling the picture."""
    room = 0.6 + max(0, 4 - number) / 2
    axes.set_xlim(-room, number - 1 + room)


def draw_severities(tables):
    found = tables.findings_by("category")
    total = found.groupby("severity")["findings"].sum().reindex(SEVERITIES).fillna(0)
    if total.sum() == 0:
        return nothing("Findings by severity")
    figure, axes = picture(2.6)
    drawn = axes.bar(total.index, total, color=[GRAVITY[name] for name in total.index], width=0.6)
    axes.bar_label(drawn, labels=[count(value) for value in total], color=GREY, padding=2)
    axes.set(title="Findings by severity", ylabel="findings")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.12)
    axes.grid(axis="y")
    return figure


def draw_findings_by(tables, column, title):
    return bars(pivot(tables.findings_by(column), column, "severity", "findings"), GRAVITY, title, "findings")


def show_files_with_most(tables, most=10):
    """Files with several findings, the most first."""
    by_file = pivot(tables.findings_by("path"), "path", "severity", "findings")
    several = by_file[by_file.sum(axis=1) > 1] if len(by_file) else by_file
    if several.empty:
        say("No file has more than one finding." if len(by_file) else "No file has a finding.")
        return
    several = several.loc[several.sum(axis=1).sort_values(ascending=False, kind="stable").index].head(most)
    show(bars(several, GRAVITY, "Files with most findings", "findings"))


def draw_decisions(tables, after=None):
    title = "Suppressed findings by what suppresses them"
    held = held_decisions(tables, after)
    if held.empty:
        return nothing(title)
    named = [by + (f", for {SOON} days at most" if soon else "") for by, soon in zip(held["by"], held["soon"])]
    return bars(pivot(held.assign(by=named, severity=severities(held)), "by", "severity", "findings"), GRAVITY, title,
                "findings")


def held_decisions(tables, after=None):
    """Decisions that hold, with what they are `by`, in words, and whether they end `soon`."""
    found = tables.decisions(after)
    held = found[found["decision"].notna()]
    last = str(tables.day(after) + timedelta(SOON))
    return held.assign(by=[DECIDED_BY.get(by, str(by)) for by in held["decision_by"]],
                       soon=[isinstance(until, str) and until <= last for until in held["expires"]])


def severities(frame):
    """Names of the ranks of a frame."""
    return [SEVERITIES[rank] if rank < len(SEVERITIES) else "other" for rank in frame["severity_rank"].astype(int)]


def draw_confidences(tables):
    title = "Findings by confidence"
    found = pivot(tables.confidences(), "confidence", "severity", "findings")
    if found.empty:
        return nothing(title)
    figure, axes = picture(2.8)
    bottom = pd.Series(0.0, index=found.index)
    for severity in [name for name in GRAVITY if name in found.columns]:
        axes.bar(
            found.index,
            found[severity],
            bottom=bottom,
            width=0.05,
            align="edge",
            color=GRAVITY[severity],
            label=severity,
            edgecolor="white",
            linewidth=0.5,
        )
        bottom += found[severity]
    highest = max(bottom.max(), 1)
    if tables.least > 0:
        axes.axvline(tables.least, color=GREY, linestyle="--", linewidth=1)
        axes.text(tables.least, highest * 1.18, f" shown from {tables.least:g} on", color=GREY, va="top")
    axes.set(title=title, xlabel="confidence", ylabel="findings", xlim=(0, 1), ylim=(0, highest * 1.2))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y")
    legend(figure, axes, 5)
    return figure


def seen_files(tables):
    """Files as a run saw them last; of an older job, which does not say it, as its rows tell."""
    seen = tables.coverage()
    return seen if len(seen) else tables.files().rename(columns={"why": "reason"})


def draw_files(tables):
    return bars(pivot(seen_files(tables), "repository", "outcome", "files"), OUTCOME, "Files by repository", "files")


def draw_reasons(tables):
    files = seen_files(tables)
    files = files[~files["outcome"].isin(["reviewed", "unchanged"])]
    named = files.assign(reason=[f"{outcome}: {reason}" if reason else outcome
                                 for outcome, reason in zip(files["outcome"], files["reason"])])
    return bars(pivot(named, "reason", "outcome", "files"), OUTCOME, "Why files were not reviewed whole", "files")


def draw_generations(tables):
    return bars(
        pivot(tables.generations(), "language", "syntax", "answers"),
        SYNTAX,
        "Answers by language of their code",
        "answers",
    )


def draw_percentiles(tables):
    title = "Time of a row"
    found = tables.percentiles()
    if found.empty or not (found > 0).to_numpy().any():
        return nothing(title)
    figure, axes = picture(1.5 + 0.32 * len(found))
    shown = found.where(found > 0)  # a logarithmic axis has no zero; the table below has it
    places = range(len(shown))
    lowest = shown.min(axis=1).to_numpy()
    axes.hlines(places, lowest, shown["p99"], color="#d1d5db", linewidth=4, zorder=1)
    for (name, colour), marker in zip(SHARES.items(), "oDs"):
        axes.scatter(shown[name], places, s=60, color=colour, marker=marker, label=name, zorder=2)
    axes.set(title=title, xscale="log", xlabel="time (logarithmic)", yticks=places, yticklabels=found.index)
    axes.set_ylim(len(shown) - 0.5, -0.5)
    low, high = axes.get_xlim()
    axes.set_xlim(low / 1.2, high * 1.2)
    axes.xaxis.set_major_formatter(FuncFormatter(duration))
    axes.xaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
    axes.grid(axis="x")
    legend(figure, axes, 3)
    return figure


def draw_time_by_length(tables):
    title = "What a row's time is made of, by the length of its prompt"
    found = tables.time_by_length()
    if found.empty:
        return nothing(title)
    labels = [
        f"{power_range(power)} tokens ({asked:,} row{'s' * (asked != 1)})"
        for power, asked in zip(found["power"], found["asked"])
    ]
    parts = found.rename(columns=dict(zip(("queued", "prefill", "decode", "others"), (
        "waiting for the first step", "reading prompts", "writing answers", "other rows' steps, and pauses"))))
    parts = parts.drop(columns=["power", "asked"]).astype(float)
    size, unit = time_unit(parts.sum(axis=1).max())
    return bars((parts / size).set_axis(labels), SPENT, title, f"mean {unit} of a row", sort=False, written=rate)


def power_range(power):
    low, high = 2 ** int(power), 2 ** (int(power) + 1) - 1
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def draw_executors(tables, run):
    title = "Where the executors' time went"
    found = tables.executors()
    found = found[found["run_id"] == run]
    if found.empty:
        return nothing(title)
    found = found.sort_values("seconds", ascending=False, kind="stable")
    labels = executor_names(found)
    size, unit = time_unit(found["seconds"].max())
    parts = pd.DataFrame({
        "loading the model": found["load"].astype(float), "reading prompts": found["prefill"].astype(float),
        "writing answers": found["decode"].astype(float), "neither": found["rest"].astype(float)}).fillna(0)
    # Sums over executors would say nothing beside single ones: of many, those that took longest.
    return bars(
        (parts / size).set_axis(labels).head(MOST_BARS),
        SPENT,
        title,
        f"{unit} of the executor",
        sort=False,
        written=rate,
    )


def draw_loads(tables):
    title = "Loads of the model"
    found = tables.executors()
    found = found[found["load"].notna()]
    if found.empty:
        return nothing(title)
    by_run = found.groupby("run_id")["load"].agg(["min", "max"]).astype(float)
    started = found.groupby("run_id")["began"].min().sort_values(kind="stable").tail(MOST_RUNS)
    by_run = by_run.loc[started.index]
    labels = run_labels(pd.DataFrame({"run_id": by_run.index, "started_at": started.to_numpy()}))
    figure, axes = picture(2.6)
    if (by_run["max"] > by_run["min"]).any():
        axes.vlines(range(len(by_run)), by_run["min"], by_run["max"], color="#d1d5db", linewidth=5, zorder=1)
        axes.scatter(range(len(by_run)), by_run["min"], s=45, color=SHARES["p50"], label="fastest executor", zorder=2)
    axes.scatter(
        range(len(by_run)), by_run["max"], s=45, color=SHARES["p99"], marker="s", label="slowest executor", zorder=2
    )
    run_axis(axes, labels)
    axes.set(title=title, ylabel="seconds", xlabel="run")
    axes.set_ylim(0, by_run["max"].max() * 1.15)
    axes.grid(axis="y")
    legend(figure, axes, 2)
    return figure


STEPS = 200


def during(low, high, edge, width):
    """How much of the time from low to high lies in a step of an axis, for each row."""
    return high.clip(edge, edge + width) - low.clip(edge, edge + width)


def draw_moments(tables, run):
    """Two pictures over one axis: what rows were doing, and tokens per second."""
    title = "Rows and tokens over time"
    rows = tables.moments(run) if run else pd.DataFrame()
    if rows.empty or rows["finished"].max() <= 0:
        return nothing(title)
    end = rows["finished"].max()
    size, unit = time_unit(end)
    width = end / STEPS
    edges = [index * width for index in range(STEPS)]
    started, stepped, finished = (rows[name].to_numpy() for name in ("started", "stepped", "finished"))
    stepped = stepped.clip(max=finished)
    figure, (above, below) = picture(4.6, nrows=2, sharex=True)
    above.stackplot(
        [edge / size for edge in edges],
        [during(stepped, finished, edge, width).sum() / width for edge in edges],
        [during(started, stepped, edge, width).sum() / width for edge in edges],
        step="post",
        colors=[PROMPTS, SPENT["waiting for the first step"]],
        labels=["in the engine", "waiting for the first step"],
    )
    above.set(title="Rows over time", ylabel="rows")
    spans = (finished - stepped).clip(min=width / 10)
    for name, label, colour, style in (
        ("prompt", "of prompts", PROMPTS, "-"),
        ("generated", "of answers", ANSWERS, "--"),
    ):
        per_second = rows[name].to_numpy() / spans
        spread = [(per_second * during(stepped, finished, edge, width)).sum() / width for edge in edges]
        below.step([edge / size for edge in edges], spread, where="post", color=colour, linestyle=style, label=label)
    below.set(
        title="Tokens per second over time",
        ylabel="tokens/s",
        xlabel=f"{unit} since the first row",
        xlim=(0, end / size),
    )
    for axes in (above, below):
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(FuncFormatter(count))
        axes.grid()
        axes.legend(frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0.1)
    above.yaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def draw_rates(tables):
    title = "Tokens per second by batch size"
    found = tables.rates_by_batch()
    if found.empty:
        return nothing(title)
    figure, plots = picture(2.9, ncols=2)
    for axes, column, name, colour in zip(
        plots, ("decode", "prefill"), ("Writing answers", "Reading prompts"), (ANSWERS, PROMPTS)
    ):
        values = found[column].astype(float)
        drawn = axes.bar(range(len(found)), values.fillna(0), color=colour, width=0.7)
        axes.bar_label(drawn, labels=[rate(value) for value in values], fontsize=8, color=GREY, padding=2)
        axes.set(title=name, xlabel="rows in a step, mean (rows measured)", ylabel="tokens/s of the model's time")
        axes.set_xticks(
            range(len(found)),
            [f"{power_range(power)}\n({asked:,})" for power, asked in zip(found["power"], found["asked"])],
            fontsize=8,
        )
        room_beside(axes, len(found))
        axes.yaxis.set_major_formatter(FuncFormatter(rate))
        axes.margins(y=0.14)
        axes.grid(axis="y")
    return figure


def label_bar(axes, place, end, text, **how):
    """Writes beyond the end of a standing bar, or of one that hangs."""
    hangs = end < 0
    axes.annotate(text, (place, end), (0, -2 if hangs else 2), textcoords="offset points", ha="center",
                  va="top" if hangs else "bottom", color=GREY, **how)


def draw_trend(tables):
    title = "What stood after each run"
    trend = tables.trend()
    if trend.empty:
        return nothing(title)
    labels = run_labels(trend)
    stood = pivot(tables.standing_by_severity(), "as_of", "severity", "findings").reindex(trend["position"]).fillna(0)
    alone = len(trend) == 1
    figure, plots = picture(3.2 if alone else 5, nrows=1 if alone else 2, sharex=True, squeeze=False,
                            height_ratios=[1] if alone else [3, 2])
    above = plots[0][0]
    total = columns_over_runs(above, stood, GRAVITY, labels)
    aside = trend["suppressed"].astype(float) * (not tables.counts_suppressed)
    if aside.sum() > 0:
        above.bar(range(len(trend)), aside, bottom=total, label="suppressed, not counted", width=0.7, **BESIDES)
    for place, (value, more) in enumerate(zip(total, aside)):
        label_bar(above, place, value + more, count(value) + (f" + {count(more)}" if more else ""))
    total = total + aside
    above.set(title=title, ylabel="findings", ylim=(0, max(total.max(), 1) * 1.12))
    above.yaxis.set_major_locator(MaxNLocator(integer=True))
    if alone:
        above.set_xlabel("run")
        legend(figure, above, 5)
        return figure
    below = plots[1][0]
    changes = tables.changes()
    came, went = changes[CAME].astype(float), changes[WENT].astype(float)
    places = range(len(trend))
    if trend["position"].iloc[0] == 1:
        # A bar for it would leave no room for what the later runs changed.
        first = came.iloc[0].sum()
        below.text(0, 0, f"all {first:,.0f}\nare new" if first else "", ha="center", va="bottom", fontsize=9, color=GREY)
        came.iloc[0] = 0
    for parts, sign in ((came, 1), (went, -1)):
        level = pd.Series(0.0, index=parts.index)
        for name in [name for name in parts if parts[name].sum() > 0]:
            hatch = "//" if name in ("fixed", "gone") else None
            below.bar(places, sign * parts[name], bottom=sign * level, color=BECAME[name], width=0.6, label=name,
                      hatch=hatch, edgecolor="white", linewidth=0.5)
            level += parts[name]
    up, down = came.sum(axis=1), went.sum(axis=1)
    highest = max(up.max(), down.max(), 1)
    for place, (added, gone) in enumerate(zip(up, down)):
        if added:
            label_bar(below, place, added, f"+{added:,.0f}", fontsize=9)
        if gone:
            label_bar(below, place, -gone, f"−{gone:,.0f}", fontsize=9)
    below.axhline(0, color=GREY, linewidth=0.8)
    below.set(title="What came and what went", ylabel="findings", xlabel="run",
              ylim=(-max(down.max(), 1) - highest * 0.4, max(up.max(), 1) + highest * 0.5))
    run_axis(below, labels)
    below.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    below.yaxis.set_major_formatter(FuncFormatter(lambda value, _: count(abs(value))))
    below.grid(axis="y")
    if above.get_legend_handles_labels()[1]:
        above.legend(frameon=False, ncols=6, fontsize=9, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0.1)
    legend(figure, below, 5)
    return figure


def draw_comparison(tables, before, after):
    found = tables.between(before, after)
    counted = found.assign(n=1) if len(found) else pd.DataFrame()
    return bars(pivot(counted, "category", "became", "n"), BECAME, "Findings of the two runs by category", "findings")


def draw_ages(tables):
    title = "Since when the findings that stand have stood"
    ages, trend = tables.ages(), tables.trend()
    if ages.empty:
        return nothing(title)
    ages["severity"] = severities(ages)
    by_run = pivot(ages, "first_seen", "severity", "findings").reindex(trend["position"]).fillna(0)
    figure, axes = picture(2.8)
    total = columns_over_runs(axes, by_run, GRAVITY, run_labels(trend))
    for place, value in enumerate(total):
        if value:
            label_bar(axes, place, value, count(value))
    earlier = " (the first: or before)" if tables.first > 1 else ""
    axes.set(title=title, ylabel="findings", xlabel=f"run that found them first{earlier}", ylim=(0, total.max() * 1.15))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    legend(figure, axes, 5)
    return figure


def draw_coverage(tables):
    title, trend = "Files of each run", tables.trend()
    files = tables.coverage_by_run()
    if files.empty:
        title, files = "Files after each run", tables.files(*tables.latest).rename(columns={"as_of": "position"})
    if files.empty:
        return nothing(title)
    by_run = pivot(files[files["outcome"] != "gone"], "position", "outcome", "files").reindex(trend["position"]).fillna(0)
    left = tables.costs()["inputs_left"].astype(float).fillna(0)
    figure, axes = picture(3)
    total = columns_over_runs(axes, by_run, OUTCOME, run_labels(trend))
    if left.sum() > 0:
        some = left > 0
        axes.bar(
            left.index[some],
            left[some],
            bottom=total[some.to_numpy()],
            width=0.7,
            label="left over by a budget",
            **BESIDES,
        )
        total = total + left.reset_index(drop=True)
    share = by_run.reindex(columns=["reviewed", "unchanged"]).sum(axis=1) / by_run.sum(axis=1)
    for place, (value, part) in enumerate(zip(total, share)):
        if place % label_every(len(total)) == 0:
            label_bar(axes, place, value, percent(part), fontsize=9)
    axes.set(title=title, ylabel="files", xlabel="run (above the bars: share of its files that are reviewed)",
             ylim=(0, total.max() * 1.13))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    legend(figure, axes, 5)
    return figure


def draw_costs(tables):
    costs = tables.costs()
    if costs.empty or costs[["prompt_tokens", "generated_tokens"]].astype(float).fillna(0).to_numpy().sum() == 0:
        return nothing("What each run took")
    labels = run_labels(costs)
    numbers = costs[["seconds", "prefill", "decode", "load"]].astype(float)
    size, unit = time_unit(numbers.max().max())
    figure, (above, below) = picture(4.8, nrows=2, sharex=True)
    spent = pd.DataFrame({"reading prompts": numbers["prefill"], "writing answers": numbers["decode"]}) / size
    columns_over_runs(above, spent, SPENT, labels, width=0.6)
    for column, marker, colour, label in (
        ("seconds", "D", "#000000", "wall time"),
        ("load", "x", "#d55e00", "longest load"),
    ):
        above.scatter(range(len(costs)), numbers[column] / size, marker=marker, s=30, color=colour, label=label, zorder=3)
    above.set(title="Time of each run", ylabel=unit)
    tokens = pd.DataFrame(
        {
            "reading prompts": costs["prompt_tokens"].astype(float),
            "writing answers": costs["generated_tokens"].astype(float),
        }
    )
    columns_over_runs(below, tokens, SPENT, labels, width=0.6)
    below.set(title="Tokens of each run", ylabel="tokens", xlabel="run")
    below.yaxis.set_major_formatter(FuncFormatter(count))
    for axes in (above, below):
        axes.set_ylim(bottom=0)
    legend(figure, above, 4)
    return figure


# On the page


def png(figure):
    """A picture's bytes."""
    from io import BytesIO

    out = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a box is shown for it
        figure.savefig(out, format="png", dpi=DOTS)
    return out.getvalue()


def show(figure, told=None):
    """Shows a picture; what it shows, told to those who do not see it, is its titles unless it is said."""
    from IPython.display import Image, display

    titles = [axes.get_title(loc="left") for axes in figure.axes]
    display(Image(data=png(figure), format="png", width=round(figure.get_size_inches()[0] * 96),
                  alt=told or "Chart: " + "; ".join(title for title in titles if title)))


def say(text):
    """A paragraph; what comes from tables is to be escaped with `plain` before."""
    from IPython.display import HTML, display

    display(HTML(f"<p>{text}</p>"))


def plain(value):
    return escape(visible(value))


def show_notes(tables):
    """What a reader should know about the tables before believing the figures."""
    for note in tables.notes:
        say(f"<strong>Note.</strong> {plain(note)}")


def html_table(frame, code=(), named=None, written=None):
    """A table as HTML in which everything is escaped.

    code     columns to be set as code; of a tuple in them each part is a line
    written  how values of other columns are put
    """
    if frame.empty:
        return "<p><em>Nothing to show.</em></p>"
    written = written or {}
    numbers = set(frame.select_dtypes("number").columns)

    def cell(column, value):
        if isinstance(value, tuple):
            return "<br>".join(f"<code>{plain(part)}</code>" for part in value if isinstance(part, str))
        if value is None or value is pd.NaT or (not isinstance(value, str) and pd.isna(value)):
            return ""
        if column in written:
            return plain(written[column](value))
        if isinstance(value, pd.Timestamp):
            return f"<span class=time>{value:%Y-%m-%d %H:%M}</span>"
        if column in code:
            return f"<code>{plain(value)}</code>"
        if column in numbers or isinstance(value, float):
            return f"{value:,.2f}" if float(value) % 1 else f"{value:,.0f}"
        return plain(value)

    right = numbers | {column for column in written}
    heads = "".join(
        f"<th{' class=number' * (c in right)}>{plain((named or {}).get(c, str(c).replace('_', ' ')))}</th>"
        for c in frame.columns
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=number' * (c in right)}{' class=code' * (c in code)}>{cell(c, v)}</td>"
            for c, v in zip(frame.columns, row)
        )
        + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    # Code is full of dollar signs; none of them begins a formula.
    whole = f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return f"{STYLE}<div class='audit tex2jax_ignore mathjax_ignore'>{whole}</div>"


STYLE = """<style>.audit { overflow-x: auto } .audit td, .audit th { text-align: left !important; vertical-align: top }
.audit .number { text-align: right !important } .audit td.number, .audit .time { white-space: nowrap }
.audit code { white-space: pre-wrap; overflow-wrap: anywhere } .audit td.code { min-width: 18rem }
.audit td.code br + code { color: #57606a }</style>"""


def table(frame, **how):
    from IPython.display import HTML, display

    display(HTML(html_table(frame, **how)))


def show_runs(tables):
    runs = tables.runs()
    runs["model"] = [
        ", ".join(part for part in parts if isinstance(part, str)) for parts in zip(runs["model_id"], runs["precision"])
    ]
    table(
        runs[
            [
                "started_at",
                "run_id",
                "command",
                "model",
                "rows",
                "ok",
                "truncated",
                "skipped",
                "failed",
                "findings",
                "seconds",
                "coverage",
            ]
        ],
        named={"seconds": "wall time", "started_at": "started", "run_id": "run", "truncated": "cut"},
        written={"seconds": duration, "coverage": percent},
    )
    for row in runs.itertuples():
        if isinstance(row.stopped_by, str):
            left = "more inputs than could be counted" if pd.isna(row.inputs_left) else f"{row.inputs_left:,.0f} inputs"
            say(
                f"The run {plain(row.run_id)} used up its budget of {plain(row.stopped_by)}: {left} were left for the"
                " next one."
            )


def place(path, line_start, line_end=None, side=None):
    """Where a finding stands, as path and lines."""
    text = str(path)
    if pd.notna(line_start):
        text += f":{line_start:.0f}"
        if pd.notna(line_end) and line_end > line_start:
            text += f"-{line_end:.0f}"
    return text + (" (old)" if side == "old" else "")


def places(frame):
    columns = [
        frame[name] if name in frame else [None] * len(frame) for name in ("path", "line_start", "line_end", "side")
    ]
    return [place(*values) for values in zip(*columns)]


def say_findings(tables):
    """What was found, in a sentence."""
    files = tables.files()
    known = int(files["files"].sum())
    judged = int(tables.judged()["findings"].sum())
    apart = f" {counted(judged, 'finding')} of other tools, which triage judged, are shown apart." if judged else ""
    if known == 0:
        say(f"No file was reviewed here, so there are 0 findings.{apart}")
        return
    found = tables.findings_by("path")
    grave = int(found[found["severity"].isin(["critical", "high"])]["findings"].sum())
    whole = int(files[files["outcome"] == "reviewed"]["files"].sum())
    held = held_decisions(tables)["findings"].sum()
    how = "among them" if tables.counts_suppressed else "not among them"
    suppressed = f" {counted(held, 'finding')} that people have suppressed {'is' if held == 1 else 'are'} {how}." if held else ""
    say(
        f"<strong>{counted(found['findings'].sum(), 'finding')}</strong> in {counted(found['path'].nunique(), 'file')},"
        f" {grave:,} of them critical or high.{suppressed} {whole:,} of {counted(known, 'file')} reviewed whole. Findings of"
        f" checks that are less sure than {tables.least:g} are not counted.{apart}"
    )


def say_coverage(tables):
    """What became of the files, in a sentence."""
    seen = tables.coverage()
    if seen.empty:
        return
    by = seen.groupby("outcome")["files"].sum()
    told = ", ".join(f"{by[outcome]:,} {outcome}" for outcome in OUTCOME if outcome in by)
    say(f"{counted(by.sum(), 'file')}, as runs saw them last: {told}.")


def counted(number, name):
    return f"{number:,.0f} {name}{'' if number == 1 else 's'}"


def show_top_findings(tables, most=25):
    found = tables.top_findings(most)
    found["place"] = list(zip(places(found), found["quote"]))
    found["what"] = [message + (f" {suggestion}" if isinstance(suggestion, str) else "") for message, suggestion in
                     zip(found["message"].fillna(""), found["suggestion"])]
    table(
        found[["severity", "category", "confidence", "repository", "place", "what"]],
        code=("place",),
        named={"place": "place and code", "what": "what it is and what to do"},
        written={"confidence": lambda value: f"{value:.2f}"},
    )


def show_decisions(tables, after=None, most=25):
    """What people have suppressed, why and until when, and the findings that count although something seems to."""
    found, held = tables.decisions(after), held_decisions(tables, after)
    if found.empty:
        say("The tables name no finding that is suppressed.")
        return
    by = held.groupby("by")["findings"].sum()
    parts = ", ".join(f"{number:,} by {name}" for name, number in by.items())
    number, ending = int(by.sum()), int(held["soon"].sum())
    told = f"<strong>{counted(number, 'finding')}</strong> {'is' if number == 1 else 'are'} suppressed"
    told += f": {plain(parts)}." if number else "."
    if ending:
        told += f" {counted(ending, 'decision')} end{'s' * (ending == 1)} within {SOON} days."
    say(told)
    if len(held):
        show(draw_decisions(tables, after))
        show_reasons(held.assign(
            reason=held["reason"].fillna("not in the tables: rules that the run was given say it"),
            until=[f"{until} (soon)" if soon else until for until, soon in zip(held["expires"], held["soon"])],
        ), ["decision", "by", "reason", "decided_by", "until"], most)
    rest = found[found["decision"].isna()]
    if len(rest):
        number = int(rest["findings"].sum())
        say(f"<strong>{counted(number, 'finding')}</strong> {'counts' if number == 1 else 'count'} although a decision that has"
            " ended or a remark without a reason says otherwise:")
        show_reasons(rest, ["note"], most)


def show_reasons(found, columns, most):
    if len(found) > most:
        say(f"The first {most} of {len(found):,} decisions.")
    found = found.head(most)
    found = found.assign(severity=severities(found), place=list(zip(places(found), found["repository"])))
    table(found[["findings", "severity", "place", *columns]], code=("place",),
          named={"severity": "gravest", "place": "its place", "note": "why it counts"}, written={"until": str})


def show_anchors(tables):
    found = tables.findings_by("anchor_status")
    if found.empty:
        table(found)
        return
    found["weight"] = found["confidence"].astype(float) * found["findings"]
    by = found.groupby("anchor_status")[["findings", "weight"]].sum().reset_index()
    by["share"] = by["findings"] / by["findings"].sum()
    by["confidence"] = by["weight"] / by["findings"]
    table(by.sort_values("findings", ascending=False)[["anchor_status", "findings", "share", "confidence"]],
          named={"anchor_status": "where the quote stands", "confidence": "mean confidence"},
          written={"share": percent, "confidence": lambda value: f"{value:.2f}"})


def show_judged(tables):
    table(tables.judged(), named={"likely": "likely true (0.5 or more)", "confidence": "mean confidence"},
          written={"confidence": lambda value: f"{value:.2f}"})


def say_timed(tables, run):
    """Which rows the times are of."""
    asked = int(tables.query(f"select count(*) as n from {tables.timings()}")["n"][0])
    idle = tables.not_asked()
    text = f"{counted(asked, 'row')} were asked." if asked != 1 else "1 row was asked."
    if idle:
        text += f" {idle:,} more gave no reason to ask anything and are left out."
    if run:
        text += f" Pictures of one run are of {plain(run)}" + (
            ", in which the model had most to do; CODE_AUDIT_RUN names another." if not tables.run else ".")
    say(text)


def show_percentiles(tables):
    found = tables.percentiles()
    table(found.rename_axis("time").reset_index(), written={name: duration for name in SHARES})


def show_tokens(tables):
    sums = tables.tokens().iloc[0].astype(float).fillna(0)
    prompt, answer = sums["computed"] + sums["cached"], sums[["chosen", "forced", "drafted"]].sum()
    rows = [
        ("prompts, computed", sums["computed"], prompt),
        ("prompts, known from a question before", sums["cached"], prompt),
        ("answers, chosen by the model", sums["chosen"], answer),
        ("answers, forced by their form", sums["forced"], answer),
        ("answers, drafted and verified", sums["drafted"], answer),
    ]
    table(
        pd.DataFrame(
            [(name, value, value / whole) for name, value, whole in rows if whole],
            columns=["tokens", "number", "share"],
        ),
        written={"number": count, "share": percent},
    )


def executor_names(found):
    return [f"{executor} on {shortened(host or '?', 24)}" + (f" ({device})" if isinstance(device, str) else "")
            for executor, host, device in zip(found["executor_id"], found["host"], found["device"])]


def show_executors(tables, run, most=50):
    """What the executors of a run did, those that took longest first."""
    found = tables.executors()
    found = found[found["run_id"] == run].sort_values("seconds", ascending=False, kind="stable").head(most)
    found["executor"] = executor_names(found)
    table(
        found[
            [
                "executor",
                "asked",
                "failed",
                "prompt_tokens",
                "generated_tokens",
                "tokens_per_second",
                "mean_batch_size",
                "load",
                "prefill",
                "decode",
                "rest",
                "seconds",
            ]
        ],
        named={
            "asked": "rows",
            "prefill": "reading",
            "decode": "writing",
            "rest": "neither",
            "seconds": "all",
            "tokens_per_second": "tokens/s",
            "mean_batch_size": "rows in a step",
            "generated_tokens": "answer tokens",
        },
        written={"prompt_tokens": count, "generated_tokens": count, "tokens_per_second": rate, "mean_batch_size": rate}
        | {name: duration for name in ("load", "prefill", "decode", "rest", "seconds")},
    )


def show_slowest(tables):
    found = tables.slowest()
    parts = [
        f"{place}" if pd.isna(unit) else f"{place}, part {unit + 1:.0f}"
        for place, unit in zip(found["place"], found["unit"])
    ]
    found["place"] = list(zip(parts, found["run_id"]))
    table(found.drop(columns=["unit", "run_id"]), code=("place",),
          named={"executor_id": "executor", "place": "place and run", "generated_tokens": "answer tokens"},
          written={name: duration for name in ("total", "queued", "prefill", "decode")})


def chosen_runs(tables):
    """Positions of the two runs to compare, None if there is one alone.

    CODE_AUDIT_BEFORE and CODE_AUDIT_AFTER name them; unless they do, they are the last two.
    """
    before, after = setting("CODE_AUDIT_BEFORE"), setting("CODE_AUDIT_AFTER")
    after = tables.position(after) if after else tables.last
    before = tables.position(before) if before else after - 1
    if before < 1:
        return None
    if before >= after:
        raise AuditTablesError("The run to compare with, CODE_AUDIT_BEFORE, has to be the earlier one.")
    return before, after


def say_series(tables):
    if tables.run:
        raise AuditTablesError(
            "A series is of all runs: leave CODE_AUDIT_RUN out. CODE_AUDIT_BEFORE and CODE_AUDIT_AFTER name two to"
            " compare."
        )
    if tables.last == 0:
        say("No run has reviewed anything here, so there is no series.")
        return
    trend = tables.trend()
    shown = f", of which the latest {len(trend)} are shown" if tables.first > 1 else ""
    held = trend["suppressed"].iloc[-1]
    suppressed = f", {held:,} of them suppressed" if tables.counts_suppressed else f", besides {held:,} suppressed"
    say(
        f"{counted(tables.last, 'run')} that reviewed{shown}. <strong>{counted(trend['standing'].iloc[-1], 'finding')}</strong>"
        f" stood after the last one{suppressed if held else ''}." + (" With a second run there is something to compare." if tables.last == 1 else "")
    )


def show_trend(tables):
    trend, costs, changes = tables.trend(), tables.costs(), tables.changes()
    became = [name for name in (*CAME, "moved", *WENT) if name == "new" or changes[name].sum() > 0]
    aside = ["left out"] if trend["suppressed"].sum() > 0 else []
    ends = [
        "did not end" if not ended
        else "" if not isinstance(stopped, str)
        else f"{'some' if pd.isna(left) else count(left)} left ({stopped})"
        for ended, stopped, left in zip(trend["ended"], costs["stopped_by"], costs["inputs_left"])
    ]
    named = {"started_at": "started", "run_id": "run"}
    stood = trend.rename(columns={"suppressed": "left out"}).assign(**changes[became])
    table(
        stood[["started_at", "standing", *aside, *became]],
        named=named
        | {"left out": "suppressed" if tables.counts_suppressed else "besides, suppressed", "suppressed": "newly suppressed"},
    )
    asked = trend.assign(reused=costs["reused_inputs"], coverage=costs["coverage"], ends=ends)
    table(
        asked[["started_at", "run_id", "reused", "coverage", "ends"]],
        named=named | {"reused": "answered before", "coverage": "whole", "ends": ""},
        written={"coverage": percent},
    )


def show_comparison(tables, runs, most=25):
    if runs is None:
        say("There are no two runs to compare.")
        return
    before, after = runs
    found = tables.between(before, after)
    ids = tables.order["run_id"]
    sums = found["became"].value_counts()
    told = ", ".join(f"{sums[name]:,} {name}" for name in BECAME if name in sums) or "no finding in either"
    say(f"Before: {plain(ids[before - 1])}. After: {plain(ids[after - 1])}. <strong>{told}.</strong>")
    show(draw_comparison(tables, before, after))
    for became, title in (
        ("new", "New"),
        ("reopened", "Reopened: it was gone, or was not found, and is there again"),
        ("no longer suppressed", "No longer suppressed: the decision has ended or was taken back"),
        ("moved", "Moved: the same code, in another file or function"),
        ("fixed", "Fixed: its code has changed or is gone"),
        ("gone", "Gone"),
        ("not reproduced", "Not reproduced: its code is as it was, and the new answer leaves it out"),
        ("suppressed", "Suppressed: people have decided that it needs no attention"),
    ):
        part = found[found["became"] == became]
        if len(part):
            say(f"<strong>{title}</strong>" + (f" (the gravest {most} of {len(part):,})" if len(part) > most else ""))
            part = part.head(most)
            whence = [f"from {old}" if isinstance(old, str) and old != new else None
                      for old, new in zip(part.get("moved_from", part["path"]), part["path"])]
            part = part.assign(place=list(zip(places(part), part["quote"], whence)))
            table(part[["severity", "category", "confidence", "repository", "place", "title"]], code=("place",),
                  named={"place": "place and code"}, written={"confidence": lambda value: f"{value:.2f}"})
    shifted = found[
        (found["became"] == "still there")
        & found["line_before"].notna()
        & (found["line_before"] != found["line_start"])
    ]
    if len(shifted):
        stand = "stands" if len(shifted) == 1 else "stand"
        say(f"Of those still there, {counted(len(shifted), 'finding')} {stand} at other lines than before.")


def show_costs(tables):
    costs, trend = tables.costs(), tables.trend()
    asked = costs["asked"].astype(float)
    model = costs[["prefill", "decode"]].astype(float).sum(axis=1, min_count=1)
    added = trend["added"].astype(float)
    shown = pd.DataFrame(
        {
            "started": costs["started_at"],
            "rows asked": asked,
            "wall time": costs["seconds"].astype(float),
            "model's time": model,
            "longest load": costs["load"].astype(float),
            "prompt tokens": costs["prompt_tokens"].astype(float),
            "answer tokens": costs["generated_tokens"].astype(float),
            "model's time for a row": (model / asked).where(asked > 0),
            "for a new finding": (model / added).where(added > 0),
        }
    )
    times = ("wall time", "model's time", "longest load", "model's time for a row", "for a new finding")
    table(
        shown,
        written={name: duration for name in times}
        | {name: count for name in ("rows asked", "prompt tokens", "answer tokens")},
    )


def main():
    if len(sys.argv) != 2:
        print(f"usage: {sys.argv[0]} FOLDER", file=sys.stderr)
        return 2
    try:
        tables = open_folder(sys.argv[1])
        chosen_runs(tables)
    except AuditTablesError as error:
        print(error, file=sys.stderr)
        return 2
    for note in tables.notes:
        print(f"Note: {note}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
