package org.codeaudit.job.source

import java.io.ByteArrayInputStream
import java.nio.charset.StandardCharsets.{ISO_8859_1, UTF_16LE, UTF_8}
import java.nio.file.{Files, Path}
import java.util.Base64

import scala.jdk.CollectionConverters._
import scala.sys.process._

import org.codeaudit.AuditException
import org.codeaudit.change.UnifiedDiffParser
import org.codeaudit.job.source.patch.PatchRows
import org.codeaudit.job.source.table.DiffColumn
import org.codeaudit.udf.row.ChangeSchema

class DiffSourceSuite extends SparkSuite {

  private def patchOf(path: String, line: String = "new"): String =
    s"diff --git a/$path b/$path\nindex 1111111..2222222 100644\n--- a/$path\n+++ b/$path\n" +
      s"@@ -1,2 +1,2 @@\n kept\n-old\n+$line\n"

  private def folderWith(files: (String, Array[Byte])*): Path = {
    val folder = TestRepository.temporaryFolder()
    for ((name, bytes) <- files) {
      Files.createDirectories(folder.resolve(name).getParent)
      Files.write(folder.resolve(name), bytes)
    }
    folder
  }

  test("every file of a patch has a row with its hunks") {
    val folder = folderWith("x.patch" -> (patchOf("A.java") + patchOf("b.py")).getBytes)
    val frame = diff(folder.resolve("x.patch"))
    assert(frame.schema == ChangeSchema.SCHEMA)
    val rows = byPath(frame)
    assert(rows.keySet == Set("A.java", "b.py"))
    val row = rows("A.java")
    assert(value(row, "repository").contains("x.patch") && value(row, "language").contains("java"))
    assert(value(row, "diff").contains("@@ -1,2 +1,2 @@\n kept\n-old\n+new\n"))
    assert(row.getAs[Long]("bytes") == 32 && value(row, "content_sha").exists(_.length == 64))
    assert(Seq("content", "commit_id", "skip_reason", "error_class").forall(value(row, _).isEmpty))
    val named = diff(folder, "repository" -> "shop").collect()
    assert(named.forall(value(_, "repository").contains("shop")))
  }

  test("folders are read with all folders below, globs and several paths too") {
    val folder = folderWith(
      "a.patch" -> patchOf("A.java").getBytes,
      "deep/er/b.diff" -> patchOf("B.java").getBytes,
      "c.mbox" -> patchOf("C.java").getBytes,
      ".hidden/d.patch" -> patchOf("D.java").getBytes,
      "notes.md" -> "text".getBytes
    )
    assert(byPath(diff(folder)).keySet == Set("A.java", "B.java", "C.java"))
    assert(byPath(diff(s"$folder/*.{patch,mbox}")).keySet == Set("A.java", "C.java"))
    assert(byPath(diff(s"$folder/**/*.diff")).keySet == Set("B.java"))
    val listed = spark.read.format("diff").load(s"$folder/a.patch", s"$folder/deep")
    assert(byPath(listed).keySet == Set("A.java", "B.java"))
    assert(ChangeTable.plannedUnits(listed).getAsLong == 2)
    val single = diff(folder, "filesPerPartition" -> "1")
    assert(single.rdd.getNumPartitions == 3 && single.count() == 3)
  }

