package org.codeaudit.change
import java.nio.file.{Files, Path}
import java.util.Optional

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.scalatest.funsuite.AnyFunSuite

class UnifiedDiffParserSuite extends AnyFunSuite {

  private def parse(patch: String): List[FilePatch] =
    UnifiedDiffParser.parse(patch, "x.patch").asScala.toList

  private def one(patch: String): FilePatch = {
    val files = parse(patch)
    assert(files.size == 1, files)
    files.head
  }

  private def errorClass(file: FilePatch): Option[String] =
    if (file.error.isPresent) Some(file.error.get.errorClass.name) else None

  private val good =
    """diff --git a/Good.java b/Good.java
      |index 1111111..2222222 100644
      |--- a/Good.java
      |+++ b/Good.java
      |@@ -1,3 +1,3 @@
      | a
      |-b
      |+c
      | d
      |""".stripMargin

  test("a hunk's lines are numbered on both sides") {
    val hunk = one(good).hunks.get(0)
    assert((hunk.oldStart, hunk.oldCount, hunk.newStart, hunk.newCount) == ((1, 3, 1, 3)))
    val lines = hunk.lines.asScala.map(l => (l.kind, l.text, l.oldNumber, l.newNumber)).toList
    assert(
      lines == List(
        (Line.Kind.CONTEXT, "a", 1, 1),
        (Line.Kind.REMOVED, "b", 2, 0),
        (Line.Kind.ADDED, "c", 0, 2),
        (Line.Kind.CONTEXT, "d", 3, 3)
      )
    )
  }

  test("the golden patches turn the text before into the text after") {
    val golden = Path.of(System.getProperty("codeaudit.root")).resolve("data/golden/diff")
    val cases = Files.list(golden).iterator.asScala.filter(Files.isDirectory(_)).toList
    assert(cases.size >= 8)
    for (folder <- cases) withClue(folder.getFileName.toString + ": ") {
      val file = one(Files.readString(folder.resolve("patch")))
      assert(errorClass(file).isEmpty)
      val before = linesOf(folder.resolve("before"))
      assert(applied(before, file.hunks.asScala.toSeq) == linesOf(folder.resolve("after")))
    }
  }

  private def linesOf(file: Path): Vector[String] =
    UnifiedDiffParser.lines(Files.readString(file)).asScala.toVector

  private def applied(before: Vector[String], hunks: Seq[Hunk]): Vector[String] = {
    var position = 0
    val result = Vector.newBuilder[String]
    for (hunk <- hunks) {
      val start = if (hunk.oldCount == 0) hunk.oldStart else hunk.oldStart - 1
      result ++= before.slice(position, start)
      position = start
      for (line <- hunk.lines.asScala) {
        if (line.kind != Line.Kind.ADDED) {
          assert(before(position) == line.text && line.oldNumber == position + 1)
          position += 1
        }
        if (line.kind != Line.Kind.REMOVED) result += line.text
      }
    }
    (result ++= before.drop(position)).result()
  }

