import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from support import code_audit

from code_audit import _session
from code_audit._settings import keys


class SettingsTest(unittest.TestCase):
    def test_words_of_python_become_keys_of_the_session(self):
        self.assertEqual(
            keys({"max_new_tokens": 256, "kv_cache_dtype": "int8", "precision": "int4", "batch": 8}),
            {
                "spark.codeaudit.maxNewTokens": "256",
                "spark.codeaudit.kvCacheDtype": "int8",
                "spark.codeaudit.precision": "int4",
                "spark.codeaudit.batch": "8",
            },
        )

    def test_keys_as_the_jar_writes_them_are_taken_too(self):
        self.assertEqual(keys({"maxNewTokens": 1}), {"spark.codeaudit.maxNewTokens": "1"})

    def test_values_are_written_as_the_jar_reads_them(self):
        self.assertEqual(
            list(keys({"thinking": True, "stop": ["END", '"'], "temperature": 0.5}).values()),
            ["true", '["END", "\\""]', "0.5"],
        )

    def test_what_is_none_is_left_to_the_session(self):
        self.assertEqual(keys({"model": None, "batch": None}), {})

    def test_values_of_other_types_are_refused(self):
        with self.assertRaisesRegex(
            code_audit.CodeAuditError, "setting precision cannot be used. It is of the type dict"
        ):
            keys({"precision": {}})

    def test_jars_and_extensions_of_the_user_are_added_and_all_else_prevails(self):
        needed = {"spark.jars": "a.jar", "spark.sql.extensions": "E", "spark.driver.memory": "4g"}
        own = {"spark.jars": "b.jar", "spark.driver.memory": "8g", "spark.x": "y"}
        self.assertEqual(
            _session._joined(needed, own),
            {
                "spark.jars": "a.jar,b.jar",
                "spark.sql.extensions": "E",
                "spark.driver.memory": "8g",
                "spark.x": "y",
            },
        )

    def test_without_java_the_error_says_what_to_install(self):
        with mock.patch.dict(os.environ, {"PATH": "", "JAVA_HOME": "/nowhere"}):
            with self.assertRaisesRegex(code_audit.CodeAuditError, "JAVA_HOME is /nowhere.*Install JDK 17"):
                _session._check_java()
            del os.environ["JAVA_HOME"]
            with self.assertRaisesRegex(code_audit.CodeAuditError, "no java on the PATH"):
                _session._check_java()

    def test_without_pyspark_the_error_says_what_to_install(self):
        with mock.patch.dict("sys.modules", {"pyspark": None}):
            with self.assertRaisesRegex(code_audit.CodeAuditError, "There is no PySpark.*pip install pyspark=="):
                code_audit.session()

    def test_models_are_named_by_the_folder_python_works_in(self):
        """The JVM stays in the folder that it was started in."""
        self.addCleanup(os.chdir, os.getcwd())
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            Path("models", "smollm2").mkdir(parents=True)
            Path("smollm2").mkdir()
            here = os.getcwd()
            for given, expected in (
                ("models/smollm2", f"{here}/models/smollm2"),
                ("./smollm2", f"{here}/smollm2"),
                (Path("smollm2"), f"{here}/smollm2"),
                ("smollm2", "smollm2"),
                ("default", "default"),
                ("hf:Qwen/Qwen3-8B", "hf:Qwen/Qwen3-8B"),
                ("s3a://models/M", "s3a://models/M"),
            ):
                self.assertEqual(keys({"model": given}), {"spark.codeaudit.model": expected})


if __name__ == "__main__":
    unittest.main()
