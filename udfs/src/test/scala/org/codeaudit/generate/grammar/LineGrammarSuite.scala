package org.codeaudit.generate.grammar

import scala.jdk.CollectionConverters._
import scala.util.{Random, Try}

import org.scalatest.funsuite.AnyFunSuite
import org.codeaudit.generate.FakeTokenizer
import org.codeaudit.generate.request.OutputGrammar
import org.codeaudit.token.{BpeTokenizer, GoldenData}

class LineGrammarSuite extends AnyFunSuite {
  private val tokenizer = new FakeTokenizer(Seq("return", " x", ";", ";\n", "é", "\\\"", "  "))
  private val lines = Seq(
    "    return x;",
    "return x",
    "\treturn xs;\r",
    "s = \"q\\\"\"; // é→😀",
    "",
    "  ",
    "return x; ",
    "half \ud83d pair",
    "w" * 60
  )
  private val offered = Set("return x;", "return x", "return xs;", "s = \"q\\\"\"; // é→😀")

  private def create(of: Seq[String] = lines, longest: Int = 40): Option[OutputGrammar] = {
    val made = LineGrammar.create(tokenizer, of.asJava, longest)
    if (made.isPresent) Some(made.get) else None
  }

  test("whatever is chosen, the answer is a line without the blanks around it, and a line break") {
    val random = new Random(3)
    val answers = (0 until 200).map { _ =>
      tokenizer.decode(Walks.walk(create().get)(Walks.anyOf(random)).toArray)
    }
    assert(answers.toSet == offered.map(_ + "\n"))
  }

  test("every line can be copied, also one that another begins with, and nothing else") {
    for (line <- offered) {
      val grammar = create().get
      tokenizer.encode(line + "\n").foreach(grammar.accept)
      assert(grammar.complete(), line)
    }
    for (text <- Seq("return\n", "return y;\n", " return x;\n", "return x;  \n", "w" * 60 + "\n")) {
      val grammar = create().get
      assert(Try(tokenizer.encode(text).foreach(grammar.accept)).isFailure, text)
    }
  }

  test("what is offered is taken") {
    val tokens = tokenizer.encode("return x;\n").toSeq
    tokens.indices.foreach(i => Walks.agrees(() => create().get, tokens.take(i), tokenizer))
  }

  test("without a line that can be copied there is no grammar") {
    for (none <- Seq(Nil, Seq("", " \t"), Seq("w" * 41), Seq("half \ud83d pair")))
      assert(create(none).isEmpty)
    val path = GoldenData.folder.resolve("tokenizer/sparse/tokenizer.json")
    val sparse = BpeTokenizer.parse(GoldenData.text(path))
    val odd = "f1 begins \ud900\udc00" // U+50000, whose first byte no token has
    try {
      assert(LineGrammar.create(sparse, Seq(odd).asJava, 40).isEmpty)
      assert(LineGrammar.create(sparse, Seq(odd, "}").asJava, 40).isPresent)
    } finally sparse.close()
  }

  test("the limit is one of bytes as they are written") {
    val vocabulary = Vocabulary.of(tokenizer)
    def texts(found: java.util.List[Array[Byte]]) = found.asScala.map(new String(_, "UTF-8")).toSeq
    val of = Seq(" ab\t", "é\"é", "ab", "abcdef").asJava
    assert(texts(Quotes.plain(vocabulary, of, 5)) == Seq("ab", "é\"é"))
    assert(texts(Quotes.plain(vocabulary, of, 4)) == Seq("ab"))
    assert(texts(Quotes.json(vocabulary, of, 6)) == Seq("ab", "é\\\"é", "abcdef"))
    assert(texts(Quotes.json(vocabulary, of, 5)) == Seq("ab"))
  }
}
