package org.codeaudit.job.command
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import org.codeaudit.job.eval.dataset.{DatasetReader, EvaluationUnit}

class EvalCommandSuite extends CommandSuite {
  private def unit(id: String, code: String, path: String = "src/A.java", more: String = "") =
    s"""{"unit":"$id","language":"java","path":"$path","code":"$code"$more}"""

  private val label = """{"category":"sql-injection","line_start":1,"line_end":1}"""
  private val pair = Seq(
    unit("defect", "int a = b;", more = s""","twin":"clean","labels":[$label]"""),
    unit("clean", "int a = c;", more = ""","twin":"defect","labels":[]""")
  )

  private def dataset(units: Seq[String]): Path =
    Files.write(folder("set").resolve("units.jsonl"), units.asJava)

  private def evaluate(set: Path, out: Path, models: Seq[String], more: String*): Outcome = audit(
    Seq("eval", "--dataset", set.toString, "--out", out.toString) ++
      Seq("--model", models.map(golden).mkString(","), "--review", "open", "--quiet") ++
      Seq("--prompt", shortPrompt, "--max-new-tokens", "90", "--precision", "f32") ++
      Seq("--threads", "1") ++ more: _*
  )

  /** Values of a measure in all models. */
  private def figures(out: Path, section: String, measure: String): Seq[Double] = {
    val lines = Files.readAllLines(out.resolve("figures.csv")).asScala.map(_.split(",").toSeq)
    lines.collect { case Seq(_, `section`, _, "all", _, `measure`, value) =>
      value.toDouble
    }.toSeq
  }

  test("models are asked one after the other, in every batch and repeat, and compared") {
    val out = folder("eval").resolve("out")
    val models = Seq("llama-tiny", "qwen3-tiny")
    val outcome = evaluate(dataset(pair), out, models, "--batch-sizes", "1,7", "--repeats", "2")
    assert(outcome.code === ExitCode.OK, outcome.err)
    for (model <- models) assert(outcome.out.contains(s"Reviewing 2 units with $model"))
    assert(outcome.out.linesIterator.exists(_.matches("  figure +llama-tiny +qwen3-tiny")))
    assert(figures(out, "usage", "units") === Seq(2, 2))
    assert(figures(out, "usage", "generated_tokens").forall(_ > 0))
    // In 32 bits the same code gives the same answers, whatever the batch.
    assert(figures(out, "flaps", "findings_count") === Seq(0, 0))
    val notes = Files.readString(out.resolve("report.md"))
    for (pass <- Seq("batch-1-repeat-1", "batch-1-repeat-2", "batch-7-repeat-2")) {
      assert(notes.contains(s"qwen3-tiny, $pass: revision"))
    }
  }

  test("what was answered is not asked again, unless the unit is another or the user says so") {
    val out = folder("eval").resolve("out")
    def answeredEarlier(units: Seq[String], more: String*): String = {
      val outcome = evaluate(dataset(units), out, Seq("llama-tiny"), more: _*)
      assert(outcome.code === ExitCode.OK, outcome.err)
      val note = "short [0-9a-f]+ in f32 [^;]*; (\\d+) inputs answered earlier".r
      note.findFirstMatchIn(Files.readString(out.resolve("report.md"))).get.group(1)
    }
    assert(answeredEarlier(pair) === "0")
    assert(answeredEarlier(pair) === "2")
    val before = figures(out, "usage", "prompt_tokens")
    val changed = pair.map(_.replace("int a = c;", "int a = c; int d = e; int f = g;"))
    assert(answeredEarlier(changed) === "1")
    assert(figures(out, "usage", "prompt_tokens").head > before.head)
    assert(answeredEarlier(changed, "--max-findings", "1") === "0")
    assert(answeredEarlier(pair, "--again") === "0")
    assert(figures(out, "usage", "prompt_tokens") === before)
  }

  test("a unit that sources would skip is named, counts as not found and is no success") {
    val out = folder("eval").resolve("out")
    val vendored =
      unit("vendored", "int a = b;", "node_modules/A.java", s""","labels":[$label]""")
    val outcome = evaluate(dataset(Seq(vendored)), out, Seq("llama-tiny"))
    assert(outcome.code === ExitCode.ROWS_FAILED)
    assert(outcome.out.linesIterator.exists(_.matches("  skipped: vendored +1")))
    assert(figures(out, "accuracy", "missed").head === 1.0)
  }

  test("what cannot be evaluated is refused before anything is asked or written") {
    val (out, set) = (folder("eval").resolve("out"), dataset(pair))
    val broken = dataset(Seq(pair.head))
    val table = Seq(
      (evaluate(broken, out, Seq("llama-tiny")), "the twin of defect, clean, is not there"),
      (evaluate(set, out, Seq("llama-tiny", "nowhere")), "nowhere"),
      (evaluate(set, out, Seq("llama-tiny"), "--min-confidence", "2"), "'2' is no confidence"),
      (evaluate(set, out, Seq("llama-tiny"), "--repeats", "0"), "--repeats"),
      (evaluate(set, out, Seq("llama-tiny"), "--batch-sizes", "4,0"), "--batch-sizes"),
      (evaluate(set, out, Seq("llama-tiny"), "--price-per-hour", "-1"), "--price-per-hour"),
      (audit("eval", "--model", golden("llama-tiny")), "--dataset")
    )
    for ((outcome, reason) <- table) {
      assert(outcome.code === ExitCode.USAGE && outcome.err.contains(reason), outcome.err)
    }
    assert(!Files.exists(out))
  }

  test("sets are made of fixes and of another tool's findings, and refused with the reason") {
    val fixes = folder("fixes")
    Files.writeString(fixes.resolve("a.patch"), "--- a/A.c\n+++ b/A.c\n@@ -1 +1 @@\n-a\n+b\n")
    Files.writeString(fixes.resolve("fixes.csv"), "a.patch,deadlock\n")
    val (first, second) = (folder("sets").resolve("fixes"), folder("sets").resolve("sarif"))
    val made = audit("eval", "convert", "fixes", fixes.toString, "--out", first.toString)
    assert(made.code === ExitCode.OK && made.out.contains("1 units with a defect and 1 clean ones"))
    assert(DatasetReader.read(first).units.size === 2)
    val again = audit("eval", "convert", "fixes", fixes.toString, "--out", first.toString)
    assert(again.code === ExitCode.USAGE && again.err.contains("it is not empty"))
    val log = file("log.sarif", """{"version":"2.1.0","runs":[]}""")
    val sarif = Seq("eval", "convert", "sarif", log.toString, "--source", fixes.toString)
    assert(audit(sarif ++ Seq("--out", second.toString): _*).code === ExitCode.OK)
    assert(entries(second) === Set("units.jsonl"))
    val nowhere = audit("eval", "convert", "owasp", fixes.toString, "--out", s"$second/a")
    assert(nowhere.code === ExitCode.USAGE && nowhere.err.contains("expectedresults-1.2.csv"))
  }

  test("the committed set can be read, and every label of it has a line") {
    val parts =
      Seq("fitting", "testing").map(p => DatasetReader.read(root.resolve(s"data/evaluation/$p")))
    for (part <- parts) {
      assert(part.linesKnown && part.units.asScala.forall(_.twin.isPresent))
    }
    for (split <- Seq[EvaluationUnit => String](_.id, _.project.get, _.template.get)) {
      val Seq(fitting, testing) = parts.map(_.units.asScala.map(split).toSet)
      assert(fitting.intersect(testing).isEmpty)
    }
  }
}