  test("a broken patch, a cut one and garbage are rows with an error; the others are unharmed") {
    val cut = patchOf("Good.java") + patchOf("Cut.java").dropRight(10)
    val lying = patchOf("Lying.java").replace("-1,2 +1,2", "-1,8 +1,1") + patchOf("After.java")
    val folder = folderWith(
      "cut.patch" -> cut.getBytes,
      "lying.patch" -> lying.getBytes,
      "garbage.patch" -> "this is\nno patch\n".getBytes,
      "nul.patch" -> new Array[Byte](1000),
      "empty.patch" -> Array[Byte](),
      "cover.patch" -> s"From ${"1" * 40} Mon Sep 17 00:00:00 2001\nSubject: x\n\ntext\n".getBytes
    )
    val rows = diff(folder).collect().map { row =>
      (value(row, "repository").get, value(row, "path").get) ->
        value(row, "error_class").orElse(value(row, "skip_reason")).getOrElse("-")
    }
    assert(
      rows.toMap == Map(
        ("cut.patch", "Good.java") -> "-",
        ("cut.patch", "Cut.java") -> "DIFF_TRUNCATED",
        ("lying.patch", "Lying.java") -> "DIFF_MALFORMED",
        ("lying.patch", "After.java") -> "-",
        ("garbage.patch", "") -> "DIFF_NOT_A_PATCH",
        ("nul.patch", "") -> "DIFF_NOT_A_PATCH",
        ("empty.patch", "") -> "empty diff",
        ("cover.patch", "") -> "empty diff"
      )
    )
    val message = value(byPath(diff(folder.resolve("cut.patch")))("Cut.java"), "error_message").get
    assert(message.contains("file Cut.java of patch") && message.contains("cut.patch"))
    assert(message.contains("ends at line 14"), message)
  }

  test("what fails in an unforeseen way is a row that names the patch, and ends this patch alone") {
    val all = UnifiedDiffParser.lines(patchOf("A.java") + patchOf("B.java")).asScala.toSeq
    for (fails <- all.indices) {
      val broken = all.iterator.zipWithIndex.map { case (line, i) =>
        if (i == fails) throw new IllegalStateException("secret code") else line
      }
      val rows = new PatchRows(broken.asJava, "x.patch", "shop", 1 << 20).asScala.map(_.toRow).toSeq
      val failed = rows.filter(value(_, "error_class").isDefined)
      assert(failed.map(value(_, "error_class").get) == Seq("DIFF_UNREADABLE"), fails)
      assert(rows.last == failed.head && rows.size <= 2)
      val message = value(failed.head, "error_message").get
      assert(message.contains("x.patch") && !message.contains("secret code"))
    }
  }

  test("a mail that speaks of binary files harms neither its own patch nor its neighbours") {
    val mail = "From: T <t@e>\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nSubject: [PATCH] Report\n\n" +
      "Until now the tool printed only\n\nBinary files differ\n\nwhich helped nobody.\n---\n x.py | 1 +\n\n"
    val folder = folderWith(
      "c1.patch" -> (mail + patchOf("x.py")).getBytes,
      "c2.patch" -> patchOf("y.py").getBytes
    )
    val rows = byPath(diff(folder, "filesPerPartition" -> "2"))
    assert(rows.keySet == Set("x.py", "y.py"))
    assert(rows.values.forall(value(_, "error_class").isEmpty))
  }

  test("a patch that comes through a pipe is read once, and every action sees it") {
    val pipe = TestRepository.temporaryFolder().resolve("changes")
    assert(Seq("mkfifo", pipe.toString).! == 0)
    val text = patchOf("A.java", "\u00e4").getBytes(UTF_8) ++ patchOf("b.py").getBytes(UTF_8)
    val writer = new Thread(() => Files.write(pipe, text))
    writer.setDaemon(true)
    writer.start()
    val frame = diff(pipe)
    assert(ChangeTable.plannedUnits(frame).getAsLong == 1)
    for (_ <- 1 to 2) assert(byPath(frame).keySet == Set("A.java", "b.py"))
    assert(value(byPath(frame)("A.java"), "diff").exists(_.endsWith("+\u00e4\n")))
    assert(frame.collect().forall(value(_, "repository").contains("changes")))
  }

  test("a minus is standard input, named so in rows and errors") {
    def piped(text: Array[Byte], options: (String, String)*) = {
      val before = System.in
      System.setIn(new ByteArrayInputStream(text))
      try diff("-", options: _*)
      finally System.setIn(before)
    }
    val cut = (patchOf("A.java") + patchOf("Cut.java").dropRight(10)).getBytes
    val rows = byPath(piped(cut))
    assert(rows.values.forall(value(_, "repository").contains("stdin")))
    assert(value(rows("A.java"), "diff").isDefined)
    assert(value(rows("Cut.java"), "error_message").exists(_.contains("of patch standard input")))
    val wide = Array(0xff.toByte, 0xfe.toByte) ++ patchOf("W.java").getBytes(UTF_16LE)
    val named = piped(wide, "repository" -> "shop").head()
    assert(value(named, "path").contains("W.java") && value(named, "repository").contains("shop"))
    assert(value(piped(Array()).head(), "skip_reason").contains("empty diff"))
  }

