"""Tests of the notebook `models` over small tables that are made here."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import duckdb

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import audit_tables as audit  # noqa: E402
import model_tables as side  # noqa: E402

SCHEMA = HERE.parent / "bench/src/main/java/org/codeaudit/bench/models/ModelsSchema.java"
TYPES = {"string": "varchar", "int": "integer", "long": "bigint", "double": "double", "timestamp": "timestamp"}
FAST = dict(model="fast", run_id="a", status="ok", attention="sdpa", placement="cpu", precision="int8", tokens=100,
            tokens_per_second=50.0, seconds=2.0, model_bytes=2 * 10**9, answers=4, complete=3, with_code=3,
            syntax_checked=3, syntax_ok=1, checked=0, batch=1, prompts=4)
SLOW = dict(FAST, model="slow</td>$x$", run_id="b", tokens_per_second=5.0, seconds=20.0, syntax_ok=3, complete=4)
BROKEN = dict(model="/no/such", run_id="c", status="failed", error="There is no model", prompts=4, batch=1)


def write(folder, table, columns, rows):
    (folder / table).mkdir(parents=True)
    database = duckdb.connect()
    database.execute(f"create table t ({', '.join(f'{name} {kind}' for name, kind in columns)})")
    for row in rows:
        database.execute(f"insert into t ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
    database.execute(f"copy t to '{folder / table}/part-0.parquet' (format parquet)")


class ModelsTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def fill(self, *models):
        declared = re.findall(r'\.add\("(\w+)", "(\w+)"', SCHEMA.read_text())
        write(self.folder, "models", [(name, TYPES[kind]) for name, kind in declared], models)
        answers = [dict(run_id=run, status="truncated" if i == 0 else "ok", code_language=["go", "go", "c", None][i],
                        syntax_ok=[True, False, None, None][i], prefill_ns=10**8, decode_ns=3 * 10**8)
                   for run in "ab" for i in range(4)] + [dict(run_id="a", status="failed")]
        write(self.folder, "generations",
              [("run_id", "varchar"), ("status", "varchar"), ("code_language", "varchar"), ("syntax_ok", "boolean"),
               ("prefill_ns", "bigint"), ("decode_ns", "bigint")], answers)
        return side.open_folder(self.folder)

    def draw(self, models):
        shown = []
        with mock.patch("IPython.display.display", shown.append):
            side.show_matrix(models)
            side.show_shares(models)
            audit.show_notes(models)
        for draw in (side.draw_speed_and_quality, side.draw_syntax, side.draw_times):
            self.assertGreater(len(audit.png(draw(models))), 1000)
        return [part.data for part in shown]

    def test_the_fastest_stands_first_and_what_was_not_run_last(self):
        models = self.fill(SLOW, BROKEN, FAST)
        self.assertEqual(["fast", SLOW["model"], "/no/such"], list(models.matrix()["model"]))
        self.assertEqual(["/no/such was not measured whole: There is no model"], models.notes)

    def test_shares_are_of_what_they_can_be_of(self):
        shares = self.fill(FAST, SLOW, BROKEN).shares().set_index("model")
        self.assertEqual([1 / 3, 1.0], list(shares["parses"][:2]))
        self.assertEqual([0.75, 1.0], list(shares["complete"][:2]))
        self.assertTrue(shares["passes"].isna().all())
        self.assertTrue(shares.loc["/no/such"].isna().all())

    def test_answers_are_counted_by_language_and_times_add_up(self):
        models = self.fill(FAST, SLOW)
        found = models.languages()
        fast = found[found["model"] == "fast"]
        self.assertEqual([("c", "not checked", 1), ("go", "not well formed", 1), ("go", "well formed", 1),
                          ("no code", "not checked", 1)],
                         list(zip(fast["language"], fast["syntax"], fast["answers"])))
        times = models.times().set_index("model").astype(float)
        self.assertEqual([0.4, 1.2, 0.4], [round(value, 9) for value in times.loc["fast"]])

    def test_everything_is_drawn_and_escaped(self):
        pages = self.draw(self.fill(FAST, SLOW, BROKEN))
        self.assertFalse(any("slow</td>" in page for page in pages))

    def test_models_that_were_not_run_are_drawn_too(self):
        self.draw(self.fill(BROKEN))

    def test_what_is_wrong_with_a_folder_is_said_in_a_sentence(self):
        with self.assertRaisesRegex(audit.AuditTablesError, "There is no folder"):
            side.open_folder(self.folder / "none")
        with self.assertRaisesRegex(audit.AuditTablesError, "has no table models"):
            side.open_folder(self.folder)
        self.fill(FAST)
        for file in (self.folder / "models").iterdir():
            duckdb.sql(f"copy (select * exclude (notes) from '{file}') to '{file}.new' (format parquet)")
            Path(f"{file}.new").replace(file)
        with self.assertRaisesRegex(audit.AuditTablesError, "no column notes"):
            side.open_folder(self.folder)

    def test_the_notebook_is_committed_empty_and_its_page_shows_it(self):
        cells = json.loads((HERE / "models.ipynb").read_text())["cells"]
        self.assertFalse(any(cell.get("outputs") or cell.get("execution_count") for cell in cells))
        self.fill(FAST, SLOW)
        outcome = subprocess.run(
            ["bash", str(HERE / "run.sh"), "--notebook", "models", str(self.folder), str(self.folder / "models.html")],
            capture_output=True, text=True, timeout=600, env=os.environ | {"PYTHON": sys.executable})
        self.assertEqual(0, outcome.returncode, outcome.stderr)
        page = (self.folder / "models.html").read_text()
        self.assertEqual(3, len(re.findall(r"<img", page)))
        self.assertEqual([], re.findall(r"<script|import audit_tables|Traceback \(most|output_error", page))


if __name__ == "__main__":
    unittest.main()
