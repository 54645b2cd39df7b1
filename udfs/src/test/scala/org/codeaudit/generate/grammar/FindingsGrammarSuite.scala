package org.codeaudit.generate.grammar
import com.fasterxml.jackson.databind.{DeserializationFeature, JsonNode, ObjectMapper}
import org.codeaudit.generate.FakeTokenizer
import org.codeaudit.generate.request.OutputGrammar
import org.codeaudit.token.Tokenizer
import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._
import scala.util.{Random, Try}

class FindingsGrammarSuite extends AnyFunSuite {
  private val json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
  private val categories = Seq("bug", "bugfix", "security", "style")
  private val severities = Seq("low", "medium", "high")
  private val lines = Seq(
    "int main() {",
    "    return x;",
    "\treturn x;\t",
    "return x; // \"quoted\" and \\ back",
    "return xs;",
    "",
    "   ",
    "a\tb\u0001\u001f→é😀",
    "a",
    "}",
    "half \ud83d pair",
    "z" * 300
  )
  private val quotable =
    lines.map(_.strip).filterNot(_.isEmpty).filterNot(_.contains('\ud83d'.toString)) ++
      Seq("a\tb\u0001\u001f→é😀")
  private val limits = new FindingsLimits(3, 200, 60, 30)

  private val tokenizer = new FakeTokenizer(
    Seq(
      "{\"",
      "\":\"",
      "\",\"",
      "\"}",
      "\"},{\"",
      "}]}",
      "]}",
      "\"}]}",
      "return",
      " x",
      ";",
      ";\""
    ) ++
      Seq(
        "find",
        "ings",
        "quote",
        "message",
        "suggestion",
        "category",
        "severity",
        "\":[",
        "\":[]}"
      ) ++
      Seq(
        "  ",
        "    ",
        "\\\"",
        "\\n",
        "é",
        "int ",
        "main",
        "()",
        "sec",
        "high",
        "low\"",
        "\\t",
        "y\":\""
      )
  )

  private def create(
      tokens: Tokenizer = tokenizer,
      unit: Seq[String] = lines,
      bounds: FindingsLimits = limits
  ): OutputGrammar =
    FindingsGrammar.create(tokens, unit.asJava, categories.asJava, severities.asJava, bounds)

  private def check(document: JsonNode): Int = {
    assert(document.fieldNames.asScala.toSeq == Seq("findings"))
    val findings = document.get("findings").elements.asScala.toSeq
    findings.foreach { finding =>
      assert(
        finding.fieldNames.asScala.toSeq ==
          Seq("quote", "message", "suggestion", "category", "severity")
      )
      assert(quotable.contains(finding.get("quote").asText))
      assert(categories.contains(finding.get("category").asText))
      assert(severities.contains(finding.get("severity").asText))
      val message = finding.get("message").asText.getBytes("UTF-8").length
      assert(message >= 1 && message <= limits.messageBytes)
      assert(finding.get("suggestion").asText.getBytes("UTF-8").length <= limits.suggestionBytes)
    }
    findings.size
  }

  test("whatever is chosen, the answer is JSON of the schema with quotes from the unit") {
    val random = new Random(5)
    val counts = (0 until 400).map { i =>
      val tokens = Walks.walk(create())(Walks.anyOf(random))
      val text = tokenizer.decode(tokens.toArray)
      assert(FindingsGrammar.json(text).get == text)
      check(json.readTree(text))
    }
    assert(counts.toSet == Set(0, 1, 2, 3))
  }

  test("every quotable line can be quoted, without the whitespace around it") {
    val wanted = lines.map(_.strip).filter(line => line.nonEmpty && line.length <= 200)
    for (line <- wanted.filterNot(_.contains("half"))) {
      val text = document(line)
      val grammar = create()
      tokenizer.encode(text).foreach(grammar.accept)
      assert(grammar.complete(), line)
    }
    val outside =
      Seq("return y;", "return x", " return x;", "", "z" * 300, "z" * 299, "half ? pair")
    for (line <- outside) {
      val grammar = create()
      assert(Try(tokenizer.encode(document(line)).foreach(grammar.accept)).isFailure, line)
    }
  }

  test("every way to cut a legal answer into tokens is accepted") {
    val random = new Random(7)
    val texts = Seq(
      """{"findings":[]}""",
      document("return x;"),
      """{"findings":[{"quote":"a","message":"m@e9 \"é\" →","suggestion":"","category":"bugfix",""" +
        """"severity":"low"},{"quote":"}","message":"x","suggestion":"y\n","category":"bug","severity":"high"}]}"""
    ).map(_.replace("@", "\\u00"))
    for (text <- texts; _ <- 0 until 50) {
      val grammar = create()
      val tokens = Walks.cut(tokenizer, text.getBytes("UTF-8"), random)
      tokens.foreach { token =>
        assert(!grammar.complete())
        grammar.accept(token)
      }
      assert(grammar.complete())
    }
  }

  test("what is offered is taken") {
    val random = new Random(9)
    for (_ <- 0 until 4) {
      val tokens = Walks.walk(create())(Walks.anyOf(random))
      tokens.indices.filter(_ % 7 == 0).foreach { i =>
        Walks.agrees(() => create(), tokens.take(i), tokenizer)
      }
    }
  }