  test("headers of git, GNU diff, Subversion and Mercurial name the file and what happened to it") {
    val hunk = "@@ -1 +1 @@\n-a\n+b\n"
    val added = "@@ -0,0 +1 @@\n+b\n"
    val cases = Seq(
      (s"diff --git a/x.c b/x.c\nindex 1..2\n--- a/x.c\n+++ b/x.c\n$hunk", "x.c", "MODIFIED", "-"),
      (s"diff --git x.c x.c\nindex 1..2\n--- x.c\n+++ x.c\n$hunk", "x.c", "MODIFIED", "-"),
      (s"diff --git i/x.c w/x.c\nindex 1..2\n--- i/x.c\n+++ w/x.c\n$hunk", "x.c", "MODIFIED", "-"),
      (
        s"diff --git a/x b/x\nnew file mode 100644\nindex 0..2\n--- /dev/null\n+++ b/x\n$added",
        "x",
        "ADDED",
        "-"
      ),
      (
        s"diff --git c/x c/x\nnew file mode 100644\nindex 0..2\n--- /dev/null\n+++ c/x\n$added",
        "c/x",
        "ADDED",
        "-"
      ),
      (
        "diff --git a/x b/x\ndeleted file mode 100644\nindex 1..0\n--- a/x\n+++ /dev/null\n" +
          "@@ -1 +0,0 @@\n-a\n",
        "x",
        "DELETED",
        "-"
      ),
      (
        s"diff --git a/a b.c b/c d.c\nsimilarity index 90%\nrename from a b.c\nrename to c d.c\n" +
          s"index 1..2 100644\n--- a/a b.c\t\n+++ b/c d.c\t\n$hunk",
        "c d.c",
        "RENAMED",
        "a b.c"
      ),
      (
        s"""diff --git "a/f\\303\\274\\t.c" "b/f\\303\\274\\t.c"\nindex 1..2\n""" +
          s"""--- "a/f\\303\\274\\t.c"\n+++ "b/f\\303\\274\\t.c"\n$hunk""",
        "f\u00fc\t.c",
        "MODIFIED",
        "-"
      ),
      (
        s"--- old/x.c\t2024-01-01 10:00:00.000000000 +0100\n+++ new/x.c\t2024-01-02 10:00:00 +0100\n$hunk",
        "new/x.c",
        "MODIFIED",
        "-"
      ),
      (s"--- a/x.c\n+++ b/x.c\n$hunk", "x.c", "MODIFIED", "-"),
      (s"--- x.c.orig\n+++ x.c\n$hunk", "x.c", "MODIFIED", "-"),
      (
        s"--- x.c\t1970-01-01 01:00:00.000000000 +0100\n+++ x.c\t2024-01-02 10:00:00 +0100\n$added",
        "x.c",
        "ADDED",
        "-"
      ),
      // what is there says the hunk, whatever its date
      (
        "--- src/both.py\t1970-01-01 00:00:00.000000000 +0000\n" +
          s"+++ src/both.py\t1970-01-01 00:00:00.000000000 +0000\n$hunk",
        "src/both.py",
        "MODIFIED",
        "-"
      ),
      (
        "diff -ruN a/gone.py b/gone.py\n--- a/gone.py\t2024-03-21 11:29:11\n" +
          "+++ b/gone.py\t1970-01-01 01:00:00\n@@ -1 +0,0 @@\n-a\n",
        "gone.py",
        "DELETED",
        "-"
      ),
      (
        "diff -ruN a/fresh.py b/fresh.py\n--- a/fresh.py\tThu Jan  1 01:00:00 1970\n" +
          s"+++ b/fresh.py\tThu Mar 21 12:34:45 2024\n$added",
        "fresh.py",
        "ADDED",
        "-"
      ),
      // the whole file emptied by a diff without context, and not deleted
      (
        "--- a/emptied.py\t2024-03-21 11:29:11\n+++ b/emptied.py\t2024-03-21 11:29:12\n" +
          "@@ -1 +0,0 @@\n-a\n",
        "emptied.py",
        "MODIFIED",
        "-"
      ),
      (
        "--- app/main.py 2024-05-06 10:11:12.000000000 +0200\n" +
          s"+++ app/main.py 2024-05-06 10:12:00.000000000 +0200\n$hunk",
        "app/main.py",
        "MODIFIED",
        "-"
      ),
      (
        "diff -r 000000000000 first.py\n--- /dev/null Thu Jan 01 00:00:00 1970 +0000\n" +
          s"+++ b/first.py  Tue Feb 05 17:23:40 2019 +0100\n$added",
        "first.py",
        "ADDED",
        "-"
      ),
      (
        s"--- a/two words 2024.c\n+++ b/two words 2024.c\n$hunk",
        "two words 2024.c",
        "MODIFIED",
        "-"
      ),
      (
        s"Index: x.c\n${"=" * 67}\n--- x.c\t(revision 4)\n+++ x.c\t(working copy)\n$hunk",
        "x.c",
        "MODIFIED",
        "-"
      ),
      (
        s"diff -r 1f -r 2e x.c\n--- a/x.c\tThu Feb 01 00:00:00 2024 +0000\n+++ b/x.c\tThu Feb 01 00:00:01 2024 +0000\n$hunk",
        "x.c",
        "MODIFIED",
        "-"
      )
    )
    for ((patch, path, kind, oldPath) <- cases) withClue(patch) {
      val file = one(patch)
      assert(errorClass(file).isEmpty)
      assert((file.path, file.kind.name, file.oldPath.orElse("-")) == ((path, kind, oldPath)))
      assert(file.hunks.size == 1)
    }
  }

