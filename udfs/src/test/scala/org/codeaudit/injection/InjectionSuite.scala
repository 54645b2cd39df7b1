package org.codeaudit.injection

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.Path
import java.util.{Optional, OptionalDouble}
import java.util.concurrent.{CompletableFuture, TimeUnit}

import scala.jdk.CollectionConverters._
import scala.util.Using
import scala.util.hashing.MurmurHash3
import com.fasterxml.jackson.databind.{DeserializationFeature, JsonNode, ObjectMapper}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite
import org.codeaudit.change.{ChangeKind, FileChange}
import org.codeaudit.check.{Calibration, CheckSettings, Checks}
import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.finding._
import org.codeaudit.generate.FakeTokenizer
import org.codeaudit.generate.grammar.{FindingsGrammar, FindingsLimits, ThinkingGrammar, Walks}
import org.codeaudit.injection.HostileTexts.Attempt
import org.codeaudit.prompt.{ChangeSplitter, PromptTemplate, Unit => CodeUnit}
import org.codeaudit.review.{CheckedReview, CheckedUnit, Candidates, Conversations, ReviewedCode}
import org.codeaudit.review.Conversations._
import org.codeaudit.token.{BpeTokenizer, ChatEncoder, TemplateChatEncoder}

/** Each hostile text, in each place where code under review can have it. */
class InjectionSuite extends AnyFunSuite with BeforeAndAfterAll {
  private val golden = Path.of(sys.props("codeaudit.root")).resolve("data/golden")

  /** A tokenizer with its chat template, as a checkpoint has them. */
  private case class Chat(name: String, tokenizer: BpeTokenizer, encoder: ChatEncoder)

  private lazy val chats: Seq[Chat] = Seq("llama-tiny", "qwen2-tiny", "qwen3-tiny").map { name =>
    Using.resource(Checkpoints.open(golden.resolve(name))) { checkpoint =>
      val tokenizer = BpeTokenizer.parse(checkpoint.tokenizer.tokenizerJson)
      Chat(name, tokenizer, TemplateChatEncoder.of(tokenizer, checkpoint.tokenizer))
    }
  }

  override def afterAll(): Unit = chats.foreach(_.tokenizer.close())

  private val prompt = PromptTemplate.bundled("review")

  private def file(code: String, path: String = "src/A.java", language: String = "java") =
    new FileChange(
      path,
      Optional.empty(),
      Optional.of(language),
      ChangeKind.FILE,
      java.util.List.of(),
      Optional.of(code)
    )

  private def unit(change: FileChange): CodeUnit =
    new ChangeSplitter(1000000, _.length).split(change).get(0)

  private def commented(attempt: Attempt) =
    s"class A {\n  // ${attempt.commented}\n  /* ${attempt.commented} */\n  a = rawquery(name);\n}\n"

  private def quoted(attempt: Attempt) =
    "class A {\n  String s = \"" + attempt.escaped + "\";\n  a = rawquery(name);\n}\n"

  private def raw(attempt: Attempt) = s"class A {\n${attempt.text}\n  a = rawquery(name);\n}\n"

  /** The control tokens of a prompt, in order. */
  private def controls(chat: Chat, change: FileChange): Seq[Int] =
    chat.encoder
      .encode(prompt.messages(change, unit(change)), false)
      .toSeq
      .filter(chat.tokenizer.isControl(_))

  for (attempt <- HostileTexts.all)
    test(s"makes no control token of a prompt: ${attempt.name}") {
      for (chat <- chats) {
        val harmless = controls(chat, file("class A {}\n"))
        assert(harmless.nonEmpty)
        val places = Seq(
          file(commented(attempt)),
          file(quoted(attempt)),
          file(raw(attempt)),
          file("class A {}\n", path = s"src/${attempt.text}.java"),
          file("class A {}\n", language = attempt.text)
        )
        places.foreach(change => assert(controls(chat, change) == harmless, chat.name))
      }
    }

  for (attempt <- HostileTexts.all)
    test(s"adds no line to a prompt from a file's name: ${attempt.name}") {
      def lines(path: String) = {
        val change = file("class A {}\n", path)
        prompt
          .messages(change, unit(change))
          .asScala
          .map(_.content.split("[\n\r\u2028\u0085]").length)
      }
      assert(lines(s"src/${attempt.text}.java") == lines("src/A.java"))
    }

  for (attempt <- HostileTexts.all; language <- Seq("java", "python"))
    test(s"is in no question of a check as a comment of $language: ${attempt.name}") {
      val mark = if (language == "java") "//" else "#"
      val code = s"a = rawquery(name) $mark ${attempt.commented}\n$mark ${attempt.commented}\n"
      val change = file(code, language = language)
      assert(ReviewedCode.of(change, unit(change)).text == "a = rawquery(name)\n")
    }

  private val settings =
    new CheckSettings(Checks.of("rawquery"), Calibration.UNFITTED, 3, 1.1, false)

