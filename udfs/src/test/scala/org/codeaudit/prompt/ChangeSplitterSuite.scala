package org.codeaudit.prompt

import scala.jdk.CollectionConverters._
import scala.util.Random

import org.codeaudit.AuditException
import org.codeaudit.change.{ChangeKind, FileChange, Line}
import org.scalatest.funsuite.AnyFunSuite

class ChangeSplitterSuite extends AnyFunSuite {

  /** Words and single other characters: additive like a byte-level tokenizer, nearly. */
  private def words(text: String): Int = "\\w+|[^\\w\\s]|\\s+".r.findAllIn(text).size

  private def split(change: FileChange, budget: Int = 10000): Seq[Unit] =
    new ChangeSplitter(budget, words).split(change).asScala.toSeq

  private val twoHunks =
    """@@ -3,4 +3,5 @@ class A {
      |   void a() {
      |-    old();
      |+    first();
      |+    second();
      |     both();
      |   }
      |@@ -20,2 +21,2 @@ void b() {
      |     keep();
      |-    gone();
      |+    here();""".stripMargin

  test("a small change is one unit that shows its hunks below what encloses them") {
    val Seq(unit) = split(Changes.diff(twoHunks))
    assert(unit.index == 0 && unit.startLine == 3 && unit.endLine == 22)
    assert(
      unit.text ==
        """@@ class A {
          |   void a() {
          |-    old();
          |+    first();
          |+    second();
          |     both();
          |   }
          |@@ void b() {
          |     keep();
          |-    gone();
          |+    here();
          |""".stripMargin
    )
    val lines = unit.lines.asScala
    assert(lines.map(_.number) == Seq(3, 4, 4, 5, 6, 7, 21, 21, 22))
    assert(lines.map(_.side).count(_ == Side.OLD) == 2)
    assert(
      unit.quotes.asScala ==
        Seq(
          "void a() {",
          "old();",
          "first();",
          "second();",
          "both();",
          "keep();",
          "gone();",
          "here();"
        )
    )
  }

  test("the enclosing code is read from the new file where it is at hand") {
    val content =
      """package a;
        |
        |class A
        |{
        |  // a remark
        |  @Override
        |  void run(
        |      int times) {
        |    if (times > 0) {
        |      work();
        |      more();
        |    } else {
        |      rest();
        |    }
        |  }
        |}""".stripMargin
    val change = Changes.diff(
      """@@ -10,1 +10,2 @@ misleading
        |       work();
        |+      more();
        |@@ -12,1 +13,1 @@
        |-      sleep();
        |+      rest();""",
      Some(content)
    )
    val Seq(unit) = split(change)
    assert(
      unit.text ==
        """@@ class A
          |@@   void run(
          |@@     if (times > 0) {
          |       work();
          |+      more();
          |@@ class A
          |@@   void run(
          |@@     } else {
          |-      sleep();
          |+      rest();
          |""".stripMargin
    )
    assert(unit.lines.asScala.map(_.enclosing).distinct == Seq("void run("))
  }

  test("without the file, what encloses a line is read from the hunk, then from its section") {
    val Seq(unit) = split(Changes.diff("""@@ -1,2 +1,6 @@ class Outer:
          |     def first(self):
          |         try:
          |+            one()
          |+    def second(self):
          |+        two()
          |-        three()"""))
    val enclosing = unit.lines.asScala.map(line => line.text.strip -> line.enclosing).toMap
    assert(
      enclosing == Map(
        "def first(self):" -> "class Outer:",
        "try:" -> "def first(self):",
        "one()" -> "def first(self):",
        "def second(self):" -> "class Outer:",
        "two()" -> "def second(self):",
        "three()" -> "def first(self):"
      )
    )
  }

  test("a file is shown without prefixes and cut where code ends, under its headers") {
    val methods =
      (1 to 12).map(i => s"  void m$i() {\n    a$i();\n    b$i();\n  }\n").mkString("\n")
    val content = s"class A {\n$methods}\n"
    val units = split(Changes.file(content), 150)
    assert(units.size > 2)
    assert(units.head.text.startsWith("class A {\n  void m1() {\n"))
    for (unit <- units.tail) {
      assert(unit.text.startsWith("@@ class A {\n  void m"), unit.text)
    }
    val shown = units.flatMap(_.lines.asScala.map(_.text))
    assert(shown == content.linesIterator.toSeq)
  }

  test("what holds no change or no code has no unit") {
    val cases = Seq(
      "empty file" -> Changes.file(""),
      "blank file" -> Changes.file(" \n\n\t\n"),
      "mode change" -> Changes.change(ChangeKind.MODE_CHANGED, "a", Nil, Some("x")),
      "context only" -> Changes.diff("@@ -1,1 +1,1 @@\n same")
    )
    for ((name, change) <- cases) assert(split(change).isEmpty, name)
  }

  test("a deleted file has the line numbers of the old side") {
    val Seq(unit) = split(Changes.diff("@@ -1,2 +0,0 @@\n-a();\n-b();"))
    assert(unit.startLine == 1 && unit.endLine == 2)
  }

