import os
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from support import PACKAGE, code_audit

CLASS = "org/codeaudit/job/sql/CodeAuditExtensions.class"


def write_jar(path: Path, entry: str = CLASS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "")
    return path


class JarTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        environment = mock.patch.dict(os.environ)
        environment.start()
        self.addCleanup(environment.stop)
        os.environ.pop("CODE_AUDIT_JAR", None)
        os.environ.pop("PYTORCH_LIBRARY_PATH", None)

    def outside_a_checkout(self):
        """As if the package were installed far from any checkout."""
        patch = mock.patch("code_audit._jar.__file__", str(self.folder / "site" / "code_audit" / "_jar.py"))
        patch.start()
        self.addCleanup(patch.stop)

    def test_the_argument_comes_first(self):
        named = write_jar(self.folder / "a" / "code-audit.jar")
        os.environ["CODE_AUDIT_JAR"] = str(write_jar(self.folder / "b" / "code-audit.jar"))
        self.assertEqual(code_audit.jar(named), str(named))

    def test_a_folder_that_holds_it_may_be_named(self):
        named = write_jar(self.folder / "a" / "code-audit.jar")
        self.assertEqual(code_audit.jar("a"), str(named))

    def test_the_environment_comes_before_a_checkout(self):
        self.outside_a_checkout()
        write_jar(self.folder / "job" / "target" / "code-audit.jar")
        os.environ["CODE_AUDIT_JAR"] = str(write_jar(self.folder / "b" / "other-name.jar"))
        self.assertEqual(code_audit.jar(), str(self.folder / "b" / "other-name.jar"))

    def test_it_is_found_beside_the_package(self):
        self.outside_a_checkout()
        write_jar(self.folder / "job" / "target" / "code-audit.jar")
        beside = write_jar(self.folder / "site" / "code_audit" / "jars" / "code-audit.jar")
        self.assertEqual(code_audit.jar(), str(beside))

    def test_it_is_found_in_the_checkout_around_the_working_folder(self):
        self.outside_a_checkout()
        built = write_jar(self.folder / "job" / "target" / "code-audit.jar")
        (self.folder / "docs" / "deep").mkdir(parents=True)
        os.chdir(self.folder / "docs" / "deep")
        self.assertEqual(code_audit.jar(), str(built))

    def test_an_address_is_left_to_spark(self):
        for address in ("hdfs://host/code-audit.jar", "local:/opt/code-audit.jar"):
            self.assertEqual(code_audit.jar(address), address)

    def test_without_one_the_error_says_what_to_do(self):
        self.outside_a_checkout()
        with self.assertRaisesRegex(code_audit.CodeAuditError, "was not found.*mvn -B package.*CODE_AUDIT_JAR"):
            code_audit.jar()

    def test_what_is_named_must_exist(self):
        with self.assertRaisesRegex(code_audit.CodeAuditError, "no jar .*nowhere.jar. The argument jar names it"):
            code_audit.jar("nowhere.jar")
        os.environ["CODE_AUDIT_JAR"] = "elsewhere.jar"
        with self.assertRaisesRegex(code_audit.CodeAuditError, "variable CODE_AUDIT_JAR names it"):
            code_audit.jar()

    def test_what_is_named_must_be_the_jar(self):
        other = write_jar(self.folder / "other.jar", "META-INF/MANIFEST.MF")
        with self.assertRaisesRegex(code_audit.CodeAuditError, "is not the jar of Code Audit. It does not hold"):
            code_audit.jar(other)
        (self.folder / "text.jar").write_text("no jar")
        with self.assertRaisesRegex(code_audit.CodeAuditError, "cannot be read as a jar"):
            code_audit.jar("text.jar")

    def test_libtorch_lies_beside_it(self):
        named = write_jar(self.folder / "a" / "code-audit.jar")
        with self.assertRaisesRegex(code_audit.CodeAuditError, "libtorch was not found.*PYTORCH_LIBRARY_PATH"):
            code_audit.libtorch(named)
        native = write_jar(self.folder / "a" / "libtorch" / "pytorch-native-cpu-2.7.1-linux-x86_64.jar")
        self.assertEqual(code_audit.libtorch(named), str(native))

    def test_an_installed_pytorch_is_used_instead_of_libtorch(self):
        os.environ["PYTORCH_LIBRARY_PATH"] = "/opt/pytorch/torch/lib"
        self.assertIsNone(code_audit.libtorch())

    def test_the_package_says_that_it_is_typed(self):
        self.assertTrue((PACKAGE / "src" / "code_audit" / "py.typed").is_file())


if __name__ == "__main__":
    unittest.main()