  test("what has no text to review has a reason") {
    val cases = Seq(
      "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n" -> "only the file mode changed",
      "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n" ->
        "renamed without changes",
      "diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n" ->
        "copied without changes",
      "diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n" -> "empty file",
      "diff --git a/x b/x\ndeleted file mode 100644\nindex e69de29..0000000\n" -> "deleted file",
      "diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n" -> "binary",
      "diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZ\n\n" -> "binary",
      "Binary files old/x and new/x differ\n" -> "binary",
      "Submodule libs/core 1234567..89abcde:\n  > Fix the parser\n  < Old work\n" -> "submodule",
      "Submodule libs/a b 1234567...89abcde (rewind):\n" -> "submodule",
      // of a diff made without changes of white space
      "diff --git a/c.py b/c.py\nold mode 100644\nnew mode 100755\nindex fbd77e0..0198bbd\n" ->
        "only the file mode changed",
      "diff --git a/k.py b/k.py\nindex fbd77e0..0792153 100644\n" -> "empty diff",
      "Index: trunk/g.py\n===\ndiff --git a/trunk/g.py b/trunk/g.py\n" +
        "--- a/trunk/g.py\t(revision 5)\n+++ b/trunk/g.py\t(working copy)\n\n" +
        "Property changes on: trunk/g.py\n___\nAdded: svn:eol-style\n## -0,0 +1 ##\n+native\n" +
        "\\ No newline at end of property\n" -> "only properties changed",
      "diff --git a/m b/m\nindex 1..2 160000\n--- a/m\n+++ b/m\n@@ -1 +1 @@\n-S 1\n+S 2\n" ->
        "submodule",
      "diff --git a/l b/l\nnew file mode 120000\nindex 0..2\n--- /dev/null\n+++ b/l\n" +
        "@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n" -> "symbolic link",
      "diff --cc x.c\nindex 1,2..3\n--- a/x.c\n+++ b/x.c\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n" ->
        "combined diff of a merge"
    )
    for ((patch, reason) <- cases) withClue(patch) {
      val file :: next :: Nil = parse(patch + good): @unchecked
      assert(file.skipReason.orElse("-") == reason && errorClass(file).isEmpty)
      assert(next.path == "Good.java" && next.hunks.size == 1)
    }
  }

  test("a broken file is an error naming file and line, and the files around it are unharmed") {
    val head =
      "diff --git a/Bad.java b/Bad.java\nindex 1..2 100644\n--- a/Bad.java\n+++ b/Bad.java\n"
    val cases = Seq(
      "@@ -1,9 +1,9 @@\n a\n-b\n+c\n d\n" -> "DIFF_MALFORMED",
      "@@ -1,2 +1,2 @@\n a\n-b\n+c\n d\n e\n" -> "DIFF_MALFORMED",
      "@@ -1,99999999999 +1,2 @@\n a\n" -> "DIFF_MALFORMED",
      "@@ -1,2 nonsense\n a\n" -> "DIFF_MALFORMED",
      "@@ -1,3 +1,3 @@\n a\n!b\n" -> "DIFF_MALFORMED",
      "" -> "DIFF_TRUNCATED"
    )
    for ((body, name) <- cases) withClue(body) {
      val files = parse(good + head + body + good.replace("Good", "Next"))
      assert(files.map(_.path) == List("Good.java", "Bad.java", "Next.java"))
      assert(files.map(errorClass) == List(None, Some(name), None))
      assert(files(1).diff.isEmpty && files(1).line == 10)
      assert(files(1).error.get.getMessage.contains("file Bad.java of patch x.patch"))
      assert(files(2).hunks.size == 1)
    }
  }

