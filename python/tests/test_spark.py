"""The whole way through Spark and the jar, with a model of made-up weights."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import support
from support import ORDERS, REMOTE, code_audit

CHANGE_COLUMNS = [
    "repository",
    "commit_id",
    "parent_id",
    "committed_at",
    "path",
    "old_path",
    "language",
    "change_kind",
    "content_sha",
    "bytes",
]
ANSWER_COLUMNS = ["status", "findings", "error_class", "error_message", "prompt_tokens", "generated_tokens"]


@unittest.skipIf(support.missing_for_spark() is not None, str(support.missing_for_spark()))
class SparkTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.model = support.write_model(cls.folder / "model")
        cls.repository = support.write_repository(cls.folder / "orders")
        cls.spark = support.spark_session(max_new_tokens=64)
        cls.addClassCleanup(cls.spark.stop)

    def refused(self, expected, *arguments, **keywords):
        with self.assertRaisesRegex(code_audit.CodeAuditError, expected):
            code_audit.review(self.spark, *arguments, **keywords)

    def frame(self, *rows, schema="id INT, text STRING, language STRING"):
        return self.spark.createDataFrame(list(rows), schema)

    def test_a_session_that_is_there_is_given_back(self):
        again = code_audit.session(max_findings=3)
        self.assertIs(again, self.spark)
        self.assertEqual(again.conf.get("spark.codeaudit.maxFindings"), "3")
        again.conf.unset("spark.codeaudit.maxFindings")

    def test_a_repository_is_reviewed_file_by_file(self):
        reviews = code_audit.review(self.spark, self.repository, self.model).cache()
        self.assertEqual(
            reviews.columns,
            CHANGE_COLUMNS
            + ["status", "skip_reason", "error_class", "error_message", "findings"]
            + ["prompt_tokens", "generated_tokens"],
        )
        rows = {row.path: row for row in reviews.collect()}
        self.assertEqual(set(rows), {"Orders.java", "README.md"})
        self.assertIn(rows["Orders.java"].status, ("ok", "truncated"))
        self.assertGreater(rows["Orders.java"].prompt_tokens, 0)
        self.assertEqual((rows["README.md"].status, rows["README.md"].skip_reason), ("skipped", "prose, not code"))
        found = code_audit.findings(reviews).collect()
        self.assertEqual(len(found), sum(len(row.findings or []) for row in rows.values()))
        self.assertTrue(all(row.path == "Orders.java" and row.repository == "orders" for row in found))
        reviews.unpersist()

    def test_whole_files_and_options_of_the_source(self):
        changes = code_audit.changes(self.spark, str(self.repository), mode="file", options={"maxBytes": 20})
        reasons = {row.path: row.skip_reason for row in changes.collect()}
        self.assertIn("20", reasons["Orders.java"])
        reviewed = code_audit.review(self.spark, changes, self.model).select("path", "status", "skip_reason")
        self.assertEqual({row.path: row.skip_reason for row in reviewed.collect()}, reasons)

    def test_a_patch_that_cannot_be_read_is_a_failed_row(self):
        patch = self.folder / "broken.patch"
        patch.write_text("--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-a\n")
        rows = code_audit.review(self.spark, patch, self.model).collect()
        self.assertEqual([(row.status, row.error_class) for row in rows], [("failed", "DIFF_TRUNCATED")])

    def test_code_in_a_column(self):
        frame = self.frame((1, ORDERS, "java"), (2, None, None))
        reviews = code_audit.review(self.spark, frame, self.model, code="text", language="language")
        self.assertEqual(reviews.columns, ["id", "text", "language"] + ANSWER_COLUMNS)
        rows = {row.id: row for row in reviews.collect()}
        self.assertIn(rows[1].status, ("ok", "truncated"))
        self.assertIsNone(rows[2].status)
        self.assertIn("path", code_audit.findings(reviews).columns)

    def test_columns_with_names_that_have_to_be_quoted(self):
        frame = self.frame((1, ORDERS), schema="`a.b` INT, `the code` STRING")
        rows = code_audit.review(self.spark, frame, self.model, code="the code").collect()
        self.assertEqual([row["a.b"] for row in rows], [1])

    def test_prompts_are_answered(self):
        answers = code_audit.generate(self.spark, ["a", "b"], self.model, max_new_tokens=5, seed=3, stop=["never"])
        self.assertEqual(
            answers.columns,
            ["prompt", "text", "status", "error_class", "error_message", "finish_reason"]
            + ["prompt_tokens", "generated_tokens"],
        )
        rows = answers.collect()
        self.assertEqual({row.prompt for row in rows}, {"a", "b"})
        self.assertTrue(all(row.generated_tokens <= 5 for row in rows))
        one = code_audit.generate(self.spark, "a", self.model, temperature=0, max_new_tokens=5).collect()
        frame = self.frame((1, "a"), schema="id INT, question STRING")
        other = code_audit.generate(
            self.spark, frame, self.model, prompt_column="question", temperature=0, max_new_tokens=5
        ).collect()
        self.assertEqual(one[0].text, other[0].text)

    def test_settings_hold_for_one_data_frame_only(self):
        short = code_audit.generate(self.spark, "a", self.model, temperature=0, max_new_tokens=2)
        long = code_audit.generate(self.spark, "a", self.model, temperature=0, max_new_tokens=9)
        self.assertEqual([frame.collect()[0].generated_tokens <= 2 for frame in (short, long)], [True, False])
        self.assertEqual(self.spark.conf.get("spark.codeaudit.maxNewTokens"), "64")
        self.assertIsNone(self.spark.conf.get("spark.codeaudit.model", None))

    def test_the_functions_in_sql(self):
        self.spark.conf.set("spark.codeaudit.model", str(self.model))
        self.addCleanup(self.spark.conf.unset, "spark.codeaudit.model")
        rows = self.frame((1, ORDERS, "java")).selectExpr("id", "ai_review(text, language).status AS status").collect()
        self.assertIn(rows[0].status, ("ok", "truncated"))

    def test_what_is_neither_path_nor_data_frame_is_refused(self):
        class OfPandas:
            def __iter__(self):
                return iter(["a column"])

        for source in (None, 3, b"path", [], [3], "", {}, OfPandas()):
            self.refused("There is nothing to review.*Pass a path", source, self.model)
        self.refused("Standard input cannot be reviewed", "-", self.model)
        self.refused("is a patch and .* is not", [self.repository, "x.patch"], self.model)
        self.refused("There is no such file or folder", self.folder / "nowhere", self.model)

    def test_arguments_that_do_not_go_together_are_refused(self):
        frame = self.frame((1, ORDERS, "java"))
        self.refused("not known what of this data frame.*there are id, text, language", frame, self.model)
        self.refused("There is no column code. The columns are id", frame, self.model, code="code")
        self.refused("mode, commits cannot be given here", frame, self.model, code="text", mode="file", commits=3)
        self.refused("code and language cannot be given here", self.repository, self.model, code="text")
        same = frame.withColumnRenamed("id", "status")
        self.refused("same name already: status", same, self.model, code="text")
        joined = code_audit.changes(self.spark, self.repository).selectExpr("*", "1 AS status")
        self.refused("same name already: status", joined, self.model)
        with self.assertRaisesRegex(code_audit.CodeAuditError, "no column prompt"):
            code_audit.generate(self.spark, frame, self.model)
        with self.assertRaisesRegex(code_audit.CodeAuditError, "One of them is of the type int"):
            code_audit.generate(self.spark, [1], self.model)  # type: ignore[list-item]
        with self.assertRaisesRegex(code_audit.CodeAuditError, "no findings in this data frame"):
            code_audit.findings(frame)

    def test_a_model_must_be_named(self):
        self.refused("No model is named.*Pass model=", self.repository)

    def test_the_jar_says_what_is_wrong_with_settings_and_options(self):
        self.refused("did you mean `spark.codeaudit.maxNewTokens`", self.repository, self.model, max_new_token=3)
        self.refused("is `int3`, not f32", self.repository, self.model, precision="int3")
        self.refused("nearest: `commits`", self.repository, self.model, options={"comits": 3})
        self.assertIsNone(self.spark.conf.get("spark.codeaudit.maxNewToken", None))

    def test_a_session_without_the_extension_is_refused(self):
        class Catalog:
            def functionExists(self, name):
                return False

        class Session:
            version = "4.2.0"
            catalog = Catalog()

        for call in (code_audit.review, code_audit.changes, code_audit.generate, code_audit.tables):
            with self.assertRaisesRegex(code_audit.CodeAuditError, "no session of Spark but of the type str"):
                call("src/app", "default")
        with self.assertRaisesRegex(code_audit.CodeAuditError, "does not know ai_review.*spark.sql.extensions="):
            code_audit.require(Session())
        Session.version = "3.5.9"
        with self.assertRaisesRegex(code_audit.CodeAuditError, "cannot run in Spark 3.5.9.*pip install pyspark==4.2"):
            code_audit.require(Session())

    def test_tables_of_a_folder(self):
        folder = self.folder / "out"
        self.write_tables(folder)
        tables = code_audit.tables(self.spark, folder)
        self.assertEqual(tables.reviews.count(), 2)
        self.assertEqual(tables.findings.count(), 2)
        with self.assertRaisesRegex(code_audit.CodeAuditError, "no table generations in .*bin/audit generate"):
            tables.generations  # noqa: B018
        if REMOTE:
            with self.assertRaisesRegex(code_audit.CodeAuditError, "cannot be asked through Spark Connect"):
                tables.latest_findings()
        else:
            self.assertEqual([row.attempt for row in tables.latest_reviews().collect()], [2])
            self.assertEqual([row.finding_id for row in tables.latest_findings().collect()], ["of 2"])
            self.assertEqual(tables.latest_findings(0.9).collect(), [])

    def test_tables_of_a_series(self):
        folder = self.folder / "series"
        self.write_tables(folder)
        tables = code_audit.tables(self.spark, folder)
        for name in ("coverage", "states"):
            with self.assertRaisesRegex(code_audit.CodeAuditError, f"no table {name} in .*bin/audit review"):
                getattr(tables, name)
        file = "'orders' AS repository, 'Orders.java' AS path, 'file' AS change_kind, 'k' AS input_key"
        self.spark.sql(
            f"SELECT {file}, concat('run', id) AS run_id, timestamp_seconds(id) AS seen_at,"
            " if(id = 1, 'reviewed', 'gone') AS outcome FROM range(1, 3)"
        ).write.parquet(f"{folder}/coverage")
        self.spark.sql("SELECT 'f' AS identity, 'fixed' AS state").write.parquet(f"{folder}/states")
        outcomes = [row.outcome for row in tables.coverage.orderBy("seen_at").collect()]
        self.assertEqual(outcomes, ["reviewed", "gone"])
        self.assertEqual([row.state for row in tables.states.collect()], ["fixed"])
        if not REMOTE:
            self.assertEqual(tables.latest_reviews().collect(), [])
            self.assertEqual(tables.latest_findings().collect(), [])

    def write_tables(self, folder: Path):
        """One row that was asked twice, each time with a finding."""
        unit = (
            "SELECT 'r' AS row_key, CAST(id AS INT) AS attempt, 'orders' AS repository, 'Orders.java' AS path,"
            " CAST(NULL AS STRING) AS commit_id, 'c' AS content_sha, 'file' AS change_kind, 'checks' AS prompt_name"
        )
        self.spark.sql(
            f"{unit}, 'k' AS input_key, 1 AS unit_count, 'ok' AS status, current_timestamp() AS started_at"
            " FROM range(1, 3)"
        ).write.parquet(f"{folder}/reviews")
        self.spark.sql(
            f"{unit}, concat('of ', id) AS finding_id, 'f' AS fingerprint, 0.5D AS confidence, 3 AS line_start"
            " FROM range(1, 3)"
        ).write.parquet(f"{folder}/findings")


@unittest.skipIf(REMOTE is not None, "this is that process")
@unittest.skipIf(support.missing_for_connect() is not None, str(support.missing_for_connect()))
class ConnectTest(unittest.TestCase):
    def test_all_of_it_through_spark_connect(self):
        """In a process of its own: one has sessions of one kind."""
        environment = {**os.environ, "CODE_AUDIT_TEST_REMOTE": "local[2]"}
        run = subprocess.run(
            [sys.executable, "-m", "unittest", "test_spark"],
            cwd=Path(__file__).parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )
        self.assertEqual(run.returncode, 0, run.stderr[-5000:])


if __name__ == "__main__":
    unittest.main()
