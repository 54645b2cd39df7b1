"""Tests of the notebooks: figures against plain Python over the sample tables, and folders that are odd or hostile.

    .venv/bin/python -m unittest discover notebooks

Needs what the notebooks need. What needs PySpark is skipped without it.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from datetime import date
from pathlib import Path
from unittest import mock

import duckdb

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import audit_tables as audit  # noqa: E402

SAMPLE = HERE / "sample"
TODAY = date(2026, 5, 12)  # the day after the sample's last night; decisions end
NOTEBOOKS = ["findings", "timing", "series", "spark"]
HOSTILE = "</td><script>alert(1)</script> $\\frac{x}$ \u202eevil\u202c \x07 \u200b & \"'\n\n漢字 " + "long" * 200


def rows(folder, table):
    """A table's rows as dictionaries."""
    found = duckdb.sql(f"select * from read_parquet('{folder}/{table}/*.parquet', union_by_name=true)")
    return [dict(zip(found.columns, row)) for row in found.fetchall()]


def draw_everything(tables):
    """Every picture and table of the notebooks."""
    run = tables.busiest_run()
    named = [getattr(audit, name) for name in dir(audit) if name.startswith("draw_")]
    others = {
        audit.draw_findings_by: [("category", "t"), ("repository", "t"), ("path", "t")],
        audit.draw_executors: [(run,)],
        audit.draw_moments: [(run,)],
        audit.draw_comparison: [(max(1, tables.last - 1), tables.last)],
    }
    sizes = [len(audit.png(draw(tables, *arguments))) for draw in named for arguments in others.get(draw, [()])]
    shown = []
    with mock.patch("IPython.display.display", shown.append):
        audit.show_notes(tables)
        audit.say_findings(tables)
        audit.say_coverage(tables)
        audit.show_files_with_most(tables)
        audit.show_top_findings(tables)
        audit.show_decisions(tables)
        audit.show_anchors(tables)
        audit.show_runs(tables)
        audit.show_judged(tables)
        audit.say_timed(tables, run)
        audit.show_percentiles(tables)
        audit.show_executors(tables, run)
        audit.show_tokens(tables)
        audit.show_slowest(tables)
        if not tables.run:
            audit.say_series(tables)
            audit.show_trend(tables)
            audit.show_comparison(tables, audit.chosen_runs(tables))
            audit.show_decisions(tables, tables.last)
            audit.show_costs(tables)
    assert min(sizes) > 100
    return "".join(item.data for item in shown if isinstance(item.data, str))


class FolderTest(unittest.TestCase):
    """Has a copy of the sample that a test may change."""

    def setUp(self):
        settings = mock.patch.dict(
            os.environ,
            {name: value for name, value in os.environ.items() if not name.startswith("CODE_AUDIT_")},
            clear=True,
        )
        settings.start()
        self.addCleanup(settings.stop)
        day = mock.patch.object(audit, "today", lambda: TODAY)
        day.start()
        self.addCleanup(day.stop)
        coarse = mock.patch.object(audit, "DOTS", 30)  # many pictures are drawn
        coarse.start()
        self.addCleanup(coarse.stop)
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name) / "out"
        shutil.copytree(SAMPLE, self.folder)

    def rewrite(self, table, select):
        """Replaces a table by a query over it, in which it is called `old`."""
        with duckdb.connect() as database:
            database.execute(
                f"create table old as from read_parquet('{self.folder}/{table}/*.parquet', union_by_name=true)"
            )
            shutil.rmtree(self.folder / table)
            (self.folder / table).mkdir()
            database.execute(f"copy ({select}) to '{self.folder}/{table}/part-00000-new.snappy.parquet' (format parquet)")

    def open(self, **how):
        return audit.open_folder(self.folder, **how)

    def refused(self, **how):
        with self.assertRaises(audit.AuditTablesError) as caught:
            audit.open_folder(how.pop("folder", self.folder), **how)
        return str(caught.exception)