  test("plain files after a hunk with lying counts are unharmed") {
    val plain = "--- a/N.java\n+++ b/N.java\n@@ -1 +1 @@\n-a\n+b\n"
    for (counts <- Seq("-1,7 +1,7", "-1,2 +1,2", "-1,1 +1,9", "-1,4 +1,1")) withClue(counts) {
      val files = parse(s"--- a/B.java\n+++ b/B.java\n@@ $counts @@\n a\n$plain")
      assert(files.map(_.path) == List("B.java", "N.java"))
      assert(files.map(errorClass(_).isDefined) == List(true, false))
    }
  }

  test("lines that look like headers are content where the counts say so") {
    val patch = "--- a/q.sql\n+++ b/q.sql\n@@ -1,2 +1,2 @@\n--- old comment\n-b\n+++ new\n+-- \n" +
      "@@ -9 +9 @@\n--- x\n+++ y\n@@ -20 +20 @@\n-p\n+q\n"
    val hunks = one(patch).hunks.asScala
    assert(hunks.map(_.lines.size) == Seq(4, 2, 2))
    assert(hunks(0).lines.get(0).text == "-- old comment" && hunks(1).lines.get(1).text == "++ y")
  }

  test("wherever a patch is cut, the files before the cut are unharmed and nothing is made up") {
    val patch = good + good.replace("Good", "Second")
    for (end <- good.length to patch.length) {
      val files = parse(patch.substring(0, end))
      assert(files.head.path == "Good.java" && errorClass(files.head).isEmpty)
      val inSecond = files.drop(1).filter(errorClass(_).isEmpty).filter(_.skipReason.isEmpty)
      // The last line may be shorter than it was; a hunk is never.
      assert(inSecond.forall(_.hunks.get(0).lines.size == 4), end)
    }
  }

  test("a mailbox gives the files of all its mails with their commits") {
    val first = "1" * 40
    val second = "2" * 40
    def mail(id: String, body: String) =
      s"From $id Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH] x\n\n---\n" +
        s" Good.java | 2 +-\n 1 file changed\n\n$body-- \n2.39.5\n\n"
    val files = parse(mail(first, good) + mail(second, good.replace("Good", "Other")))
    assert(files.map(_.path) == List("Good.java", "Other.java"))
    assert(files.map(_.commitId.get) == List(first, second))
    assert(files.forall(errorClass(_).isEmpty))
  }

  test("git log -p gives the commit of each file") {
    val id = "3" * 40
    val file = one(s"commit $id (HEAD -> main)\nAuthor: A\n\n    diff --git a/no b/no\n\n$good")
    assert(file.commitId.get == id && file.path == "Good.java")
  }

  test("a patch stored with CRLF loses them; a file with CRLF keeps them") {
    val stored = one(good.replace("\n", "\r\n"))
    assert(stored.path == "Good.java" && stored.diff == one(good).diff)
    val content = one("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n")
    assert(content.hunks.get(0).lines.asScala.map(_.text) == Seq("a\r", "b\r", "c\r"))
  }

  test("an empty context line may have lost its blank") {
    val lines = one("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n").hunks.get(0).lines
    assert(lines.get(1).kind == Line.Kind.CONTEXT && lines.get(1).text.isEmpty)
  }

