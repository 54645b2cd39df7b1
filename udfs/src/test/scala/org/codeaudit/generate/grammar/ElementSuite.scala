package org.codeaudit.generate.grammar

import com.fasterxml.jackson.databind.ObjectMapper
import org.codeaudit.generate.FakeTokenizer
import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._
import scala.util.{Random, Try}

class ElementSuite extends AnyFunSuite {
  private val tokenizer = new FakeTokenizer(
    Seq(
      "ab",
      "abc",
      "\",",
      "\"]",
      "\":",
      "]}",
      "  ",
      "    ",
      "é",
      "→",
      "😀x",
      "\\n",
      "\\\"",
      "\\u00"
    )
      ++ Seq("the ", "x\"", "\",\"b", "low", "high", "gh\"", "\\\\")
  )

  private def grammar(form: Element): ByteGrammar = new ByteGrammar(tokenizer, form)

  /** Whether a form takes exactly this text. */
  private def takes(form: Element, text: Array[Byte]): Boolean = {
    val walker = grammar(form)
    Try(text.foreach(byte => walker.accept(byte & 0xff))).isSuccess && walker.complete()
  }

  private def takes(form: Element, text: String): Boolean = takes(form, text.getBytes("UTF-8"))

  private def text(least: Int, most: Int): Element =
    Element.sequence(Element.literal("\""), Element.jsonText(least, most), Element.literal("\""))

  test("forms take what they describe and nothing else") {
    val choice = Element.oneOf(Seq("low", "lower", "high").map(_.getBytes).asJava)
    val quoted = Element.sequence(Element.literal("<"), choice, Element.literal(">"))
    val list = Element.sequence(
      Element.literal("["),
      Element.list(Element.literal("ab"), 2),
      Element.literal("]")
    )
    val cases = Seq(
      (Element.literal("ab"), Seq("ab"), Seq("a", "abc", "", "b")),
      (
        quoted,
        Seq("<low>", "<lower>", "<high>"),
        Seq("<lo>", "<>", "<lowe>", "<lowhigh>", "<highe>")
      ),
      (list, Seq("[]", "[ab]", "[ab,ab]"), Seq("[ab,]", "[,ab]", "[abab]", "[ab,ab,ab]", "[")),
      (
        text(1, 9),
        Seq(
          "\"a\"",
          "\"\\n\"",
          "\"\\u00e9\"",
          "\"→→→\"",
          "\"😀😀\"",
          "\"\\u00E9\"",
          "\"\\ud7ffab\""
        ),
        Seq("\"\"", "\"a", "\"\n\"", "\"\\x\"", "\"\\u00g0\"", "\"\\ud800\"", "\"\\uDFFF\"") ++
          Seq("\"0123456789\"", "\"→→→a\"", "\"abcd\\u00e9\"", "\"a\"b\"", "\"\u0000\"", "\"\t\"")
      )
    )
    for ((form, legal, illegal) <- cases) {
      legal.foreach(one => assert(takes(form, one), one))
      illegal.foreach(one => assert(!takes(form, one), one))
    }
  }

  test("a text takes exactly the bytes that are UTF-8") {
    val form = text(0, 20)
    def legal(bytes: Array[Byte]): Boolean =
      Try(
        java.nio.charset.StandardCharsets.UTF_8.newDecoder.decode(java.nio.ByteBuffer.wrap(bytes))
      ).isSuccess
    val interesting = Seq(0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf) ++
      Seq(0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff)
    def check(inside: Seq[Int]): Unit = {
      val bytes = inside.map(_.toByte).toArray
      assert(takes(form, '"'.toByte +: bytes :+ '"'.toByte) == legal(bytes), inside)
    }
    for (a <- interesting) {
      check(Seq(a))
      for (b <- interesting) {
        check(Seq(a, b))
        for (c <- Seq(0x41, 0x80, 0xbf, 0xc2)) {
          check(Seq(a, b, c))
          check(Seq(a, b, c, 0x80))
        }
      }
    }
  }

  test("a random text parses as JSON and keeps its bounds, however short they are") {
    val json = new ObjectMapper
    val random = new Random(11)
    for (
      most <- Seq(1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 40, 700); least <- Seq(0, 1); _ <- 0 until 60
    ) {
      // Choosing among the longer tokens first makes long texts.
      val tokens = Walks.walk(grammar(text(least, most)))(Walks.anyOf(random))
      val bytes = Walks.bytes(tokenizer, tokens)
      assert(bytes.length - 2 <= most && bytes.length - 2 >= least)
      assert(json.readTree(bytes).isTextual)
    }
  }

  test("a long text uses its whole length if it wants to") {
    for (most <- Seq(1, 5, 7, 31, 257, 600)) {
      val stubborn = Walks.walk(grammar(text(0, most))) { allowed =>
        allowed.find(_ == 'a').getOrElse(fail("no more room too early"))
      }
      assert(Walks.bytes(tokenizer, stubborn).length == most + 2)
    }
  }