class FiguresTest(FolderTest):
    """The sample's figures, counted once more without SQL."""

    def standing(self, runs, covered=True, day=None, suppressed=False):
        """Findings of the content of each file that was seen last, after some runs; else of the last complete state.

        Those suppressed on a day, by default that of the last run, are left out. In the sample one set of rules is given to all
        runs, so that a decision holds until its last day.
        """
        day = day or runs[-1][:8]
        seen = {}
        for row in sorted(rows(SAMPLE, "coverage"), key=lambda row: row["seen_at"]):
            if covered and row["run_id"] in runs and row["outcome"] != "failed":
                seen[row["repository"], row["path"]] = None if row["outcome"] == "gone" else row["input_key"]
        reviews = [row for row in rows(SAMPLE, "reviews") if row["run_id"] in runs
                   and seen.get((row["repository"], row["path"]), row["input_key"]) == row["input_key"]]
        latest = {}
        for row in sorted(reviews, key=lambda row: row["attempt"]):
            latest[row["row_key"]] = row
        states = {}
        for row in latest.values():
            states.setdefault((row["repository"], row["path"]), {}).setdefault(row["input_key"], []).append(row)
        keep = set()
        for by_input in states.values():
            def rank(state):
                answered = sum(row["status"] in ("ok", "truncated", "skipped") for row in state)
                return answered >= state[0]["unit_count"], max(row["started_at"] for row in state)
            best = max(by_input.values(), key=rank)
            keep |= {(row["row_key"], row["attempt"]) for row in best}
        found = [row for row in rows(SAMPLE, "findings")
                 if (row["row_key"], row["attempt"]) in keep and row["confidence"] >= 0.25]
        held = [row for row in found if row["suppressed"] and (row["suppression_expires"] or "9999").replace("-", "") >= day]
        return found if suppressed else [row for row in found if row not in held]

    def runs(self):
        return sorted(row["run_id"] for row in rows(SAMPLE, "runs") if row["command"] == "review")

    def test_findings_stand_as_in_the_report(self):
        tables = audit.open_folder(SAMPLE)
        expected = self.standing(self.runs(), day=f"{TODAY:%Y%m%d}")
        found = tables.findings_by("category")
        counts = Counter((row["category"], row["severity"]) for row in expected)
        self.assertEqual(counts, {(row.category, row.severity): row.findings for row in found.itertuples()})
        self.assertEqual(len(expected), len(tables.top_findings(1000)))
        # SampleTablesSuite has the same numbers, from the job's own rules.
        self.assertEqual((15, 18), (len(expected), len(self.standing(self.runs(), suppressed=True))))

    def test_suppressed_findings_are_counted_only_if_that_is_said(self):
        runs = self.runs()
        left_out, counted = (audit.open_folder(SAMPLE, suppressed=how) for how in (None, "counted"))
        for tables in (left_out, counted):
            stood = [self.standing(runs[:position], suppressed=tables.counts_suppressed) for position in range(1, 7)]
            self.assertEqual([len(found) for found in stood], tables.trend()["standing"].tolist())
            self.assertEqual([3, 3, 3, 3, 4, 3], tables.trend()["suppressed"].tolist())
            changes = tables.changes()
            more = changes[audit.CAME].sum(axis=1) - changes[audit.WENT].sum(axis=1)
            self.assertEqual(tables.trend()["standing"].tolist(), more.cumsum().tolist())
        self.assertEqual((15, 18), (len(left_out.top_findings(100)), len(counted.top_findings(100))))
        self.assertIn("3 findings that people have suppressed are not among them", draw_everything(left_out))
        self.assertIn("3 findings that people have suppressed are among them", draw_everything(counted))
        with mock.patch.dict(os.environ, CODE_AUDIT_SUPPRESSED="counted"):
            self.assertEqual(18, len(audit.open_folder(SAMPLE).top_findings(100)))

    def test_a_finding_comes_and_goes_as_it_is_suppressed(self):
        changes = audit.open_folder(SAMPLE).changes()
        self.assertEqual([0, 0, 0, 0, 1, 0], changes["suppressed"].tolist())  # a remark came
        self.assertEqual([0, 0, 0, 0, 0, 1], changes["no longer suppressed"].tolist())  # a rule has expired
        counted = audit.open_folder(SAMPLE, suppressed="counted").changes()
        self.assertEqual(0, counted[["suppressed", "no longer suppressed"]].to_numpy().sum())
        tables = audit.open_folder(SAMPLE)
        for told in (tables.between(4, 5), tables.compare(4, 5), tables.compare(4, 6)):
            suppressed = told[told["became"] == "suppressed"]
            self.assertEqual(["shopfront/internal/themes/unpack.go"], suppressed["path"].tolist())
        for told in (tables.between(5, 6), tables.compare(5, 6), tables.compare(3, 6)):
            again = told[told["became"] == "no longer suppressed"]
            self.assertEqual(["incorrect-logic"], again["category"].tolist())

    def test_decisions_are_told_with_their_reasons_and_their_last_day(self):
        found = audit.open_folder(SAMPLE).decisions()
        told = [tuple(None if value != value else value for value in row)
                for row in found[["decision", "decision_by", "decided_by", "expires"]].itertuples(index=False)]
        self.assertEqual([
            ("accepted", "rules", "Ines Roth", "2026-05-31"), ("accepted", "inline", None, None),
            ("wont-fix", "rules", "Board team", None), (None,) * 4, (None,) * 4], told)
        self.assertTrue(found["reason"][:3].str.len().gt(20).all())
        expired = "no longer accepted: that expired on 2026-05-08 (receipt numbers stay below 128 in the trial)"
        self.assertEqual({"ignored without a reason", expired}, set(found["note"][3:]))
        page = draw_everything(audit.open_folder(SAMPLE))
        self.assertIn("<strong>3 findings</strong> are suppressed: 1 by remarks in the code, 2 by rules. 1 decision ends within"
                      " 30 days.", page)
        self.assertIn("2026-05-31 (soon)", page)

    def test_a_decision_holds_to_the_end_of_its_last_day(self):
        for day, findings, note in ((date(2026, 5, 31), 15, 0), (date(2026, 6, 1), 16, 1)):
            with mock.patch.object(audit, "today", lambda: day):
                tables = audit.open_folder(SAMPLE)
                self.assertEqual(findings, len(tables.top_findings(100)))
                self.assertEqual(note, tables.decisions()["note"].str.contains("2026-05-31").sum())
                self.assertEqual(15, tables.trend()["standing"].iloc[-1])  # after the run it held

    def test_without_coverage_what_was_asked_last_stands(self):
        shutil.rmtree(self.folder / "coverage")
        shutil.rmtree(self.folder / "states")
        tables = self.open()
        self.assertEqual([], tables.notes)
        self.assertEqual(2, tables.decisions()["note"].notna().sum())
        expected = Counter(row["fingerprint"] for row in self.standing(self.runs(), covered=False))
        found = tables.query(f"select fingerprint from {tables.standing_findings()}")["fingerprint"]
        self.assertEqual(expected, Counter(found))
        self.assertNotEqual(expected, Counter(row["fingerprint"] for row in self.standing(self.runs())))
        trend = tables.trend()
        changes = tables.changes()
        self.assertEqual([0] * 6, changes["stated"].tolist())
        self.assertEqual(trend["added"].tolist(), changes["new"].tolist())
        self.assertEqual(trend["gone"].tolist(), changes["gone"].tolist())
        page = draw_everything(tables)
        self.assertIn("Gone", page)
        self.assertNotIn("Fixed", page)

    def test_coverage_is_of_each_file_as_it_was_seen_last(self):
        last = {}
        for row in sorted(rows(SAMPLE, "coverage"), key=lambda row: row["seen_at"]):
            last[row["repository"], row["path"]] = row
        expected = Counter((row["repository"], row["outcome"], row["reason"] or "") for row in last.values()
                           if row["outcome"] != "gone")
        found = audit.open_folder(SAMPLE).coverage()
        self.assertEqual(expected, {(row.repository, row.outcome, row.reason): row.files for row in found.itertuples()})
        self.assertIn("prose, not code", found["reason"].tolist())
        self.assertEqual({"reviewed", "unchanged", "skipped", "failed"}, set(found["outcome"]))

    def test_coverage_by_run_is_all_of_it(self):
        covered = rows(SAMPLE, "coverage")
        found = audit.open_folder(SAMPLE).coverage_by_run()
        self.assertEqual(Counter((row["run_id"], row["outcome"]) for row in covered),
                         {(row.run_id, row.outcome): row.files for row in found.itertuples()})
        self.assertIn("gone", found["outcome"].tolist())
        asked = [row for row in rows(SAMPLE, "reviews") if row["unit"] is not None and row["status"] == "ok"]
        carried = sum(row["finish_reason"] == "carried_forward" for row in asked)
        self.assertEqual((len(asked) - carried, carried), (found["asked"].sum(), found["carried"].sum()))
        self.assertGreater(carried, 0)

    def test_what_runs_say_of_findings_adds_up_to_what_stands(self):
        tables = audit.open_folder(SAMPLE)
        changes = tables.changes()
        self.assertEqual([1] * 6, changes["stated"].tolist())
        self.assertEqual([0] * 6, changes["gone"].tolist())
        more = changes[audit.CAME].sum(axis=1) - changes[audit.WENT].sum(axis=1)
        self.assertEqual(tables.trend()["standing"].tolist(), more.cumsum().tolist())
        told = {row["state"] for row in rows(SAMPLE, "states")}
        self.assertEqual({"new", "existing", "moved", "fixed", "reopened", "not_reproduced"}, told)

    def test_states_are_counted_as_they_are_without_a_least_confidence(self):
        found = audit.open_folder(SAMPLE, least=0, suppressed="counted").changes()
        runs = self.runs()
        for state in ("new", "reopened", "moved", "fixed", "not_reproduced"):
            counts = Counter(row["run_id"] for row in rows(SAMPLE, "states") if row["state"] == state)
            self.assertEqual([counts[run] for run in runs], found[state.replace("_", " ")].tolist(), state)
        self.assertEqual(0, found["less sure"].sum())

    def test_runs_say_what_is_new_since_the_run_before(self):
        tables = audit.open_folder(SAMPLE)
        found = tables.between(4, 5)
        counts = Counter(found["became"])
        self.assertEqual((1, 1, 3), (counts["new"], counts["reopened"], counts["fixed"]))
        self.assertEqual(["sql-injection"], found[found["became"] == "reopened"]["category"].tolist())
        moved = tables.between(5, 6).set_index("became").loc["moved"]
        self.assertEqual({("loans.py", "loans.py"), ("src/notes/cipher.ts", "src/wards/cipher.ts")},
                         {tuple(path.split("/", 2 if "loans" in path else 1)[-1] for path in pair)
                          for pair in zip(moved["moved_from"], moved["path"])})
        self.assertNotIn("fixed", tables.between(3, 5)["became"].tolist())  # these two do not follow each other

    def test_what_was_not_reproduced_and_is_found_again_is_reopened(self):
        last = self.runs()[-1]
        lost = next(row for row in rows(SAMPLE, "states") if row["state"] == "not_reproduced")
        columns = f"'{last}' as run_id, 'existing' as state"
        self.rewrite("states", f"""
            from old union all select * replace ({columns}) from old
            where identity = '{lost["identity"]}' and state = 'not_reproduced'""")
        self.assertEqual(1, self.open().changes()["reopened"].iloc[-1])

    def test_runs_of_an_older_job_are_told_by_fingerprint(self):
        older = "', '".join(self.runs()[:2])
        for table in ("coverage", "states"):
            self.rewrite(table, f"from old where run_id not in ('{older}')")
        tables = self.open()
        changes, trend = tables.changes(), tables.trend()
        self.assertEqual([0, 0, 1, 1, 1, 1], changes["stated"].tolist())
        self.assertEqual((trend["added"][1], trend["gone"][1]), (changes["new"][1], changes["gone"][1]))
        self.assertIn("gone", tables.between(1, 2)["became"].tolist())
        draw_everything(tables)

    def test_the_gravest_come_first(self):
        found = audit.open_folder(SAMPLE).top_findings(1000)
        ranks = [(audit.SEVERITIES.index(row.severity), -row.confidence) for row in found.itertuples()]
        self.assertEqual(sorted(ranks), ranks)

    def test_a_trend_adds_up_and_is_what_stood_after_each_run(self):
        trend = audit.open_folder(SAMPLE).trend()
        runs = self.runs()
        before = set()
        for position, row in enumerate(trend.itertuples(), 1):
            now = {(f["repository"], f["fingerprint"]) for f in self.standing(runs[:position])}
            self.assertEqual(
                (len(now), len(now - before), len(before - now)), (row.standing, row.added, row.gone), row.run_id
            )
            before = now

    def test_two_runs_are_told_apart_by_fingerprint(self):
        tables = audit.open_folder(SAMPLE)
        found = Counter(tables.compare(5, 6)["became"])
        trend = tables.trend().iloc[5]
        self.assertEqual(1, found["moved"])  # of cipher.ts, which has another path
        self.assertEqual(1, found["no longer suppressed"])
        self.assertEqual(trend["standing"], found["new"] + 1 + found["moved"] + found["still there"])
        self.assertEqual((trend["added"], trend["gone"]), (found["new"] + 1 + 1, found["gone"] + 1))
        self.assertEqual({"still there"}, set(tables.compare(6, 6)["became"]))

    def test_a_finding_whose_lines_moved_is_still_there(self):
        found = audit.open_folder(SAMPLE).compare(4, 5)
        moved = found[(found["became"] == "still there") & (found["line_before"] != found["line_start"])]
        self.assertEqual(["missing-authorization"], moved["category"].tolist())
        self.assertEqual([3], (moved["line_start"] - moved["line_before"]).tolist())

    def test_ages_are_of_what_stands(self):
        tables = audit.open_folder(SAMPLE)
        ages = tables.ages()
        self.assertEqual(tables.trend()["standing"].iloc[-1], ages["findings"].sum())

    def test_files_are_counted_once_each(self):
        files = audit.open_folder(SAMPLE).files()
        paths = {(row["repository"], row["path"]) for row in rows(SAMPLE, "reviews")}
        paths -= {(row["repository"], row["path"]) for row in rows(SAMPLE, "coverage") if row["outcome"] == "gone"}
        self.assertEqual(len(paths), files["files"].sum())
        self.assertEqual({"reviewed", "skipped", "failed"}, set(files["outcome"]))

    def test_times_are_those_of_the_rows(self):
        tables = audit.open_folder(SAMPLE)
        asked = [
            row for table in ("reviews", "generations") for row in rows(SAMPLE, table) if row["total_ns"] is not None
        ]
        executors = tables.executors()
        self.assertEqual(len(asked), executors["asked"].sum())
        for name in ("prefill", "decode"):
            self.assertAlmostEqual(sum(row[f"{name}_ns"] for row in asked) / 1e9, executors[name].sum())
        middle = sorted(row["total_ns"] for row in asked)[len(asked) // 2] / 1e9
        self.assertAlmostEqual(middle, tables.percentiles()["p50"]["total"], delta=0.5)
        tokens = tables.tokens().iloc[0]
        self.assertEqual(sum(row["prompt_tokens"] for row in asked), tokens["computed"] + tokens["cached"])
        # An engine's steps follow each other, so the rows' shares of them fit between the first row and the last.
        spans = (executors["ended"] - executors["began"]).dt.total_seconds()
        self.assertTrue((executors["prefill"] + executors["decode"] <= spans).all())

    def test_moments_lie_in_order(self):
        tables = audit.open_folder(SAMPLE)
        moments = tables.moments(tables.busiest_run())
        self.assertTrue((moments["started"] <= moments["stepped"]).all())
        self.assertTrue((moments["stepped"] <= moments["finished"]).all())
        self.assertEqual(0, moments["started"].min())

    def test_one_run_can_be_seen_alone(self):
        run = self.runs()[1]
        tables = audit.open_folder(SAMPLE, run=run)
        expected = [row for row in rows(SAMPLE, "findings") if row["run_id"] == run and row["confidence"] >= 0.25]
        self.assertEqual(len(expected), len(tables.top_findings(100)))
        self.assertEqual([run], tables.runs()["run_id"].tolist())
        self.assertEqual({run}, set(tables.executors()["run_id"]))
        draw_everything(tables)

    def test_a_run_that_generated_can_be_seen_alone(self):
        run = next(row["run_id"] for row in rows(SAMPLE, "runs") if row["command"] == "generate")
        tables = audit.open_folder(SAMPLE, run=run)
        self.assertEqual((0, 8), (len(tables.top_findings()), tables.generations()["answers"].sum()))
        draw_everything(tables)

    def test_the_least_confidence_decides_what_is_counted(self):
        everything = audit.open_folder(SAMPLE, least=0)
        some = audit.open_folder(SAMPLE, least=0.6)
        self.assertGreater(len(everything.top_findings(100)), len(audit.open_folder(SAMPLE).top_findings(100)))
        self.assertTrue((some.top_findings(100)["confidence"] >= 0.6).all())
        self.assertEqual(everything.confidences()["findings"].sum(), some.confidences()["findings"].sum())

    def test_the_sample_is_small_and_has_no_notes(self):
        size = sum(file.stat().st_size for file in SAMPLE.rglob("*") if file.is_file())
        self.assertLess(size, 400_000)
        self.assertEqual([], audit.open_folder(SAMPLE).notes)
        page = draw_everything(audit.open_folder(SAMPLE))
        self.assertIn("findings</strong> in", page)


    @unittest.skipUnless(importlib.util.find_spec("pyarrow"), "needs pyarrow, which writes the sample")
    def test_the_sample_is_what_its_script_writes(self):
        subprocess.run([sys.executable, HERE / "make_sample.py", self.folder], check=True, capture_output=True)
        for table in audit.COLUMNS:
            made, committed = (sorted(rows(folder, table), key=str) for folder in (self.folder, SAMPLE))
            self.assertTrue(made == committed, table)


class OddFoldersTest(FolderTest):
    """What is missing is said in a sentence, or in a note; pictures of nothing say so."""

    def test_a_folder_that_is_not_there(self):
        self.assertIn("There is no folder", self.refused(folder=self.folder / "none"))

    def test_a_folder_without_tables(self):
        self.assertIn("none of the tables", self.refused(folder=HERE / "page"))

    def test_a_folder_one_too_high(self):
        self.assertIn("Inside it, out would be one", self.refused(folder=self.folder.parent))

    def test_an_address_of_object_storage(self):
        self.assertIn("spark.ipynb", self.refused(folder="s3a://bucket/audits"))

    def test_tables_in_another_format(self):
        for file in (self.folder / "reviews").iterdir():
            file.rename(file.with_suffix(".orc"))
        self.assertIn("files of .orc", self.refused())

    def test_a_damaged_file(self):
        damaged = self.folder / "findings/part-00000-damaged.snappy.parquet"
        damaged.write_bytes(b"PAR1 and then nothing")
        self.assertIn(f"{damaged} cannot be read as Parquet", self.refused())

    def test_files_that_hold_half_a_table_are_not_read(self):
        (self.folder / "findings/.part-00000.crc").write_bytes(b"crc")
        (self.folder / "findings/_SUCCESS").write_bytes(b"")
        (self.folder / "findings/.part-half.parquet").write_bytes(b"half")
        self.assertEqual([], self.open().notes)

    def test_a_wave_that_is_not_in_the_tables(self):
        run = next((self.folder / "_audit/manifests").glob("*-runs.json")).name.removesuffix("-runs.json")
        (self.folder / f"_audit/staging/{run}/000000-000099/made").mkdir(parents=True)
        self.assertEqual([], self.open().notes)
        (self.folder / f"_audit/staging/{run}/runs").mkdir()
        self.assertIn(f"lack rows that a run has published: {self.folder}/_audit/manifests/{run}-runs.json", self.open().notes[0])

    def test_a_table_of_something_else(self):
        self.rewrite("findings", "select 1 as number")
        self.assertIn("lacks the columns run_id, row_key", self.refused())

    def test_a_column_of_another_kind(self):
        self.rewrite("reviews", "select * replace ('soon' as total_ns) from old")
        tables = self.open()
        with self.assertRaises(audit.AuditTablesError) as caught:
            tables.percentiles()
        self.assertIn("cannot be read", str(caught.exception))

    def test_a_run_that_is_not_there(self):
        self.assertIn("has no run nightly. Its runs are 2026", self.refused(run="nightly"))
        self.assertIn("has no run", self.refused(run="' or 1 = 1 --"))

    def test_runs_to_compare(self):
        runs = self.open().order["run_id"]
        with mock.patch.dict(os.environ, CODE_AUDIT_BEFORE=runs[0], CODE_AUDIT_AFTER=runs[3]):
            self.assertEqual((1, 4), audit.chosen_runs(self.open()))
        with mock.patch.dict(os.environ, CODE_AUDIT_BEFORE=runs[3], CODE_AUDIT_AFTER=runs[0]):
            self.assertRaisesRegex(audit.AuditTablesError, "the earlier one", audit.chosen_runs, self.open())
        with mock.patch.dict(os.environ, CODE_AUDIT_AFTER="never"):
            self.assertRaisesRegex(audit.AuditTablesError, "no review never", audit.chosen_runs, self.open())

    def test_a_confidence_that_is_none(self):
        for named in ("much", "2", "nan"):
            with mock.patch.dict(os.environ, CODE_AUDIT_MIN_CONFIDENCE=named):
                self.assertIn("from 0 to 1", self.refused())

    def test_every_table_may_be_missing(self):
        for table in audit.COLUMNS:
            with self.subTest(table):
                aside = self.folder.parent / table
                (self.folder / table).rename(aside)
                tables = self.open()
                self.assertEqual(table in ("reviews", "findings", "runs"), any(f"no table {table}" in note for note in tables.notes))
                draw_everything(tables)
                aside.rename(self.folder / table)

    def test_every_table_may_be_empty(self):
        for table in audit.COLUMNS:
            self.rewrite(table, "select * from old where false")
        tables = self.open()
        self.assertIn("No row was reviewed", tables.notes[0])
        page = draw_everything(tables)
        self.assertIn("0 findings", page)
        self.assertIn("No run has reviewed anything", page)

    def test_no_findings(self):
        self.rewrite("findings", "select * from old where false")
        tables = self.open()
        self.assertEqual([], tables.notes)
        self.assertIn("<strong>0 findings</strong>", draw_everything(tables))
        self.assertEqual([0], tables.trend()["standing"].unique().tolist())

    def test_only_generations(self):
        for table in ("reviews", "findings", "coverage", "states"):
            shutil.rmtree(self.folder / table)
        self.rewrite("runs", "select * from old where command = 'generate'")
        tables = self.open()
        self.assertEqual([], tables.notes)
        draw_everything(tables)

    def test_older_tables_lack_columns(self):
        needed = {table: ", ".join(names) for table, names in audit.NEEDED.items()}
        for table, names in needed.items():
            self.rewrite(table, f"select {names} from old")
        tables = self.open()
        self.assertEqual(6, len([note for note in tables.notes if "is older than the columns" in note]))
        draw_everything(tables)

    def test_columns_that_decide_much_may_be_missing_alone(self):
        deciding = dict(
            reviews="input_key unit_count change_kind prompt_name commit_id started_at queued_ns prompt_tokens executor_id",
            findings="fingerprint fingerprint_loose finding_id prompt_name change_kind confidence suppressed suppressed_by"
            " suppression_expires suppression_note",
            runs="seconds inputs_left",
            coverage="seen_at change_kind reason asked",
            states="check confidence moved_from quote finding_id suppressed",
        )
        for table, columns in deciding.items():
            saved = self.folder.parent / table
            shutil.copytree(self.folder / table, saved)
            for column in columns.split():
                with self.subTest(f"{table}.{column}"):
                    self.rewrite(table, f'select * exclude ("{column}") from old')
                    tables = self.open()
                    self.assertIn(f"older than the column {column}.", tables.notes[0])
                    for figure in audit.FIGURES:
                        getattr(tables, figure)()
                shutil.rmtree(self.folder / table)
                shutil.copytree(saved, self.folder / table)

    def test_older_tables_do_not_say_what_is_suppressed(self):
        columns = "suppressed, suppressed_by, suppression_reason, suppression_expires, suppression_decided_by, suppression_note"
        self.rewrite("findings", f"select * exclude ({columns}) from old")
        self.rewrite("states", "select * exclude (suppressed, suppressed_by) from old")
        tables = self.open()
        self.assertEqual(18, len(tables.top_findings(100)))
        self.assertEqual(0, tables.trend()["suppressed"].sum())
        self.assertIn(f"older than the columns {columns}.", tables.notes[0])
        self.assertIn("name no finding that is suppressed", draw_everything(tables))

    def test_rules_of_the_last_run_count_besides_what_was_recorded(self):
        last = self.open().order["run_id"].iloc[-1]
        self.rewrite("states", f"""
            select * replace (case when run_id = '{last}' and category in ('deadlock', 'incorrect-logic') then 'accepted'
                                   else suppressed end as suppressed,
                              case when run_id = '{last}' and category in ('deadlock', 'incorrect-logic') then 'rules'
                                   else suppressed_by end as suppressed_by) from old""")
        tables = self.open()
        self.assertEqual(15 - 3, len(tables.top_findings(100)))
        self.assertEqual((15 - 3, 3 + 3), tuple(tables.trend()[["standing", "suppressed"]].iloc[-1]))
        # One of them had been accepted until the 8th, which was for another reason than now.
        told = tables.decisions()
        self.assertEqual([3], told[told["decision"].notna() & told["reason"].isna()]["findings"].tolist())
        self.assertIn("rules that the run was given say it", draw_everything(tables))
        alone = self.open(run=last)
        self.assertNotIn("deadlock", alone.top_findings(100)["category"].tolist())

    def test_of_two_places_of_a_defect_one_that_is_open_counts(self):
        self.rewrite("findings", """
            from old union all select * replace (finding_id || '2' as finding_id, line_start + 1 as line_start,
                null as suppressed, null as suppressed_by) from old where suppressed_by = 'inline'""")
        trend = self.open().trend()
        self.assertEqual((16, 2), tuple(trend[["standing", "suppressed"]].iloc[-1]))

    def test_what_is_done_with_suppressed_findings_is_one_of_two(self):
        self.assertEqual("Suppressed findings are left-out or counted, not yes.", self.refused(suppressed="yes"))

    def test_a_newer_schema_is_noted(self):
        self.rewrite("reviews", "select * replace (2 as schema_version) from old")
        self.assertIn("schema version 2", self.open().notes[0])

    def test_a_run_that_died(self):
        died = self.open().order["run_id"].iloc[-1]
        self.rewrite("runs", f"select * from old where run_id <> '{died}'")
        tables = self.open()
        self.assertEqual(
            [f"Runs that have not come to their end: {died}. Files they had not got to are not counted."], tables.notes
        )
        self.assertIn("did not end", draw_everything(tables))

    def test_one_run(self):
        first = self.open().order["run_id"][0]
        for table in audit.COLUMNS:
            self.rewrite(table, f"select * from old where run_id = '{first}'")
        tables = self.open()
        self.assertIsNone(audit.chosen_runs(tables))
        self.assertIn("no two runs to compare", draw_everything(tables))

    def test_many_runs_show_the_latest(self):
        copies = "cross join range(8) as copies(n)"
        later = "run_id || n as run_id, started_at + to_days(n * 30) as started_at"
        change = f"{later}, row_key || n as row_key, input_key || n as input_key"
        self.rewrite("reviews", f"select * exclude (n) replace ({change}) from old {copies}")
        self.rewrite(
            "findings",
            f"select * exclude (n) replace (run_id || n as run_id, row_key || n as row_key) from old {copies}",
        )
        self.rewrite(
            "runs",
            f"select * exclude (n) replace ({later}) from old {copies}",
        )
        for table, changed in (("coverage", "seen_at"), ("states", "stated_at")):
            named = "input_key" if table == "coverage" else "identity"
            moved = f"run_id || n as run_id, {changed} + to_days(n * 30) as {changed}, {named} || n as {named}"
            self.rewrite(table, f"select * exclude (n) replace ({moved}) from old {copies}")
        tables = self.open()
        self.assertEqual((48, 29), (tables.last, tables.first))
        trend = tables.trend()
        self.assertEqual(list(range(29, 49)), trend["position"].tolist())
        self.assertLess(trend["added"].iloc[0], trend["standing"].iloc[0])
        self.assertIn("of which the latest 20 are shown", draw_everything(tables))

    def test_runs_of_one_moment_are_told_apart(self):
        self.rewrite("runs", "select * replace (timestamp '2026-05-04' as started_at) from old")
        self.rewrite("reviews", "select * replace (timestamp '2026-05-04' as started_at) from old")
        tables = self.open()
        self.assertEqual(6, len(set(audit.run_labels(tables.order))))
        draw_everything(tables)

    def test_times_that_are_null(self):
        nothing = ", ".join(
            f"null::{'bigint' if name.endswith('ns') else 'double'} as {name}"
            for name in ("queued_ns", "prefill_ns", "decode_ns", "first_token_ns", "mean_batch_size", "model_load_ns")
        )
        self.rewrite("reviews", f"select * replace ({nothing}) from old")
        self.rewrite("generations", f"select * replace ({nothing}) from old")
        tables = self.open()
        self.assertEqual(["total"], tables.percentiles().index.tolist())
        draw_everything(tables)

    def test_rows_of_which_nothing_was_asked_are_left_out(self):
        zeros = ", ".join(f"0 as {name}" for name in ("prompt_tokens", "generated_tokens", "prefill_ns", "decode_ns"))
        self.rewrite("reviews", f"select * replace ({zeros}) from old")
        tables = self.open()
        self.assertIn("more gave no reason to ask anything", draw_everything(tables))

    def test_answers_of_one_word_do_not_count_as_writing(self):
        self.rewrite("reviews", "select * replace (0 as decode_ns) from old")
        self.rewrite("generations", "select * from old where false")
        self.assertTrue(self.open().rates_by_batch()["decode"].isna().all())
        draw_everything(self.open())

    def test_what_several_commits_say_counts_once(self):
        found = next(row for row in rows(SAMPLE, "findings") if row["confidence"] > 0.5)
        self.rewrite(
            "reviews",
            f"""
            select * exclude (n) replace ('modified' as change_kind, 'commit' || n as commit_id,
                                          row_key || n as row_key, input_key || n as input_key)
                     from old cross join range(3) as copies(n) where row_key = '{found["row_key"]}'""",
        )
        self.rewrite(
            "findings",
            f"""
            select * exclude (n) replace ('modified' as change_kind, 'commit' || n as commit_id,
                                          row_key || n as row_key, finding_id || n as finding_id)
                     from old cross join range(3) as copies(n) where row_key = '{found["row_key"]}'""",
        )
        tables = self.open()
        self.assertEqual(1, len(tables.top_findings()))
        self.assertEqual(3, tables.files()["files"].sum())

    def test_a_state_that_is_not_complete_does_not_take_a_complete_ones_place(self):
        last = self.open().order["run_id"].iloc[-1]
        self.rewrite(
            "reviews",
            f"""select * replace (case when run_id = '{last}' then 'failed' else status end as status) from old""",
        )
        for table in ("coverage", "findings"):  # of a file that failed neither counts
            self.rewrite(table, f"from old where run_id <> '{last}'")
        tables = self.open(suppressed="counted")
        self.assertEqual(tables.trend()["standing"].iloc[-2], len(tables.top_findings(100)))

    def test_findings_of_other_tools_are_shown_apart(self):
        self.rewrite("findings", "select * replace ('triage' as prompt_name, 'Lint' as tool, category as rule) from old")
        self.rewrite("reviews", "select * replace ('triage' as prompt_name) from old")
        tables = self.open()
        self.assertEqual(0, len(tables.top_findings()))
        self.assertEqual(len(rows(SAMPLE, "findings")), tables.judged()["findings"].sum())
        self.assertIn(f"{len(rows(SAMPLE, 'findings'))} findings of other tools", draw_everything(tables))

    def test_hostile_text_is_escaped_and_seen(self):
        text = HOSTILE.replace("'", "''")
        for table, columns in dict(
            reviews="repository path executor_id host device model_id skip_reason error_class",
            findings="repository path category quote title message suggestion severity anchor_status suppressed suppressed_by"
            " suppression_reason suppression_expires suppression_decided_by suppression_note",
            runs="model_id stopped_by",
            generations="id code_language",
            coverage="repository path reason",
            states="repository path moved_from category quote title severity suppressed suppressed_by",
        ).items():
            hostile = ", ".join(f"{name} || '{text}' as {name}" for name in columns.split())
            self.rewrite(table, f"select * replace ({hostile}) from old")
        page = draw_everything(self.open())
        self.assertNotIn("<script", page)
        self.assertIn("&lt;script&gt;", page)
        self.assertNotIn("\u202e", page)
        self.assertIn("[U+202E]evil", page)

    def test_text_that_is_not_there(self):
        for table, columns in dict(
            reviews="executor_id host device error_class skip_reason language",
            generations="code_language",
            findings="cwe suggestion side confidence",
            runs="model_id precision coverage",
            coverage="reason",
            states="side confidence moved_from line_start",
        ).items():
            nothing = ", ".join(f"null as {name}" for name in columns.split())
            self.rewrite(table, f"select * replace ({nothing}) from old")
        draw_everything(self.open())


class FormTest(unittest.TestCase):
    def test_times_have_a_unit_that_suits_them(self):
        seconds = {
            0: "0 s",
            2e-9: "2 ns",
            0.00004: "40 µs",
            0.25: "250 ms",
            1: "1 s",
            59.94: "59.9 s",
            119: "119 s",
            150: "2.5 min",
            7200: "2 h",
        }
        self.assertEqual(list(seconds.values()), [audit.duration(value) for value in seconds])

    def test_a_share_is_whole_only_if_nothing_is_left(self):
        self.assertEqual(["0 %", "0.1 %", "99.9 %", "100 %"], [audit.percent(value) for value in (0, 0.001, 0.99999, 1)])

    def test_the_end_of_a_path_is_kept(self):
        self.assertEqual("…/Ferry.java", audit.shortened("src/main/java/harbour/Ferry.java", 12))

    def test_an_error_is_shown_without_a_stack_of_calls(self):
        self.assertEqual(["AuditTablesError: why"], audit.AuditTablesError("why")._render_traceback_())


class NotebooksTest(unittest.TestCase):
    def cells(self, name):
        return json.loads((HERE / f"{name}.ipynb").read_text())["cells"]

    def test_none_is_committed_with_what_it_showed(self):
        for name in NOTEBOOKS:
            for cell in self.cells(name):
                self.assertFalse(cell.get("outputs"), name)
                self.assertIsNone(cell.get("execution_count"), name)

    def test_code_is_in_the_module_and_folded_away(self):
        for name in NOTEBOOKS[:3]:
            for cell in self.cells(name):
                if cell["cell_type"] == "code":
                    self.assertIn("hide-input", cell["metadata"]["tags"])
                    self.assertTrue(cell["metadata"]["jupyter"]["source_hidden"])
                    self.assertNotRegex("".join(cell["source"]), r"\b(def|for|select)\b")

    def test_no_line_of_code_stands_in_two_notebooks_but_the_opening(self):
        lines = Counter(line.strip() for name in NOTEBOOKS[:3] for cell in self.cells(name) if cell["cell_type"] == "code"
                        for line in {*cell["source"]} if line.strip())
        self.assertEqual({"import audit_tables as audit", "tables = audit.open_folder()", "audit.show_notes(tables)"},
                         {line for line, times in lines.items() if times > 1})


@unittest.skipUnless(shutil.which("bash"), "needs bash")
class ScriptTest(FolderTest):
    def run_script(self, *arguments, **environment):
        return subprocess.run(
            ["bash", str(HERE / "run.sh"), *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=600,
            env=os.environ | {"PYTHON": sys.executable} | environment,
        )

    def said(self, *arguments, **environment):
        outcome = self.run_script(*arguments, **environment)
        self.assertEqual(2, outcome.returncode, outcome)
        self.assertNotIn("Traceback", outcome.stderr)
        return outcome.stderr

    def test_what_is_wrong_is_said_in_a_sentence(self):
        self.assertIn("There is no folder nowhere", self.said("nowhere"))
        self.assertIn("none of the tables", self.said(HERE / "page"))
        self.assertIn("no notebook faults", self.said("--notebook", "faults", self.folder))
        self.assertIn("--run needs a value", self.said("--run"))
        self.assertIn("no option --runs", self.said("--runs", "x"))
        self.assertIn("is one page, and 3 notebooks", self.said(self.folder, "page.html"))
        self.assertIn("has no run nightly", self.said("--run", "nightly", self.folder))
        self.assertIn("from 0 to 1", self.said("--min-confidence", "7", self.folder))
        self.assertIn("left-out or counted", self.said("--suppressed", "no", self.folder))
        self.assertIn("no review never", self.said("--before", "never", self.folder))
        self.assertIn("not: a b c", self.said("a", "b", "c"))
        self.assertIn("There is no program /no/python", self.said(self.folder, PYTHON="/no/python"))

    def test_what_a_notebook_finds_wrong_is_said_in_a_sentence_too(self):
        self.rewrite("reviews", "select * replace ('soon' as total_ns) from old")
        said = self.said("--notebook", "timing", self.folder, self.folder.parent / "pages")
        self.assertRegex(said, r"\AThe tables of .* cannot be read: .*\n\Z")

    def test_packages_that_are_missing_are_named(self):
        bare = Path(self.folder.parent / "bare")
        bare.write_text(f"#!/bin/sh\nexec {sys.executable} -I -S \"$@\"\n")
        bare.chmod(0o755)
        self.assertIn("pip install -r notebooks/requirements.txt", self.said(self.folder, PYTHON=str(bare)))
        self.assertIn("requirements-spark.txt", self.said("--notebook", "spark", self.folder, PYTHON=str(bare)))

    def test_help_is_the_head_of_the_script(self):
        outcome = self.run_script("--help")
        self.assertEqual(0, outcome.returncode)
        self.assertTrue(outcome.stdout.startswith("Executes the notebooks"), outcome.stdout)
        self.assertIn("--min-confidence P", outcome.stdout)
        self.assertNotIn("set -e", outcome.stdout)

    def pages(self, *arguments):
        out = self.folder.parent / "pages with a blank"
        outcome = self.run_script(*arguments, self.folder, out)
        self.assertEqual(0, outcome.returncode, outcome.stderr)
        pages = {file.stem: file.read_text() for file in out.glob("*.html")}
        self.assertEqual({f"{out}/{name}.html" for name in pages}, set(outcome.stdout.splitlines()))
        return pages, outcome.stderr

    def test_pages_ask_the_network_for_nothing_and_hide_the_code(self):
        pages, errors = self.pages()
        self.assertEqual({"findings", "timing", "series"}, set(pages))
        self.assertEqual("", errors)
        for name, page in pages.items():
            with self.subTest(name):
                # Not assertNotIn, which would print the page.
                self.assertEqual([], re.findall(r"<script|import audit_tables|Traceback \(most|output_error", page))
                self.assertEqual([], re.findall(r"(?:src|href)=[\"'](?!data:|#)[^\"']*", page))
                self.assertEqual(1, page.count("<h1"))
                images = re.findall(r"<img[^>]*>", page)
                self.assertGreater(len(images), 3)
                self.assertTrue(all('alt="Chart: ' in re.sub(r"base64,[^\"]*", "", image) for image in images))

    def test_pages_of_tables_without_rows(self):
        for table in audit.COLUMNS:
            self.rewrite(table, "select * from old where false")
        pages, errors = self.pages()
        self.assertIn("Note: No row was reviewed", errors)
        self.assertTrue("0 findings" in pages["findings"])


@unittest.skipUnless(importlib.util.find_spec("pyspark") and shutil.which("java"), "needs PySpark and a JDK")
class SparkTest(FolderTest):
    @classmethod
    def setUpClass(cls):
        from pyspark.sql import SparkSession

        cls.spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
                     .config("spark.sql.shuffle.partitions", "1").config("spark.driver.host", "127.0.0.1")
                     .config("spark.driver.bindAddress", "127.0.0.1").getOrCreate())
        cls.spark.sparkContext.setLogLevel("OFF")
        cls.addClassCleanup(cls.spark.stop)

    def test_both_engines_have_the_same_figures(self):
        told = audit.differences(audit.open_spark(self.spark, self.folder), self.open())
        self.assertEqual({"yes"}, set(told["same"]), told)

    def test_older_and_missing_tables_are_said_alike(self):
        shutil.rmtree(self.folder / "generations")
        self.rewrite("runs", "select * exclude (inputs_left) from old")
        one, other = audit.open_spark(self.spark, self.folder), self.open()
        self.assertEqual([note.replace(str(one.place), "") for note in one.notes],
                         [note.replace(str(other.place), "") for note in other.notes])
        self.assertEqual({"yes"}, set(audit.differences(one, other)["same"]))

    def test_a_folder_that_is_not_there(self):
        with self.assertRaisesRegex(audit.AuditTablesError, "none of the tables"):
            audit.open_spark(self.spark, self.folder / "none")


if __name__ == "__main__":
    unittest.main()
