package org.codeaudit.generate.grammar

import com.fasterxml.jackson.databind.ObjectMapper
import org.codeaudit.OptIn
import org.codeaudit.generate.request.OutputGrammar
import org.codeaudit.token.{BpeTokenizer, GoldenData, Tokenizer}
import org.scalatest.funsuite.AnyFunSuite
import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._
import scala.jdk.StreamConverters._
import scala.util.Random

/** The grammar of findings on the vocabularies of checkpoints: the golden ones, and real ones as
  * `RealTokenizersSuite` finds them.
  */
class TokenizerGrammarSuite extends AnyFunSuite {
  private val json = new ObjectMapper
  private val categories = Seq("bug", "security", "performance", "style").asJava
  private val severities = Seq("critical", "high", "medium", "low", "info").asJava

  private val units: Seq[Seq[String]] =
    Files.list(GoldenData.folder.resolve("corpus")).toScala(Seq).sorted.map { file =>
      Files.readString(file).linesIterator.take(400).toSeq
    }

  private def create(tokenizer: Tokenizer, lines: Seq[String]): OutputGrammar =
    FindingsGrammar.create(tokenizer, lines.asJava, categories, severities, FindingsLimits.DEFAULT)

  private def walks(tokenizer: Tokenizer, rounds: Int): Unit = {
    val random = new Random(13)
    for (lines <- units; _ <- 0 until rounds) {
      val answer = Walks.walk(create(tokenizer, lines))(Walks.anyOf(random))
      val bytes = Walks.bytes(tokenizer, answer)
      assert(!answer.exists(tokenizer.isControl))
      json.readTree(bytes).get("findings").elements.asScala.foreach { finding =>
        assert(lines.map(_.strip).contains(finding.get("quote").asText))
      }
      assert(tokenizer.decode(answer.toArray) == new String(bytes, "UTF-8"))
    }
  }

  /** What the tokenizer itself makes of an answer is an answer, skeleton and all. */
  private def natural(tokenizer: Tokenizer): Unit = {
    var taken = 0
    for (lines <- units; line <- lines.map(_.strip).filter(_.nonEmpty)) {
      val quote = json.writeValueAsString(line)
      val text =
        s"""{"findings":[{"quote":$quote,"message":"Off by one → «x».","suggestion":"",""" +
          """"category":"bug","severity":"high"}]}"""
      // A tokenizer that normalises says something else than it was asked to.
      if (tokenizer.decode(tokenizer.encodeFurther(text)) == text) withClue(text) {
        val grammar = create(tokenizer, lines)
        tokenizer.encodeFurther(text).foreach(grammar.accept)
        assert(grammar.complete())
        taken += 1
      }
    }
    assert(taken > 200)
  }

  private val golden = Seq("llama-tiny", "qwen2-tiny", "qwen3-tiny", "phi3-tiny", "mistral-tiny") ++
    Seq("sparse", "fallback-prepended", "fallback-always", "fallback-never").map("tokenizer/" + _)

  for (name <- golden) {
    test(s"$name: every answer is JSON with quotes from the unit, and natural answers are taken") {
      val path = GoldenData.folder.resolve(name).resolve("tokenizer.json")
      val tokenizer = BpeTokenizer.parse(GoldenData.text(path))
      try {
        walks(tokenizer, rounds = 2)
        natural(tokenizer)
      } finally tokenizer.close()
    }
  }

  test("a line with bytes that no token has cannot be quoted") {
    val path = GoldenData.folder.resolve("tokenizer/sparse/tokenizer.json")
    val tokenizer = BpeTokenizer.parse(GoldenData.text(path))
    try {
      val odd = "f1 begins \ud900\udc00" // U+50000: F1 90 80 80
      val cases = Seq((Seq(odd), false), (Seq("\u0004;"), true), (Seq(odd, "}"), true))
      for ((lines, choice) <- cases) {
        val answers = (0 until 20).map { seed =>
          val random = new Random(seed)
          new String(
            Walks.bytes(tokenizer, Walks.walk(create(tokenizer, lines))(Walks.anyOf(random)))
          )
        }
        assert(answers.forall(!_.contains("f1 begins")))
        assert(answers.exists(_ != """{"findings":[]}""") == choice)
      }
    } finally tokenizer.close()
  }

  private val real: Seq[(String, Path)] = for {
    root <- sys.env.get("CODE_AUDIT_REAL_TOKENIZERS").toSeq
    folder <- Files.list(Path.of(root)).toScala(Seq).sorted
    cases = folder.resolve("token-cases.json")
    if Files.exists(cases)
    path = GoldenData.parse(cases).get("flavours").get("real").textValue
  } yield folder.getFileName.toString -> Path.of(path)

  for ((name, path) <- real) {
    test(s"$name: a real vocabulary is ready soon and answers in microseconds", OptIn) {
      val tokenizer = BpeTokenizer.parse(GoldenData.text(path))
      try {
        val (_, build) = timed(Vocabulary.of(tokenizer))
        walks(tokenizer, rounds = 1)
        natural(tokenizer)
        assert(build < 60e9) // A quiet machine takes half a second.
        measure(tokenizer, build)
      } finally tokenizer.close()
    }
  }

  private def measure(tokenizer: Tokenizer, build: Long): Unit = {
    val random = new Random(17)
    val lines = units.maxBy(_.size)
    val spent = scala.collection.mutable.Map.empty[String, (Long, Int)].withDefaultValue((0L, 0))
    def count[T](what: String)(body: => T): T = {
      val (result, nanos) = timed(body)
      val (total, times) = spent(what)
      spent(what) = (total + nanos, times + 1)
      result
    }
    for (round <- 0 until 30) {
      if (round == 10) spent.clear()
      val grammar = count("create")(create(tokenizer, lines))
      while (!grammar.complete()) {
        val run = count("forced")(grammar.forced())
        val next =
          if (run.nonEmpty) run
          else Array(Walks.anyOf(random)(Walks.ids(count("allowed")(grammar.allowed()))))
        next.foreach(token => count("accept")(grammar.accept(token)))
      }
    }
    val text =
      Element.sequence(Element.jsonText(0, 999), Element.literal("\",\"x")).before(Position.END)
    val mask = (0 until 20).map(_ => timed(Vocabulary.of(tokenizer).allowed(text))._2).min
    val means = spent.toSeq.sorted.map { case (what, (nanos, times)) =>
      f"$what ${nanos / 1e3 / times}%.1f µs"
    }
    info(
      f"${tokenizer.size} tokens, trie ${build / 1e6}%.0f ms, mask ${mask / 1e6}%.1f ms, ${means.mkString(", ")}"
    )
  }

  private def timed[T](body: => T): (T, Long) = {
    val began = System.nanoTime
    val result = body
    (result, System.nanoTime - began)
  }
}
