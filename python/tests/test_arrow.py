import importlib.util
import tempfile
import unittest
import warnings
from pathlib import Path
from unittest import mock

from support import code_audit


class ArrowTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_without_pyarrow_the_error_says_what_to_install(self):
        with mock.patch.dict("sys.modules", {"pyarrow": None}):
            with self.assertRaisesRegex(code_audit.CodeAuditError, "pip install pyarrow"):
                code_audit.arrow(self.folder, "findings")

    @unittest.skipIf(importlib.util.find_spec("pyarrow") is None, "pyarrow is not installed")
    def test_files_of_several_versions_are_one_table(self):
        import pyarrow
        from pyarrow import parquet

        place = self.folder / "findings"
        place.mkdir()
        parquet.write_table(pyarrow.table({"path": ["a"], "line_start": [1]}), place / "part-0.parquet")
        parquet.write_table(pyarrow.table({"path": ["b"], "tool": ["t"]}), place / "part-1.parquet")
        (place / "_SUCCESS").touch()
        self.assertEqual(
            code_audit.arrow(str(self.folder), "findings").to_pylist(),
            [{"path": "a", "line_start": 1, "tool": None}, {"path": "b", "line_start": None, "tool": "t"}],
        )
        self.assertEqual(code_audit.arrow(self.folder, "findings", ["path"]).column_names, ["path"])
        with self.assertRaisesRegex(code_audit.CodeAuditError, "no column paths. Its columns are path"):
            code_audit.arrow(self.folder, "findings", ["paths"])
        with self.assertRaisesRegex(code_audit.CodeAuditError, "The tables are reviews, findings, coverage, states, gen"):
            code_audit.arrow(self.folder, "finding")
        with self.assertRaisesRegex(code_audit.CodeAuditError, "of a run of `bin/audit review`"):
            code_audit.arrow(self.folder, "reviews")
        with self.assertRaisesRegex(code_audit.CodeAuditError, "no table states in .*of a run of `bin/audit review`"):
            code_audit.arrow(self.folder, "states")

    @unittest.skipIf(importlib.util.find_spec("pyarrow") is None, "pyarrow is not installed")
    def test_a_wave_that_is_not_in_the_tables_is_warned_of(self):
        import pyarrow
        from pyarrow import parquet

        (self.folder / "runs").mkdir()
        parquet.write_table(pyarrow.table({"run_id": ["r"]}), self.folder / "runs/part-0.parquet")
        (self.folder / "_audit/staging/r/runs").mkdir(parents=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            code_audit.arrow(self.folder, "runs")
            (self.folder / "_audit/manifests").mkdir()
            (self.folder / "_audit/manifests/r-runs.json").touch()
            with self.assertRaisesRegex(UserWarning, "lack rows that a run has published: .*/r-runs.json is not"):
                code_audit.arrow(self.folder, "runs")

    @unittest.skipIf(importlib.util.find_spec("pyarrow") is None, "pyarrow is not installed")
    def test_tables_of_a_series(self):
        sample = Path(__file__).resolve().parents[2] / "notebooks/sample"
        states = code_audit.arrow(sample, "states", ["state", "identity"]).to_pylist()
        self.assertIn("fixed", {row["state"] for row in states})
        self.assertIn("gone", code_audit.arrow(sample, "coverage")["outcome"].to_pylist())


if __name__ == "__main__":
    unittest.main()