  /** A review by a model that finds the defect unless a text that it is shown speaks against it. */
  private def persuaded(change: FileChange, by: String, compared: Boolean): CheckedUnit = {
    val shown = unit(change)
    val asker = new Scripted({ case Question("screen" | "verdict", _, prompt) =>
      scored(if (prompt.contains(by)) -9 else 9)
    })
    val code = ReviewedCode.of(change, shown)
    CheckedReview
      .begin(
        "row",
        Candidates.of(settings, code),
        if (compared) Optional.of(ReviewedCode.withComments(change, shown)) else Optional.empty(),
        settings,
        CompletableFuture.completedFuture(Calibration.UNFITTED),
        Conversations.loaded(),
        asker
      )
      .get(60, TimeUnit.SECONDS)
  }

  for (attempt <- HostileTexts.all)
    test(s"takes no finding away as a comment, and is told where comments count: ${attempt.name}") {
      // what makes a line too long to be shown whole stands on a line of its own
      val place = if (attempt.text.length > 500) "\n  " else " "
      val comment = s"$place// ${attempt.commented.strip}"
      val change = file(s"class A {\n  a = rawquery(name);$comment\n}\n")
      // as the fake tokenizer gives it back
      val by = new String(attempt.commented.strip.take(100).getBytes(UTF_8), UTF_8)
      for (compared <- Seq(true, false)) {
        val review = persuaded(change, by, compared)
        assert(review.findings.asScala.map(_.quote.take(19)) == Seq("a = rawquery(name);"))
        assert(review.framed == compared)
      }
    }

  private val categories = Category.values.toSeq.map(_.columnValue)
  private val severities = Severity.values.toSeq.map(_.columnValue)
  private val json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)

  /** Says a text over and over, as far as it may. */
  private def obedient(text: String): Array[Int] => Int = {
    val wanted = text.getBytes(UTF_8).map(_ & 0xff)
    var said = 0
    allowed => {
      val next = wanted(said % wanted.length)
      said += 1
      if (allowed.contains(next)) next
      else allowed(Math.floorMod(MurmurHash3.stringHash(text + said), allowed.length))
    }
  }

  private def checkForm(answer: JsonNode, lines: Seq[String]): Unit = {
    assert(answer.fieldNames.asScala.toSeq == Seq("findings"))
    for (finding <- answer.get("findings").asScala) {
      val fields = Seq("quote", "message", "suggestion", "category", "severity")
      assert(finding.fieldNames.asScala.toSeq == fields)
      assert(fields.forall(name => finding.get(name).isTextual))
      assert(lines.map(_.strip).contains(finding.get("quote").textValue))
      assert(categories.contains(finding.get("category").textValue))
      assert(severities.contains(finding.get("severity").textValue))
    }
  }

  for (attempt <- HostileTexts.all)
    test(s"leaves an answer in its form, however the model obeys it: ${attempt.name}") {
      val lines = quoted(attempt).linesIterator.toSeq
      val marked = new FakeTokenizer(Nil, Seq("<think>", "</think>", "<|im_end|>"))
      for (tokenizer <- Seq(new FakeTokenizer, marked); thinks <- Seq(false, true)) {
        val findings = FindingsGrammar.create(
          tokenizer,
          lines.asJava,
          categories.asJava,
          severities.asJava,
          new FindingsLimits(3, 4096, 80, 40)
        )
        val grammar = if (thinks) new ThinkingGrammar(tokenizer, true, 200, findings) else findings
        val tokens = Walks.walk(grammar)(obedient(attempt.text))
        assert(!tokens.contains(tokenizer.control("<|im_end|>").getAsInt))
        val text = tokenizer.decode(tokens.toArray)
        val answer = json.readTree(text.substring(text.lastIndexOf("{\"findings\":[")))
        checkForm(answer, lines)
        val parsed = FindingParser.parse(text)
        assert(parsed.ending == ParsedAnswer.Ending.COMPLETE)
        assert(parsed.findings.size == answer.get("findings").size)
      }
    }

  private def finding(text: String, quote: String) =
    new ParsedFinding(quote, text, text, text, text, 0, 0)

  for (attempt <- HostileTexts.all)
    test(s"is a finding of known columns where a model says it in every field: ${attempt.name}") {
      val change = file(quoted(attempt))
      val said = Seq(
        finding(attempt.text, attempt.text),
        finding("It leaks.", "a = rawquery(name);"),
        finding(attempt.text, "a = rawquery(name);")
      )
      val assembler = new FindingAssembler(change.path, "row", unit(change))
      val rows = assembler.assemble(said.asJava, _ => OptionalDouble.of(0.5)).asScala.toSeq
      assert(rows.size == said.size, "none is lost")
      for (row <- rows) {
        assert(categories.contains(row.category.columnValue))
        assert(severities.contains(row.severity.columnValue))
        assert(row.title.length <= Finding.TITLE_CHARACTERS && !row.title.contains('\n'))
        assert(
          Seq(row.findingId, row.fingerprint, row.fingerprintLoose)
            .forall(_.matches("[0-9a-f]{32}"))
        )
      }
      assert(rows.map(_.findingId).distinct.size == said.size)
      assert(rows.tail.forall(_.lineStart.getAsInt == 3))
      if (!quoted(attempt).contains(attempt.text)) {
        assert(rows.head.anchorStatus == AnchorStatus.UNMATCHED && rows.head.lineStart.isEmpty)
      }
    }
}
