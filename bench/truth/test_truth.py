import json
import tempfile
import unittest
from pathlib import Path

import diffs
import packages

OLDER = {"same.py": "x = 1\n", "A.java": "one\ntwo\n\nfour\nfive\nsix\nseven\n", "gone.c": "int gone;\n"}
NEWER = {"same.py": "x = 1\n", "A.java": "one\nzwei\n\nfour\nfive\nsix\nseven\n", "new file.c": "int new;"}


def pair(folder):
    for side, files in (("a", OLDER), ("b", NEWER)):
        for name, text in files.items():
            (folder / "plain" / side).mkdir(parents=True, exist_ok=True)
            (folder / "plain" / side / name).write_text(text)
    diffs.make(folder)
    return folder


class Diffs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.pair = pair(Path(cls.scratch.name) / "p-1-2")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def record(self, form):
        return json.loads((self.pair / f"{form}.json").read_text())

    def test_git_counts_every_form_alike(self):
        for form in diffs.FORMS:
            if form in diffs.OTHER_FORMATS:
                self.assertTrue(self.record(form)["other_format"])
                continue
            with self.subTest(form):
                record = self.record(form)
                self.assertEqual(record["counts_error"], "")
                self.assertEqual(record["counts"]["A.java"], [1, 1])
                self.assertNotIn("same.py", record["counts"])

    def test_gnu_patch_makes_the_newer_files_where_it_was_asked(self):
        for form, asked in diffs.FORMS.items():
            if asked.applied:
                with self.subTest(form):
                    # Without -N a file that is only on one side is not part of the diff.
                    left = ["gone.c", "new file.c"] if form == "gnu-functions" else []
                    applied = self.record(form)["patch"]
                    self.assertEqual((applied["exit"], applied["different"]), (0, left), applied["said"])

    def test_trees_with_other_ends_of_lines(self):
        self.assertIn(b"two\r\n", (self.pair / "crlf" / "a" / "A.java").read_bytes())
        self.assertTrue((self.pair / "unended" / "b" / "A.java").read_bytes().endswith(b"seven"))

    def test_damaged_patches_are_as_their_kind_says(self):
        cases = {case["kind"]: case for case in json.loads((self.pair / "damaged.json").read_text())}
        self.assertEqual({kind for kind, case in cases.items() if not case["git"]}, {"cut", "count", "extra", "lost"})
        self.assertIn("stripped", cases)
        for case in cases.values():
            self.assertTrue((self.pair / case["patch"]).exists())


class Packages(unittest.TestCase):
    def test_only_names_inside_the_folder_are_written(self):
        for name in ("a.py", "lib/a.py", ".gitattributes"):
            self.assertTrue(packages.usable(name), name)
        for name in ("", "/etc/x", "../x", "a/../../x", ".git/config", "a/.git/hooks/x", "x-1.dist-info/RECORD"):
            self.assertFalse(packages.usable(name), name)

    def test_the_list_has_two_versions_of_each(self):
        listed = packages.listed(Path(__file__).with_name("packages.txt"))
        self.assertGreater(len(listed), 60)
        self.assertEqual(len({pair.name for pair in listed}), len(listed))
        for each in listed:
            self.assertIn(each.client, ("pip", "npm"))
            self.assertNotEqual(each.older, each.newer)
        self.assertEqual(packages.Pair("npm", "@a/b", "1", "2").name, "a-b-1-2")


if __name__ == "__main__":
    unittest.main()