  test("a line of 50 MB is shortened, never counted, not quotable, in linear time") {
    val long = "x = \"" + "a" * 50_000_000 + "\""
    val counted = new ChangeSplitter(500, text => { assert(text.length <= 500 * 16); words(text) })
    val mixed = Changes.file(s"first();\n$long\nlast();")
    val added = Changes.change(
      ChangeKind.ADDED,
      "a.js",
      Seq(Changes.hunk(0, 1, "", Seq("+" + long))),
      Some(long)
    )
    for ((change, quotes) <- Seq(mixed -> Seq("first();", "last();"), added -> Seq())) {
      val start = System.nanoTime()
      val Seq(unit) = counted.split(change).asScala.toSeq
      val seconds = (System.nanoTime() - start) / 1e9
      assert(seconds < 60, seconds)
      assert(unit.quotes.asScala == quotes)
      assert(unit.text.contains("[... shortened: 50000006 characters]"))
      assert(unit.text.length < 400)
    }
  }

  test("a line that does not fit by itself is shortened until it does") {
    val costly = (text: String) => text.getBytes("UTF-8").length // a token a byte
    val emoji = "\uD83D\uDE00" * 300
    for (
      change <- Seq(Changes.file(s"a();\n$emoji\nb();"), Changes.diff(s"@@ -0,0 +1,1 @@\n+$emoji"))
    ) {
      val units = new ChangeSplitter(64, costly(_)).split(change).asScala
      assert(units.forall(unit => costly(unit.text) <= 64))
      assert(units.exists(_.text.contains("shortened: 600 characters")))
      assert(!units.exists(unit => unit.text.contains('\ufffd') || unit.text.contains('?')))
    }
  }

  test("a budget that holds no code is one clear error") {
    val error = intercept[AuditException](new ChangeSplitter(63, words))
    assert(error.errorClass.name == "CONTEXT_TOO_SMALL" && error.getMessage.contains("63 tokens"))
  }

  test("units fit any budget and lose no changed line, with the numbers of the applied diff") {
    for (seed <- 1 to 150) {
      val random = new Random(seed)
      val (before, after, change) = randomChange(random)
      val budget = 64 + random.nextInt(600)
      val units = split(change, budget)
      val lines = units.flatMap(_.lines.asScala)
      assert(units.map(_.index) == units.indices)
      assert(units.forall(unit => words(unit.text) <= budget), s"seed $seed")
      assert(split(change, budget) == units, s"seed $seed is not deterministic")
      for (line <- lines if line.newNumber > 0) assert(after(line.newNumber - 1) == line.text)
      for (line <- lines if line.oldNumber > 0) assert(before(line.oldNumber - 1) == line.text)
      val changed =
        change.hunks.asScala.flatMap(_.lines.asScala).filter(_.kind != Line.Kind.CONTEXT)
      val shown = lines.filter(_.kind != Line.Kind.CONTEXT)
      assert(
        shown.map(l => (l.kind, l.number)) ==
          changed.map(l => (l.kind, math.max(l.oldNumber, l.newNumber))),
        s"seed $seed"
      )
      val whole = split(Changes.file(after.mkString("\n")), budget)
      assert(whole.forall(unit => words(unit.text) <= budget))
      val file = whole.flatMap(_.lines.asScala)
      for (line <- file) assert(after(line.newNumber - 1) == line.text)
      val words0 = after.zipWithIndex.filter(_._1.exists(_.isLetterOrDigit)).map(_._2 + 1)
      assert(file.filter(_.quotable).map(_.newNumber) == words0, s"seed $seed")
    }
  }

  test("a tokenizer whose parts cost less than the whole still ends") {
    val whole = (text: String) => if (text.count(_ == '\n') > 1) 1000 else 1
    val units = new ChangeSplitter(64, whole(_)).split(Changes.diff(twoHunks)).asScala
    assert(units.nonEmpty)
  }

  /** Old lines, new lines and a change between them, with or without the new file. */
  private def randomChange(random: Random): (IndexedSeq[String], IndexedSeq[String], FileChange) = {
    def line() = random.nextInt(8) match {
      case 0 => ""
      case 1 => " " * random.nextInt(6) + "}"
      case 2 => "\t" * random.nextInt(4) + "void f" + random.nextInt(50) + "() {"
      case n => "  " * random.nextInt(5) + "call(a, b) + " * (n - 3) + random.nextInt(1000) + ";"
    }
    val before, after = IndexedSeq.newBuilder[String]
    var (old, now) = (1, 1)
    def unchanged(n: Int): Seq[String] =
      Seq.fill(n) { val l = line(); before += l; after += l; old += 1; now += 1; " " + l }
    val hunks = Seq.fill(1 + random.nextInt(6)) {
      unchanged(random.nextInt(30))
      val (oldStart, newStart) = (old, now)
      val lead = unchanged(random.nextInt(4))
      val edits = Seq.fill(1 + random.nextInt(60)) {
        random.nextInt(3) match {
          case 0 => unchanged(1).head
          case 1 => val l = line(); before += l; old += 1; "-" + l
          case _ => val l = line(); after += l; now += 1; "+" + l
        }
      }
      Changes.hunk(oldStart, newStart, "void section() {", lead ++ edits)
    }
    val content = if (random.nextBoolean()) Some(after.result().mkString("\n")) else None
    (before.result(), after.result(), Changes.change(ChangeKind.MODIFIED, "a", hunks, content))
  }
}