  test("only few sets of tokens serve all places in a text") {
    val form = text(0, 2000)
    val walker = grammar(form)
    walker.forced().foreach(walker.accept)
    val sets = (0 until 2000).map { _ =>
      val set = walker.allowed()
      walker.accept('a')
      System.identityHashCode(set)
    }
    assert(sets.take(1700).distinct.size == 1 && sets.distinct.size <= 14)
  }

  test("tokens may cross from one part to the next") {
    val form = Element.sequence(
      Element.literal("[\""),
      Element.jsonText(0, 50),
      Element.literal("\",\"b\":\""),
      Element.oneOf(Seq("low", "high").map(_.getBytes).asJava),
      Element.literal("\"]}")
    )
    val walker = grammar(form)
    assert(Walks.bytes(tokenizer, walker.forced()).toSeq == "[\"".getBytes.toSeq)
    walker.forced().foreach(walker.accept)
    val inText = Walks.spelled(tokenizer, walker.allowed())
    assert(Seq("x\"", "\",", "\",\"b", "the ", "\\u00").forall(inText))
    assert(Seq("\"]", "]\"", "\":", "\n").forall(token => !inText(token)))
    tokenizer.encode("\",").foreach(walker.accept)
    val rest = new String(Walks.bytes(tokenizer, walker.forced()))
    assert(rest == "\"b\":\"")
    walker.forced().foreach(walker.accept)
    assert(Walks.spelled(tokenizer, walker.allowed()) == Set("l", "low", "h", "high"))
    walker.accept('h')
    walker.accept('i')
    assert(new String(Walks.bytes(tokenizer, walker.forced())) == "gh\"]}")
    walker.accept(tokenizer.encode("gh\"").head)
    walker.accept(']')
    walker.accept('}')
    assert(walker.complete())
  }

  test("a token that may not come is refused and changes nothing") {
    val walker = grammar(Element.literal("abc"))
    val end = tokenizer.control("<end>").getAsInt
    for (token <- Seq('b'.toInt, end, -1, 100000, 0)) {
      intercept[IllegalArgumentException](walker.accept(token))
    }
    assert(walker.forced().toSeq == tokenizer.encode("abc").toSeq)
    walker.forced().foreach(walker.accept)
    assert(walker.complete() && walker.forced().isEmpty)
    intercept[IllegalArgumentException](walker.accept('a'))
  }

  test("a forced run that begins or ends inside a character is spelled by its bytes") {
    val choices = Seq("→a", "⇒b").map(_.getBytes("UTF-8"))
    val walker = grammar(Element.oneOf(choices.asJava))
    assert(walker.forced().toSeq == Seq(0xe2))
    walker.accept(0xe2)
    assert(Walks.ids(walker.allowed()).toSet == Set(0x86, 0x87))
    walker.accept(0x86)
    assert(walker.forced().toSeq == Seq(0x92, 'a'.toInt))
    walker.forced().foreach(walker.accept)
    assert(walker.complete())
    val bytewise = grammar(Element.oneOf(choices.asJava))
    choices.head.foreach(byte => bytewise.accept(byte & 0xff))
    assert(bytewise.complete())
  }

  test("a tokenizer that writes more than it was asked to is not believed") {
    val spacing = new FakeTokenizer(Seq("ab", " ab")) {
      override def encode(text: String): Array[Int] = super.encode(" " + text)
    }
    val walker = new ByteGrammar(spacing, Element.literal("abab"))
    assert(walker.forced().toSeq == Seq(256, 256))
  }

  test("a vocabulary finds the fewest tokens and the same sets as trying every token") {
    val vocabulary = Vocabulary.of(tokenizer)
    assert(Vocabulary.of(tokenizer) eq vocabulary)
    val spelled = vocabulary.spell("abcab\",\"b".getBytes)
    assert(spelled.map(id => new String(tokenizer.bytes(id))).toSeq == Seq("abc", "ab", "\",\"b"))
    assert(vocabulary.spell(Array.empty[Byte]).isEmpty)
    assert(vocabulary.spells("any".getBytes) && !vocabulary.spells(Array.empty[Byte]))
    val sparse = Vocabulary.of(new FakeTokenizer(Seq("ab")) {
      override def bytes(id: Int): Array[Byte] = if (id == 'a') Array.empty else super.bytes(id)
    })
    assert(sparse.spells("abb".getBytes) && !sparse.spells("aab".getBytes))
    val position = text(0, 90).before(Position.END).next('"')
    val tried = (0 until tokenizer.size).filter { id =>
      val bytes = tokenizer.bytes(id)
      bytes.nonEmpty && bytes.foldLeft(position)((at, byte) =>
        at.next(byte & 0xff)
      ) != Position.NOWHERE
    }
    assert(vocabulary.allowed(position).sorted.toSeq == tried)
  }
}
