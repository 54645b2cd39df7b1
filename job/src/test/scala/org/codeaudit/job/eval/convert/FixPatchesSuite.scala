package org.codeaudit.job.eval.convert
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.finding.Category
import org.codeaudit.job.eval.dataset.{DatasetReader, DatasetWriter, EvaluationUnit, LineRange}
import org.scalatest.funsuite.AnyFunSuite

class FixPatchesSuite extends AnyFunSuite {
  private val fix = """From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
    |Subject: Close the hole in the query
    |
    |diff --git a/src/A.java b/src/A.java
    |--- a/src/A.java
    |+++ b/src/A.java
    |@@ -10,4 +10,5 @@ class A {
    | context
    |-bad one
    |-bad two
    |+good one
    |+good two
    |+good three
    | after
    |@@ -30,2 +31,3 @@
    | before
    |+added check
    | behind
    |diff --git a/notes.unknown b/notes.unknown
    |--- a/notes.unknown
    |+++ b/notes.unknown
    |@@ -1 +1 @@
    |-a
    |+b
    |diff --git a/src/New.java b/src/New.java
    |new file mode 100644
    |--- /dev/null
    |+++ b/src/New.java
    |@@ -0,0 +1 @@
    |+class New {}
    |""".stripMargin

  private def folder(fixes: String, patches: (String, String)*): Path = {
    val folder = Files.createTempDirectory("fixes")
    Files.writeString(folder.resolve("fixes.csv"), fixes)
    for ((name, text) <- patches) Files.writeString(folder.resolve(name), text)
    folder
  }

  private def units(folder: Path): Seq[EvaluationUnit] =
    new FixPatches(folder).units.units.asScala.toSeq

  test("a fix backwards brings the defect in, and as it is it is the clean twin") {
    val Seq(defect, clean) = units(
      folder("patch,category,cwe,path\nfix.patch,sql-injection\n", "fix.patch" -> fix)
    )
    assert(defect.text.text == """--- a/src/A.java
      |+++ b/src/A.java
      |@@ -10,5 +10,4 @@ class A {
      | context
      |-good one
      |-good two
      |-good three
      |+bad one
      |+bad two
      | after
      |@@ -31,3 +30,2 @@
      | before
      |-added check
      | behind
      |""".stripMargin)
    assert(defect.text.patch && defect.path == "src/A.java" && defect.language == "java")
    val labels = defect.labels.asScala
    assert(labels.forall(label => label.category == Category.SQL_INJECTION))
    assert(labels.forall(label => label.cwe.get == "CWE-89"))
    // Removed lines; where nothing was removed, the lines around what was missing.
    assert(labels.map(_.lines.get) == Seq(new LineRange(11, 12), new LineRange(30, 31)))
    assert(clean.clean && clean.twin.get == defect.id && defect.twin.get == clean.id)
    assert(clean.text.text.contains("+good one") && !clean.text.text.contains("Subject"))
    assert(defect.lines == 6 && clean.lines == 8)
  }

  test("the list may name the weakness and the one file that had it") {
    val two = fix.replace("src/New.java", "src/Other.java").replace("notes.unknown", "src/b.c")
    val found = units(folder("fix.patch,other,CWE-1333,src/b.c\n", "fix.patch" -> two))
    assert(found.map(_.path).distinct == Seq("src/b.c"))
    assert(found.head.labels.get(0).cwe.get == "CWE-1333")
  }

  test("what comes of it can be written and read as a dataset") {
    val set = new FixPatches(folder("fix.patch,deadlock\n", "fix.patch" -> fix)).units
    val written = Files.createTempDirectory("set").resolve("set")
    DatasetWriter.write(set, written)
    assert(DatasetReader.read(written).units.asScala.toSeq == set.units.asScala.toSeq)
  }

  test("every mistake is told: lines, patches that are not there or not listed, and no file left") {
    val only = "--- a/notes.unknown\n+++ b/notes.unknown\n@@ -1 +1 @@\n-a\n+b\n"
    val error = intercept[AuditException](
      units(
        folder(
          "fix.patch,sql\nfix.patch,deadlock,833\ngone.patch,deadlock\nonly.diff,deadlock\n",
          "fix.patch" -> fix,
          "only.diff" -> only
        )
      )
    )
    assert(error.errorClass.name == "FIXES_INVALID")
    for (
      part <- Seq(
        "fixes.csv:1 is not patch,category,cwe,path: fix.patch,sql",
        "fixes.csv:2 is not",
        "gone.patch cannot be read",
        "only.diff changes no file of a known language",
        "fixes.csv says nothing of fix.patch"
      )
    ) {
      assert(error.getMessage.contains(part), error.getMessage)
    }
    val empty = Files.createTempDirectory("fixes")
    assert(intercept[AuditException](units(empty)).getMessage.contains("fixes.csv cannot be read"))
  }
}