  test("texts that break the schema are refused") {
    val good = document("return x;")
    val broken = Seq(
      good.replace("\"bug\"", "\"bu\""),
      good.replace("\"low\"", "\"lowest\""),
      good.replace(",\"severity\"", ", \"severity\""),
      good.replace("\"message\":\"m\"", "\"message\":\"\""),
      good.replace("\"message\":\"m\"", "\"message\":\"" + "m" * 61 + "\""),
      good.replace("\"message\":\"m\"", "\"message\":\"a\nb\""),
      good.replace("\"message\":\"m\"", "\"message\":\"\\ud800\""),
      good.replace("}]}", "},]}"),
      good + " ",
      " " + good,
      "[" + good
    )
    for (text <- broken) {
      assert(text != good)
      val grammar = create()
      assert(Try(tokenizer.encode(text).foreach(grammar.accept)).isFailure, text)
    }
  }

  test("a unit without quotable lines leaves nothing to choose") {
    for (unit <- Seq(Seq.empty[String], Seq("", "  \t"), Seq("w" * 1000))) {
      val forced = Walks.walk(create(unit = unit))(_ => fail("nothing is to be chosen"))
      assert(tokenizer.decode(forced.toArray) == """{"findings":[]}""")
    }
    val none = create(bounds = new FindingsLimits(0, 9, 9, 9))
    assert(Walks.walk(none)(_ => fail("nothing is to be chosen")).nonEmpty)
  }

  test("once a line is unique the rest of it is forced with all that follows") {
    val grammar = create()
    grammar.forced().foreach(grammar.accept)
    tokenizer.encode("{\"").foreach(grammar.accept)
    grammar.forced().foreach(grammar.accept)
    grammar.accept('i')
    val forced = tokenizer.decode(grammar.forced())
    assert(forced == "nt main() {\",\"message\":\"")
    grammar.forced().foreach(grammar.accept)
    assert(grammar.forced().isEmpty)
  }

  test("thoughts come first if they are wanted, and end at their bound") {
    val marked = new FakeTokenizer(Seq("</", "think", ">"), Seq("<think>", "</think>", "<end>"))
    val plain = new FakeTokenizer(Seq("</", "think", ">", ">\n"))
    val random = new Random(3)
    for (tokens <- Seq(marked, plain); opened <- Seq(true, false); most <- Seq(0, 1, 40)) {
      val grammar = new ThinkingGrammar(tokens, opened, most, create(tokens))
      val answer = Walks.walk(grammar)(Walks.anyOf(random))
      val text = tokens.decode(answer.toArray)
      check(json.readTree(FindingsGrammar.json(text).get))
      val whole = Walks.bytes(tokens, answer).length
      val thoughts = answer.indexOfSlice(tokens.encode("{\"findings\""))
      assert(thoughts <= most + 20 && thoughts >= (if (opened) 1 else 2))
      assert(whole >= 15)
      assert(!answer.contains(tokens.size - 1))
    }
  }

  test("a model may end its thoughts itself, by a control token or by text") {
    val marked = new FakeTokenizer(Nil, Seq("<think>", "</think>"))
    val closing = marked.control("</think>").getAsInt
    val grammar = new ThinkingGrammar(marked, true, 1000, create(marked))
    Seq('h'.toInt, 'm'.toInt).foreach { token =>
      assert(Walks.ids(grammar.allowed()).contains(token))
      grammar.accept(token)
    }
    assert(Walks.ids(grammar.allowed()).contains(closing))
    assert(!Walks.ids(grammar.allowed()).contains(marked.control("<think>").getAsInt))
    grammar.accept(closing)
    assert(marked.decode(grammar.forced()) == "{\"findings\":[")

    val plain = new FakeTokenizer(Seq("k>"))
    val written = new ThinkingGrammar(plain, true, 1000, create(plain))
    plain.encode("so </thin").foreach(written.accept)
    assert(written.forced().isEmpty)
    plain.encode("k>").foreach(written.accept)
    assert(plain.decode(written.forced()) == "{\"findings\":[")
  }

  test("a copy stands where the grammar stands and goes its own way") {
    val random = new Random(9)
    val thinking = () => new ThinkingGrammar(tokenizer, false, 12, create())
    for (make <- Seq[() => OutputGrammar](() => create(), thinking); round <- 0 until 20) {
      val answer = Walks.walk(make())(Walks.anyOf(random))
      val at = random.nextInt(answer.length)
      val grammar = make()
      answer.take(at).foreach(grammar.accept)
      // the copy goes elsewhere, to the end; the grammar goes on as if there were none
      Walks.walk(grammar.copy())(Walks.anyOf(random))
      val copy = grammar.copy()
      answer.drop(at).foreach(grammar.accept)
      assert(grammar.complete())
      answer.drop(at).foreach(copy.accept)
      assert(copy.complete())
    }
  }

  test("the JSON of an answer is found behind thoughts that speak of JSON") {
    val cases = Seq(
      ("""{"findings":[]}""", Some("""{"findings":[]}""")),
      ("""I could say {"findings":[]}.{"findings":[{"quo""", Some("""{"findings":[{"quo""")),
      ("just thoughts", None)
    )
    for ((text, expected) <- cases) {
      assert(FindingsGrammar.json(text).map[Option[String]](Some(_)).orElse(None) == expected)
    }
  }

  private def document(line: String): String = {
    val quote = json.writeValueAsString(line)
    s"""{"findings":[{"quote":$quote,"message":"m","suggestion":"","category":"bug","severity":"low"}]}"""
  }
}
