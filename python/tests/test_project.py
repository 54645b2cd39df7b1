"""What the package says twice, because an installed one cannot look into the project, is the same there."""

import re
import unittest

from support import PACKAGE, ROOT, code_audit

from code_audit import _review, _session, _tables


def text(*path: str) -> str:
    return ROOT.joinpath(*path).read_text(encoding="utf-8")


def only(pattern: str, document: str) -> str:
    found = re.search(pattern, document)
    assert found, pattern
    return found.group(1)


@unittest.skipUnless((ROOT / "pom.xml").is_file(), "the package is not in a checkout")
class ProjectTest(unittest.TestCase):
    def test_the_version_is_the_projects(self):
        project = only(r"<version>([^<]+)</version>", text("pom.xml"))
        own = only(r'\nversion = "([^"]+)"', (PACKAGE / "pyproject.toml").read_text())
        self.assertEqual(own, project.replace("-SNAPSHOT", ".dev0"))

    def test_spark_is_the_one_the_jar_is_built_for(self):
        spark = only(r"<spark.version>([^<]+)</spark.version>", text("pom.xml"))
        self.assertEqual(_session.SPARK_VERSION, spark)
        required = re.findall(r'"pyspark(?:\[connect\])?~=([^"]+)"', (PACKAGE / "pyproject.toml").read_text())
        self.assertEqual(required, [spark.rsplit(".", 1)[0] + ".0"] * 2)

    def test_a_local_session_has_the_settings_of_the_launcher(self):
        lines = [line.split(maxsplit=1) for line in text("conf", "spark-defaults-local.conf").splitlines()]
        settings = {line[0]: line[1].strip() for line in lines if line and not line[0].startswith("#")}
        settings.pop("spark.executor.heartbeatInterval")
        heap = only(r"-Xmx\"\$\{AUDIT_HEAP:-(\w+)\}", text("bin", "audit"))
        self.assertEqual(_session.LOCAL_DEFAULTS, {**settings, "spark.driver.memory": heap})

    def test_findings_stand_from_the_confidence_of_the_report_on(self):
        options = text("job", "src", "main", "java", "org", "codeaudit", "job", "option", "ReviewOptions.java")
        self.assertEqual(_tables.LEAST_OF_CHECKS, float(only(r"LEAST_OF_CHECKS = ([\d.]+);", options)))

    def test_patches_are_told_by_the_names_that_the_command_knows(self):
        options = text("job", "src", "main", "java", "org", "codeaudit", "job", "option", "SourceOptions.java")
        self.assertEqual(_review._PATCHES, tuple(re.findall(r'name\.endsWith\("(\.\w+)"\)', options)))

    def test_everything_that_is_offered_is_explained(self):
        page = text("docs", "python.md")
        for name in code_audit.__all__:
            self.assertIn(name, page)


if __name__ == "__main__":
    unittest.main()