  test("a last context line that was blank may be gone with the end of the patch") {
    val hunk = one(
      "--- a/tail.py\n+++ b/tail.py\n@@ -1,4 +1,5 @@\n import os\n+x\n x = 1\n y = 2\n"
    ).hunks.get(0)
    assert(hunk.lines.size == 5 && hunk.lines.get(4).text.isEmpty)
    // more than that is a patch that was cut
    val cut = one("--- a/tail.py\n+++ b/tail.py\n@@ -1,5 +1,6 @@\n import os\n+x\n x = 1\n y = 2\n")
    assert(errorClass(cut).contains("DIFF_TRUNCATED"))
  }

  test("prose that looks like a notice of binary files is prose") {
    val mail = "From: T <t@e>\nSubject: [PATCH] Report images\n\nUntil now it printed only\n\n" +
      "Binary files differ\nBinary files and differ\nBinary files  and  differ\n\n---\n"
    assert(parse(mail + good).map(_.path) == List("Good.java"))
  }

  test("hunks of the diff column are read alone, and nonsense in it is an error") {
    assert(UnifiedDiffParser.hunks(one(good).diff) == one(good).hunks)
    assert(UnifiedDiffParser.hunks("").isEmpty)
    for (text <- Seq("nonsense", "@@ -1 +1 @@\n-a\n+b\nrest\n", "@@ -1,2 +1 @@\n-a\n+b\n"))
      intercept[AuditException](UnifiedDiffParser.hunks(text))
  }

  test("a hunk without a file is an error") {
    assert(errorClass(one("@@ -1 +1 @@\n-a\n+b\n")).contains("DIFF_MALFORMED"))
    assert(parse("no patch\nat all\n").isEmpty && parse("").isEmpty)
  }

  test("hunks without a header are of the file that is named beside them") {
    val cases = Seq(
      "@@ -1,2 +1,2 @@ class A\n kept\n-old\n+new" -> "MODIFIED",
      "@@ -0,0 +1 @@\n+new\n\\ No newline at end of file" -> "ADDED",
      "@@ -1 +0,0 @@\n-old" -> "DELETED",
      "@@ -1 +1 @@\r\n-a\r\n+b\r\n" -> "MODIFIED",
      // what Python's difflib writes of texts without names, and the same without blanks at ends
      "--- \n+++ \n@@ -1 +1 @@\n-a\n+b\n" -> "MODIFIED",
      "---\n+++\n@@ -0,0 +1 @@\n+b\n" -> "ADDED"
    )
    for ((patch, kind) <- cases) withClue(patch) {
      val file :: Nil = named(patch, "src/A.java"): @unchecked
      assert(errorClass(file).isEmpty && file.hunks.size == 1)
      assert((file.path, file.kind.name) == (("src/A.java", kind)))
      assert(file.skipReason.isPresent == (kind == "DELETED"))
    }
    val cut = named("@@ -1,9 +1,9 @@\n a\n", "src/A.java").head
    assert(cut.error.get.getMessage.contains("file src/A.java of patch x.patch"))
  }

  private def named(patch: String, path: String): List[FilePatch] =
    UnifiedDiffParser.parse(patch, "x.patch", Optional.of(path)).asScala.toList

  test("a patch that names its files is read by those names, whatever is named beside it") {
    val files = named(good + "\nprose\n@@ -1 +1 @@\n-a\n+b\n", "src/A.java")
    assert(files.map(_.path) == List("Good.java", ""))
    assert(files.map(errorClass) == List(None, Some("DIFF_MALFORMED")))
  }

  test("a header without a name is an error that says so, and the next file is read") {
    for (
      header <- Seq("---\n+++\n", "--- \n+++ \n", "--- /dev/null\n+++ /dev/null\n", "diff --git \n")
    ) {
      val files = parse(s"$header@@ -1 +1 @@\n-a\n+b\n$good")
      assert(files.map(_.path) == List("", "Good.java"), header)
      assert(files.map(errorClass) == List(Some("DIFF_NAMELESS"), None))
      val message = files.head.error.get.getMessage
      assert(message.contains("of line 1 is nameless") && message.contains("--path-column"))
    }
    for (
      merge <- Seq("diff --cc \n", "diff --git \n--- /dev/null\n+++ /dev/null\n@@@ -1 -1 +1 @@@\n")
    ) {
      assert(parse(merge + good).map(errorClass) == List(Some("DIFF_NAMELESS"), None), merge)
      assert(named(merge + good, "src/A.java").head.path == "src/A.java")
    }
  }