  test("a patch file that cannot be read is the error of its own row") {
    val folder = folderWith("a.patch" -> patchOf("A.java").getBytes)
    val gone = folderWith("b.patch" -> patchOf("B.java").getBytes).resolve("b.patch")
    val frame = spark.read.format("diff").load(s"$folder/a.patch", gone.toString)
    Files.delete(gone)
    val rows = byPath(frame)
    assert(value(rows("A.java"), "error_class").isEmpty)
    assert(value(rows(""), "error_class").contains("SOURCE_UNREADABLE"))
  }

  test(
    "encodings are read: UTF-8, ISO-8859-1 line by line, UTF-16 with a mark, UTF-8 with a mark"
  ) {
    val text = patchOf("A.java", "\u00e4\u00f6 \ud83d\ude00")
    val mixed = patchOf("A.java", "\u00e4").getBytes(UTF_8) ++
      patchOf("B.java", "\u00e4").getBytes(ISO_8859_1)
    val folder = folderWith(
      "utf8.patch" -> text.getBytes(UTF_8),
      "wide.patch" -> (Array(0xff.toByte, 0xfe.toByte) ++ text.getBytes(UTF_16LE)),
      "marked.patch" -> ("\ufeff" + text).getBytes(UTF_8),
      "mixed.patch" -> mixed,
      "crlf.patch" -> text.replace("\n", "\r\n").getBytes(UTF_8)
    )
    for (name <- Seq("utf8", "wide", "marked", "crlf")) {
      val row = diff(folder.resolve(s"$name.patch")).head()
      assert(value(row, "diff").exists(_.endsWith("+\u00e4\u00f6 \ud83d\ude00\n")), name)
    }
    val rows = diff(folder.resolve("mixed.patch")).collect()
    assert(rows.length == 2 && rows.forall(value(_, "diff").exists(_.endsWith("+\u00e4\n"))))
  }

  test("mail bodies in quoted-printable and base64 are decoded, also in parts") {
    val patch = patchOf("A.java", "x = \"\u00e4\"; // " + "long " * 30 + "end")
    def quoted(text: String) = text.linesIterator
      .map { line =>
        val codes = line
          .getBytes(UTF_8)
          .map(b => if (b == '=' || b < 0) f"=${b & 0xff}%02X" else b.toChar.toString)
        codes.grouped(60).map(_.mkString).mkString("=\n")
      }
      .mkString("\n") + "\n"
    def mail(encoding: String, body: String) =
      s"From ${"4" * 40} Mon Sep 17 00:00:00 2001\nSubject: =?UTF-8?q?x?=\n" +
        s"Content-Transfer-Encoding: $encoding\n\n$body"
    val base64 = Base64.getMimeEncoder(76, "\n".getBytes).encodeToString(patch.getBytes(UTF_8))
    val parts = s"From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed;\n" +
      s""" boundary="=-x"\n\n--=-x\n\ntext\n\n--=-x\nContent-Transfer-Encoding: base64\n\n$base64\n""" +
      "--=-x--\n"
    val folder = folderWith(
      "qp.mbox" -> (mail("quoted-printable", quoted(patch)) + "\n" + mail("8bit", patch))
        .getBytes(UTF_8),
      "base.mbox" -> mail("BASE64", base64 + "\n").getBytes(UTF_8),
      "parts.patch" -> parts.getBytes(UTF_8)
    )
    val rows = diff(folder).collect()
    assert(rows.length == 4)
    val expected = patch.substring(patch.indexOf("@@"))
    assert(rows.forall(value(_, "diff").contains(expected)), rows.mkString("\n"))
    assert(rows.count(value(_, "commit_id").contains("4" * 40)) == 3)
  }

