package org.codeaudit.token

import com.fasterxml.jackson.databind.node.ObjectNode
import java.nio.file.{Files, Path}
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.StreamConverters._
import scala.util.Random

/** What is done by hand has to give the ids that the library gives, or say that it cannot. */
class BytePairEncoderSuite extends AnyFunSuite {
  private val gpt2 =
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"

  private def golden(name: String): ObjectNode =
    GoldenData.parse(GoldenData.folder.resolve(name).resolve("tokenizer.json")) match {
      case document: ObjectNode => document
    }

  private def splitting(document: ObjectNode, expressions: String*): ObjectNode = {
    val steps = document.putObject("pre_tokenizer").put("type", "Sequence")
    val list = steps.putArray("pretokenizers")
    for (expression <- expressions) {
      val step = list.addObject.put("type", "Split").put("behavior", "Isolated")
      step.put("invert", false).putObject("pattern").put("Regex", expression)
    }
    val bytes = list.addObject.put("type", "ByteLevel").put("use_regex", false)
    bytes.put("add_prefix_space", false).put("trim_offsets", false)
    document
  }

  private val threeDigits = golden("qwen2-tiny")
    .at("/pre_tokenizer/pretokenizers/0/pattern/Regex")
    .textValue
    .replace("|\\p{N}|", "|\\p{N}{1,3}|")

  private def ignoringMerges(document: ObjectNode): ObjectNode = {
    document.withObject("/model").put("ignore_merges", true)
    document
  }

  private def lacking(document: ObjectNode, tokens: String*): ObjectNode = {
    tokens.foreach(document.withObject("/model/vocab").remove(_))
    document
  }

  private val documents: Seq[(String, ObjectNode)] = Seq(
    "of SmolLM2's kind" -> golden("llama-tiny"),
    "of SmolLM2's kind in a GGUF file" -> splitting(golden("llama-tiny"), "\\p{N}", gpt2),
    "that lacks some bytes" -> lacking(golden("llama-tiny"), "á", "ĉ", "~", "ŀ"),
    "of Qwen's kind" -> golden("qwen2-tiny"),
    "of Llama 3's kind" -> ignoringMerges(splitting(golden("qwen2-tiny"), threeDigits)),
    "of GPT-2's kind" -> splitting(golden("qwen2-tiny"), gpt2),
    "of GPT-2's kind, few merges" -> SmallTokenizer.document()
  )

  private val corpus: String =
    Seq("data/golden/corpus", "data/samples", "udfs/src/main/java/org/codeaudit/token")
      .map(GoldenData.folder.resolve("../..").resolve(_))
      .flatMap(folder => Files.list(folder).toScala(Seq).sorted)
      .filter(Files.isRegularFile(_))
      .map(GoldenData.text)
      .mkString

  private val snippets: Seq[String] = Seq(
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\n\n",
    "\r",
    "\u0085",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u200b",
    "'s",
    "'LL",
    "'re",
    "'Ve",
    "'d",
    "'",
    "''",
    "x",
    "Word",
    "é",
    "e\u0301",
    "ß",
    "ſ",
    "\u212a",
    "'ſ",
    "0",
    "12",
    "3456",
    "½",
    "Ⅷ",
    "٣",
    "𝟘",
    "_",
    "-",
    "===",
    "//",
    "(",
    "\"",
    "日本語",
    "한글",
    "😀",
    "👩‍👩‍👧",
    "\ud800",
    "\udc00",
    "\u0000",
    "\u001c",
    "\u0378",
    "\ufffd",
    "\u0344",
    "a\u0327\u0301",
    "ﬁ",
    "Å"
  )

  private def texts(random: Random): Iterator[String] =
    Iterator.fill(1500)(Seq.fill(1 + random.nextInt(12))(pick(random)).mkString)

  private def pick(random: Random): String = random.nextInt(4) match {
    case 0 =>
      val from = random.nextInt(corpus.length)
      corpus.slice(from, from + random.nextInt(60))
    case 1 => random.nextInt(0x3000).toChar.toString
    case _ => snippets(random.nextInt(snippets.size))
  }

  for ((kind, document) <- documents) {
    def withBoth(check: (String => Array[Int], String => Array[Int]) => Unit): Unit = {
      val fast = BytePairEncoder.of(TokenizerDocument.parse(document.toString)).get
      val tokenizer = BpeTokenizer.parse(document.toString)
      try check(fast.encode, tokenizer.encodeNatively)
      finally tokenizer.close()
    }

    test(s"a tokenizer $kind gives the library's ids for any text, or none") {
      withBoth { (fast, library) =>
        val known = texts(new Random(5)).count { text =>
          val ids = fast(text)
          assert(ids == null || ids.toSeq == library(text).toSeq, s"of <$text>")
          ids != null
        }
        assert(known > 300)
      }
    }

    test(s"a tokenizer $kind gives the library's ids for code, whole") {
      withBoth { (fast, library) =>
        val ids = corpus.linesIterator.map(_.filter(_ < 0x300)).map(line => line -> fast(line))
        val known = ids.filter(_._2 != null).toSeq
        assert(known.size > 1000)
        for ((line, ids) <- known) assert(ids.toSeq == library(line).toSeq)
        val whole = known.map(_._1).mkString("\n")
        assert(Option(fast(whole)).forall(_.toSeq == library(whole).toSeq))
      }
    }

    test(s"a tokenizer $kind knows each character as the library does") {
      withBoth { (fast, library) =>
        val characters = (1 to 0x1ffff).filterNot(c => c >= 0xd800 && c < 0xe000)
        val alone = characters.map(Character.toString).filter(fast(_) != null)
        assert(alone.size > 30000)
        for (some <- alone.grouped(400)) {
          val text = some.map(c => s"a$c b $c${c}1").mkString
          val ids = fast(text)
          if (ids == null) some.foreach(c => same(s"a$c b $c${c}1"))
          else assert(ids.toSeq == library(text).toSeq, some.mkString)
        }
        def same(text: String): Unit = {
          val ids = fast(text)
          assert(ids == null || ids.toSeq == library(text).toSeq, s"of <$text>")
        }
      }
    }
  }

  test("pieces of any length are the library's") {
    val (_, document) = documents.head
    val fast = BytePairEncoder.of(TokenizerDocument.parse(document.toString)).get
    val tokenizer = BpeTokenizer.parse(document.toString)
    try
      for (length <- Seq(1, 2, 47, 48, 49, 500, 512); word <- Seq("a", "ab", "er", "=", " ", "é")) {
        val text = word.repeat(length).take(length)
        assert(fast.encode(text).toSeq == tokenizer.encodeNatively(text).toSeq)
      }
    finally tokenizer.close()
    assert(fast.encode("a".repeat(513)) == null)
  }

  private val unknown: Seq[(String, ObjectNode => Unit)] = Seq(
    "lower case" -> (_.putObject("normalizer").put("type", "Lowercase")),
    "a prefix space" ->
      (_.putObject("pre_tokenizer").put("type", "ByteLevel").put("add_prefix_space", true)),
    "another expression" -> (splitting(_, "\\w+")),
    "digits of any number" -> (splitting(_, "\\p{N}+", gpt2))
  )

  for ((what, change) <- unknown) test(s"is left to the library: $what") {
    val document = SmallTokenizer.document()
    change(document)
    assert(BytePairEncoder.of(TokenizerDocument.parse(document.toString)).isEmpty)
  }
}
