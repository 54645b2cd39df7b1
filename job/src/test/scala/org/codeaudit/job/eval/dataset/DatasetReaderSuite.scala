package org.codeaudit.job.eval.dataset
import java.nio.file.{Files, Path}
import java.util.Optional

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.finding.Category
import org.scalatest.funsuite.AnyFunSuite

class DatasetReaderSuite extends AnyFunSuite {
  private val code = "class A {\n  int a;\n  int b;\n}\n"
  private val label =
    """{"category":"sql-injection","cwe":"CWE-89","line_start":2,"line_end":3}"""

  private def unit(id: String, labels: String = "", more: String = ""): String =
    s"""{"unit":"$id","language":"java","path":"src/A.java",""" +
      s""""code":"${code.replace("\n", "\\n")}","labels":[$labels]$more}"""

  private def dataset(lines: String*): Path = {
    val file = Files.createTempDirectory("dataset").resolve("units.jsonl")
    Files.write(file, lines.asJava)
  }

  private def problems(lines: String*): AuditException =
    intercept[AuditException](DatasetReader.read(dataset(lines: _*)))

  test("a unit has what its line says, and a label the number of its category if it names none") {
    val set = DatasetReader.read(
      dataset(
        unit("defect", label, ""","twin":"clean","project":"p","template":"t""""),
        "",
        unit("clean", "", ""","twin":"defect""""),
        unit("other", """{"category":"off-by-one","line_start":null,"line_end":null}"""),
        unit("alone", "", ""","kind":"deadlock"""")
      )
    )
    val Seq(defect, clean, other, alone) = set.units.asScala.toSeq
    assert(set.name == "units.jsonl" && defect.id == "defect" && defect.lines == 4)
    assert(defect.project.get == "p" && defect.template.get == "t" && defect.text.text == code)
    assert(
      defect.labels.asScala == Seq(
        new Label(Category.SQL_INJECTION, Optional.of("CWE-89"), Optional.of(new LineRange(2, 3)))
      )
    )
    assert(other.labels.asScala == Seq(Label.of(Category.OFF_BY_ONE, Optional.empty())))
    assert(clean.clean && set.twin(clean).get == defect)
    assert(set.kinds(clean).asScala == Set(Category.SQL_INJECTION))
    assert(set.kinds(alone).asScala == Set(Category.DEADLOCK))
    assert(!set.linesKnown)
  }

  test("a folder is all of its JSONL files by name, and code files are relative to it") {
    val folder = Files.createTempDirectory("dataset")
    Files.createDirectories(folder.resolve("code"))
    Files.writeString(folder.resolve("code/A.java"), code)
    Files.writeString(folder.resolve("b.jsonl"), unit("second"))
    Files.writeString(
      folder.resolve("a.jsonl"),
      unit("first").replaceFirst("\"code\":\"[^\"]*\"", "\"code_file\":\"code/A.java\"")
    )
    Files.writeString(folder.resolve("notes.txt"), "no JSON")
    val set = DatasetReader.read(folder)
    assert(set.units.asScala.map(_.id).toSeq == Seq("first", "second"))
    assert(set.byId.get("first").text.text == code)
  }

  test("labels of a patch name lines that its hunks show of the new file") {
    val patch = "--- a/src/A.java\n+++ b/src/A.java\n@@ -10,2 +10,3 @@\n a\n-b\n+c\n+d\n"
    def line(start: Int, end: Int) =
      s"""{"unit":"u","language":"java","path":"src/A.java","patch":"${patch
          .replace("\n", "\\n")}",""" +
        s""""labels":[{"category":"deadlock","line_start":$start,"line_end":$end}]}"""
    val read = DatasetReader.read(dataset(line(10, 12))).units.asScala.head
    assert(read.lines == 3 && read.text.patch)
    for ((start, end) <- Seq((9, 10), (12, 13), (1, 1))) {
      assert(problems(line(start, end)).getMessage.contains(s"lines $start to $end, which are not"))
    }
  }

  test("each problem is told with its file and line, and all of them at once") {
    val table = Seq(
      "{\"unit\":" -> "no JSON object",
      "[]" -> "no JSON object",
      unit("a", "", ""","note":"x"""") -> "unknown key note",
      unit("b", """{"category":"sql","line_start":1,"line_end":1}""") -> "unknown category sql",
      unit("c", """{"category":"SQL-Injection","line_start":1,"line_end":1}""") ->
        "unknown category SQL-Injection",
      unit("d", """{"category":"deadlock","line_start":4,"line_end":5}""") ->
        "lines 4 to 5, which are not all in the unit",
      unit("e", """{"category":"deadlock","line_start":3,"line_end":2}""") -> "needs line_start",
      unit("f", """{"category":"deadlock"}""") -> "has no line_start",
      unit("g", """{"category":"deadlock","line_start":1,"line_end":1,"line":1}""") ->
        "the label has the unknown key line",
      unit("h", """{"category":"deadlock","cwe":"89","line_start":1,"line_end":1}""") -> "cwe 89",
      unit("i", "", ""","patch":"x"""") -> "code and patch are given",
      unit("j").replaceFirst("\"code\":\"[^\"]*\",", "") -> "one of code, code_file and patch",
      unit("k").replaceFirst("\"code\":\"[^\"]*\"", "\"code_file\":\"B.java\"") -> "cannot be read",
      unit("l")
        .replace("\"java\"", "\"python\"") -> "the language is python and the path says java",
      unit("m").replaceFirst(",\"labels\":\\[\\]", "") -> "labels must be a list",
      unit("n", label, ""","kind":"deadlock"""") -> "kind is for clean units",
      unit("o").replace("\"unit\":\"o\",", "") -> "unit is missing",
      unit("p", "", ""","twin":"nobody"""") -> "the twin of p, nobody, is not there",
      unit("q", label, ""","twin":"r"""") -> "the twin of q, r, names none",
      unit("r") -> "",
      unit("r") -> "the unit r is at units.jsonl:20 already",
      unit("s", label, ""","twin":"t"""") -> "the twin of s, t, has labels too",
      unit("t", label, ""","twin":"s"""") -> "the twin of t, s, has labels too",
      unit("v", "", ""","twin":"v"""") -> "the twin of v, v, names v"
    )
    val error = problems(table.map(_._1): _*)
    assert(error.errorClass.name == "DATASET_INVALID")
    val told = error.getMessage.split("units.jsonl:(?=\\d+: )").tail
    for (((_, expected), index) <- table.zipWithIndex if expected.nonEmpty) {
      assert(
        told.exists(part => part.startsWith(s"${index + 1}: ") && part.contains(expected)),
        s"line ${index + 1}: $expected in ${error.getMessage}"
      )
    }
  }

  test("who is the twin of a broken unit is not told so as well") {
    val error = problems(
      unit("a", label, ""","twin":"b""""),
      unit("b", "", ""","twin":"a","note":"x"""")
    )
    assert(error.getMessage.contains("1 problem: units.jsonl:2: unknown key note"))
  }

  test("a set without units, and one that is not there, are refused") {
    val nowhere = Files.createTempDirectory("dataset").resolve("none.jsonl")
    for (path <- Seq(dataset(""), nowhere, Files.createTempDirectory("dataset"))) {
      val error = intercept[AuditException](DatasetReader.read(path))
      assert(
        error.errorClass.name == "DATASET_UNREADABLE" && error.getMessage.contains(path.toString)
      )
    }
  }

  test("what is written is read as it was, and never beside an earlier set") {
    val set = DatasetReader.read(
      dataset(
        unit("x/1", label, ""","twin":"2""""),
        unit("2", "", ""","twin":"x/1""""),
        unit("3", """{"category":"deadlock","line_start":null,"line_end":null}"""),
        unit("4", "", ""","kind":"deadlock","project":"p"""")
      )
    )
    val folder = Files.createTempDirectory("written").resolve("set")
    DatasetWriter.write(set, folder)
    assert(DatasetReader.read(folder).units.asScala.toSeq == set.units.asScala.toSeq)
    val error = intercept[AuditException](DatasetWriter.write(set, folder))
    assert(error.errorClass.name == "DATASET_UNWRITABLE")
  }
}