  test("a file in another format of diff is an error, whatever else the patch holds") {
    val context = "*** a/src/A.java\t2026-01-01\n--- b/src/A.java\t2026-01-02\n" +
      "***************\n*** 1,2 ****\n! a\n  b\n--- 1,2 ----\n! c\n  b\n"
    val normal = "diff -r a/src/A.java b/src/A.java\n1c1\n< a\n---\n> c\n"
    val binary = "Binary files a/x.so and b/x.so differ\n"
    for (other <- Seq(context, normal)) withClue(other) {
      val files = parse(other + binary + other + good)
      assert(files.map(_.path) == List("src/A.java", "x.so", "src/A.java", "Good.java"))
      assert(
        files
          .map(errorClass) == List(Some("DIFF_NOT_A_PATCH"), None, Some("DIFF_NOT_A_PATCH"), None)
      )
      assert(files.head.error.get.getMessage.contains("line 1 is no unified diff"))
    }
    val deletion = context.linesIterator.take(4).mkString("\n") + "\n- a\n  b\n--- 1 ----\n"
    for (patch <- Seq(deletion, binary + deletion))
      assert(parse(patch).flatMap(errorClass) == List("DIFF_NOT_A_PATCH"))
    // What a commit's message may say is no file.
    assert(parse("*** new ***\n--- old\n\nran diff -r\n1c1\ndiff -r a b\n" + good).size == 1)
  }

  test("a file over the limit is skipped with its size, and the next one is read") {
    val large = s"--- a/L.java\n+++ b/L.java\n@@ -1 +1 @@\n-a\n+${"b" * 1000}\n"
    val lines = UnifiedDiffParser.lines(large + good)
    val files = new UnifiedDiffParser(lines, "x", 500).asScala.toList
    assert(files.head.skipReason.get == "too large (1017 characters of diff)")
    assert(files.head.diff.isEmpty && files(1).hunks.size == 1)
  }

  test("one line of 50 MB and a patch of a million lines take linear time") {
    val started = System.nanoTime
    val long = one(s"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+${"b" * (50 << 20)}\n")
    assert(long.hunks.get(0).lines.get(1).text.length == 50 << 20)
    val many = one(s"--- a/x\n+++ b/x\n@@ -0,0 +1,1000000 @@\n" + "+line\n".repeat(1000000))
    assert(many.hunks.get(0).lines.size == 1000000)
    assert(parse("x" * (50 << 20)).isEmpty)
    assert(System.nanoTime - started < 60e9)
  }

  test("whatever is changed in a patch, parsing ends with files or errors") {
    val random = new scala.util.Random(11)
    val seed = good + "diff --git a/x b/y\nsimilarity index 90%\nrename from x\nrename to y\n" +
      "index 1..2\n--- \"a/\\303\"\n+++ b/y\n@@ -1,2 +1 @@ f\n a\n-b\n\\ No newline at end of file\n"
    val bits =
      "@@ -1 +1 @@|--- |+++ |diff --git |\"|\\|\n|\r|-|+| |index |diff --cc |From ".split('|')
    for (_ <- 1 to 5000) {
      var text = seed
      for (_ <- 0 to random.nextInt(4)) {
        val at = random.nextInt(text.length + 1)
        val cut = random.nextInt(6)
        text = text.take(at) + bits(random.nextInt(bits.length)) + text.drop(at + cut)
      }
      for (file <- parse(text)) {
        val states = Seq(file.error.isPresent, file.skipReason.isPresent, !file.diff.isEmpty)
        assert(states.contains(true), text)
        if (file.error.isEmpty) file.hunks
      }
    }
  }
}
