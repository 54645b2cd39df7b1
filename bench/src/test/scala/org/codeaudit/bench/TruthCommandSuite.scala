package org.codeaudit.bench

import java.nio.ByteBuffer
import java.nio.ByteOrder.LITTLE_ENDIAN
import java.nio.file.{Files, Path}

import org.codeaudit.token.BpeTokenizer

class TruthCommandSuite extends BenchSuite {
  private def write(file: Path, text: String): Unit = {
    Files.createDirectories(file.getParent)
    Files.writeString(file, text)
  }

  private val patch =
    "diff --git a/A.java b/A.java\n--- a/A.java\n+++ b/A.java\n@@ -1,3 +1,3 @@\n one\n-int two;\n+int zwei;\n three\n"

  /** A pair of which one patch, and what others say of it, are as the test likes. */
  private def pair(root: Path, newer: String, counts: String, different: String): Unit = {
    val pair = root.resolve("pairs/p-1-2")
    write(pair.resolve("plain/a/A.java"), "one\nint two;\nthree\n")
    write(pair.resolve("plain/b/A.java"), newer)
    write(pair.resolve("git.patch"), patch)
    write(
      pair.resolve("git.json"),
      s"""{"trees": "plain", "ignores_blanks": false, "other_format": false, "counts": $counts,
         |"counts_error": "", "patch": {"exit": 0, "different": $different, "said": ""}}""".stripMargin
    )
    write(pair.resolve("gnu-context.patch"), "*** a/A.java\n--- b/A.java\n***************\n")
    write(
      pair.resolve("gnu-context.json"),
      """{"trees": "plain", "ignores_blanks": false, "other_format": true}"""
    )
    write(pair.resolve("damaged/0-cut.patch"), patch.linesWithSeparators.take(6).mkString)
    write(
      pair.resolve("damaged.json"),
      """[{"kind": "cut", "patch": "damaged/0-cut.patch", "gnu": false, "git": false}]"""
    )
  }

  /** Part, form, kind, right and count of each line of the table for programs. */
  private def figures(folder: Path): Set[String] =
    Files
      .readString(folder.resolve("truth.csv"))
      .linesIterator
      .drop(1)
      .map(_.replaceFirst(",(\"[^\"]*\"|[^,\"]*)$", "").replace("\"", ""))
      .toSet

  test("what is as the others say is right") {
    val root = folder("truth")
    pair(root, "one\nint zwei;\nthree\n", """{"A.java": [1, 1]}""", "[]")
    val template = root.resolve("templates/t")
    write(template.resolve("chat_template.jinja"), "{{ x }}{{ x.y.z }}")
    write(
      template.resolve("cases.json"),
      """[{"variables": {"x": {"y": {"z": 1}}}, "expected": "{'y': {'z': 1}}1"},
        |{"variables": {"x": 1}, "error": "UndefinedError"}]""".stripMargin
    )
    val tokenizer = Files.readString(Path.of(golden("qwen3-tiny")).resolve("tokenizer.json"))
    val ids = BpeTokenizer.parse(tokenizer).encode("one\nint zwei;\nthree\n")
    tokens(root, tokenizer, ids)

    val outcome = measure("truth", root.toString)

    assert(outcome.code == 0, outcome.err)
    assert(outcome.out.contains("Target     changed lines at their line >= 99.9%: 100.0000%  met"))
    assert(
      figures(root) == Set(
        "changed lines,git,at its line,true,2",
        "context lines,git,at its line,true,2",
        "counts,git,text,true,1",
        "GNU patch,git,both read it,true,1",
        "rows,git,reviewed,true,1",
        "quotes,git,at its line,true,2",
        "other formats,gnu-context,refused,true,1",
        "damaged,cut,we: refused, GNU patch: refused, git: refused,true,1",
        "templates,t,the same text,true,1",
        "templates,t,both refuse it,true,1",
        s"tokens,tiny,the same ids,true,${ids.length}"
      )
    )
  }

  private def tokens(root: Path, tokenizer: String, ids: Array[Int]): Unit = {
    write(root.resolve("texts.txt"), "pairs/p-1-2/plain/b/A.java\n")
    write(root.resolve("tokens/tiny/tokenizer.json"), tokenizer)
    val bytes = ByteBuffer.allocate(4 + 4 * ids.length).order(LITTLE_ENDIAN)
    (ids.length +: ids.toSeq).foreach(bytes.putInt)
    Files.write(root.resolve("tokens/tiny/ids.bin"), bytes.array)
  }

  test("what is not is listed by kind with an example, and the exit code says so") {
    val root = folder("truth")
    pair(root, "one\n\nint zwei;\nthree\n", """{"A.java": [2, 1], "B.java": [3, 0]}""", "[]")
    val template = root.resolve("templates/t")
    write(template.resolve("chat_template.jinja"), "{{ x }}")
    write(
      template.resolve("cases.json"),
      """[{"variables": {"x": 1}, "expected": "2"}, {"variables": {"x": 1}, "error": "no"}]"""
    )
    val tokenizer = Files.readString(Path.of(golden("qwen3-tiny")).resolve("tokenizer.json"))
    tokens(root, tokenizer, Array(1, 2, 3))
    val out = root.resolve("out")

    val outcome = measure("truth", root.toString, "--out", out.toString)

    assert(outcome.code == 1, outcome.err)
    assert(
      outcome.out.contains(
        "| changed lines | git | at another line | **wrong** | 1 | p-1-2/git.patch: A.java, new line 2 |"
      )
    )
    val wrong = figures(out).filter(_.contains(",false,"))
    assert(
      wrong == Set(
        "changed lines,git,at another line,false,1",
        "context lines,git,at another line,false,1",
        "counts,git,another count than git's,false,1",
        "GNU patch,git,only GNU patch reads it,false,1",
        "quotes,git,anchored to a line of another text,false,1",
        "files,git,a file is missing,false,1",
        "changed lines,git,a file is missing,false,3",
        "templates,t,another text,false,1",
        "templates,t,only jinja2 refuses it,false,1",
        "tokens,tiny,in a text with another number of tokens,false,3"
      )
    )
  }

  test("a folder with nothing in it is refused, and how to fill it is said") {
    val outcome = measure("truth", folder("truth").toString)
    assert(outcome.code == 2 && outcome.err.contains("bin/bench truth-fetch"), outcome.err)
  }
}