  test("files of no interest are skipped with the reason, as in repositories") {
    val generated =
      "diff --git a/G.java b/G.java\nnew file mode 100644\nindex 0..1\n--- /dev/null\n" +
        "+++ b/G.java\n@@ -0,0 +1,2 @@\n+// @generated\n+class G {}\n"
    val patch = patchOf("vendor/x.go") + patchOf("yarn.lock") + patchOf("a.md") + patchOf("a.qqq") +
      patchOf("m.js", "x" * 9000) + generated + patchOf("A.java")
    val rows = byPath(diff(folderWith("x.patch" -> patch.getBytes)))
    assert(
      rows.map { case (path, row) => path -> value(row, "skip_reason").getOrElse("-") } == Map(
        "vendor/x.go" -> "vendored",
        "yarn.lock" -> "lock file",
        "a.md" -> "prose, not code",
        "a.qqq" -> "no known language",
        "m.js" -> "minified",
        "G.java" -> "generated",
        "A.java" -> "-"
      )
    )
  }

  test("a line of 50 MB in a patch is skipped and its neighbours are read") {
    val patch = patchOf("A.java") + patchOf("Huge.java", "x" * (50 << 20)) + patchOf("B.java")
    val rows = byPath(diff(folderWith("x.patch" -> patch.getBytes)))
    assert(rows.keySet == Set("A.java", "Huge.java", "B.java"))
    assert(value(rows("Huge.java"), "skip_reason").exists(_.startsWith("too large (")))
    assert(Seq("A.java", "B.java").forall(path => value(rows(path), "diff").isDefined))
  }

  test("a column of patches becomes rows named by the key, and every patch comes back") {
    import spark.implicits._
    val frame = Seq(
      ("one", patchOf("A.java") + patchOf("B.java")),
      ("two", null),
      ("three", "garbage"),
      ("four", patchOf("C.java").dropRight(8))
    ).toDF("pull_request", "patch")
    val rows = DiffColumn.explode(frame, "patch", "pull_request")
    assert(rows.schema == ChangeSchema.SCHEMA)
    val found = rows.collect().map { row =>
      value(row, "repository").get ->
        value(row, "error_class").orElse(value(row, "skip_reason")).getOrElse("-")
    }
    assert(
      found.toSeq.sorted == Seq(
        "four" -> "DIFF_TRUNCATED",
        "one" -> "-",
        "one" -> "-",
        "three" -> "DIFF_NOT_A_PATCH",
        "two" -> "empty diff"
      )
    )
  }

  test("wrong options and paths are one clear error when the source is loaded") {
    val folder = folderWith("notes.md" -> "text".getBytes)
    val cases = Seq[(String, Map[String, String], String, String)](
      (s"$folder/none.patch", Map(), "SOURCE_PATH", "no such file"),
      (folder.toString, Map(), "SOURCE_PATH", "no patches"),
      (folder.toString, Map("repo" -> "x"), "SOURCE_OPTIONS", "nearest: `repository`"),
      (" ", Map(), "SOURCE_OPTIONS", "no path")
    )
    for ((path, options, errorClass, part) <- cases) {
      val error = intercept[AuditException](diff(path, options.toSeq: _*))
      assert(
        error.errorClass.name == errorClass && error.getMessage.contains(part),
        error.getMessage
      )
    }
  }

  test("the sample patches parse, and each applies to its own old side") {
    val samples = Path.of(System.getProperty("codeaudit.root")).resolve("data/samples")
    val rows = diff(samples).collect()
    assert(rows.length >= 8)
    assert(rows.forall(value(_, "error_class").isEmpty))
    for (row <- rows; text <- value(row, "diff")) {
      val old = UnifiedDiffParser.hunks(text).asScala.foldLeft(Vector.empty[String]) { (lines, h) =>
        val gap = Vector.fill(h.oldStart.max(1) - 1 - lines.size)("")
        lines ++ gap ++ h.lines.asScala.filter(_.oldNumber > 0).map(_.text)
      }
      val applied = HunkApplication.apply(old.map(_ + "\n").mkString, text)
      val added =
        UnifiedDiffParser.hunks(text).asScala.flatMap(_.lines.asScala).filter(_.newNumber > 0)
      assert(added.forall(line => applied(line.newNumber - 1) == line.text), value(row, "path"))
    }
  }
}
