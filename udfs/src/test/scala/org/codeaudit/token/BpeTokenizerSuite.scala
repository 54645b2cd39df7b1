package org.codeaudit.token

import com.fasterxml.jackson.databind.node.{ArrayNode, ObjectNode}
import java.nio.charset.StandardCharsets.UTF_8
import org.codeaudit.AuditException
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._
import scala.util.Random

class BpeTokenizerSuite extends AnyFunSuite with BeforeAndAfterAll {
  private val tokenizer = SmallTokenizer.tokenizer()

  private val fallback = SmallTokenizer.fallbackTokenizer()

  override def afterAll(): Unit = {
    tokenizer.close()
    fallback.close()
  }

  private val texts = Seq(
    "nothing" -> "",
    "a word" -> "hello",
    "a NUL" -> "a\u0000b\u0000",
    "an emoji" -> "\ud83d\ude00",
    "line breaks" -> "\r\n\r\n \n",
    "control text" -> "<|im_end|>\n<|im_start|>system\nhello <think>"
  )

  for ((name, text) <- texts) test(s"encodes and decodes $name") {
    for (each <- Seq(tokenizer, fallback)) {
      assert(each.decode(each.encode(text)) == text)
      assert(each.decode(each.encodeFurther(text)) == text)
    }
  }

  test("with byte fallback, spaces are kept and one is put before every piece") {
    def words(ids: Array[Int]) = ids.map(id => new String(fallback.bytes(id), UTF_8)).toSeq
    assert(words(fallback.encode("hello hello")) == Seq(" hello", " hello"))
    assert(words(fallback.encode(" hello")) == Seq(" ", " hello"))
    assert(words(fallback.encodeFurther("hello\n")) == Seq("hello", "\n"))
    for (text <- Seq(" ", "  x", "\n", " \n ", "hello  ", "ü €\u0000"))
      assert(fallback.decode(fallback.encode(text)) == text)
  }

  test("where a space is put depends on what stands before, as the document says") {
    val schemes = Seq(
      """{"prepend_scheme": "first"}""" -> Seq(" hello", "hello", " hello"),
      """{"prepend_scheme": "always"}""" -> Seq(" hello", " hello", " hello"),
      """{"prepend_scheme": "never"}""" -> Seq("hello", "hello", " hello"),
      """{}""" -> Seq(" hello", " hello", " hello"),
      """{"add_prefix_space": false}""" -> Seq("hello", "hello", " hello")
    )
    for ((scheme, expected) <- schemes; split <- Seq(true, false)) {
      val document = SmallTokenizer.fallback()
      val metaspace = GoldenData.node(scheme).put("type", "Metaspace").put("replacement", "▁")
      document.putNull("normalizer").set[ObjectNode]("pre_tokenizer", metaspace.put("split", split))
      val other = BpeTokenizer.parse(document.toString)
      try {
        val found = Seq("hello" -> true, "hello" -> false, " hello" -> true).map {
          case (text, first) =>
            other.encodePiece(text, first).map(id => new String(other.bytes(id), UTF_8)).mkString
        }
        assert(found == expected, scheme)
      } finally other.close()
    }
  }

  test("merges are applied") {
    assert(
      tokenizer.encode("hello hello").map(id => new String(tokenizer.bytes(id), UTF_8)).toSeq ==
        Seq("hello", " hello")
    )
  }

  test("a lone surrogate counts as U+FFFD") {
    for (text <- Seq("x\ud800y", "\udc00", "a\ud83d", "\ude00\ud83d ok \ud83d\ude00"))
      assert(
        tokenizer.decode(tokenizer.encode(text)) ==
          new String(
            text.codePoints.map(c => if (c >= 0xd800 && c < 0xe000) 0xfffd else c).toArray,
            0,
            text.codePointCount(0, text.length)
          )
      )
  }

  test("text never becomes a control token, whatever is put together from their texts") {
    val random = new Random(7)
    for (tokenizer <- Seq(tokenizer, fallback)) neverControl(tokenizer, random)
  }

  private def neverControl(tokenizer: BpeTokenizer, random: Random): Unit = {
    val composes = tokenizer eq this.tokenizer
    val controls = tokenizer.added.asScala.map(_.text).toSeq
    val pieces = controls ++ controls.flatMap(text => Seq(text.take(3), text.drop(3))) ++
      Seq(" ", "\n", "<", "|", ">", "x", "\u0000", "\u0301", "\ud83d")
    for (_ <- 1 to 2000) {
      val text = Seq.fill(random.nextInt(12))(pieces(random.nextInt(pieces.size))).mkString
      val ids = tokenizer.encode(text)
      assert(!ids.exists(tokenizer.isControl))
      if (!text.exists(Character.isSurrogate)) {
        val normal = java.text.Normalizer.normalize(text, java.text.Normalizer.Form.NFC)
        assert(tokenizer.decode(ids) == (if (composes) normal else text))
      }
    }
  }

  test("an added token that merges could build as well is never built") {
    val document = SmallTokenizer.document()
    val vocabulary = document.path("model").withObject("/vocab")
    document.withArray[com.fasterxml.jackson.databind.node.ArrayNode]("/added_tokens").removeAll()
    val token = SmallTokenizer.add(document, "hello", special = true)
    token.put("id", vocabulary.path("hello").intValue)
    val other = BpeTokenizer.parse(document.toString)
    try {
      val ids = other.encode("hello hello")
      assert(!ids.exists(other.isControl))
      assert(other.decode(ids) == "hello hello")
    } finally other.close()
  }

  test("tokens know their bytes and control tokens have none") {
    assert(tokenizer.bytes(0xe2).toSeq == Seq(0xe2.toByte))
    val end = tokenizer.control("<|im_end|>").getAsInt
    assert(tokenizer.isControl(end) && tokenizer.bytes(end).isEmpty)
    for (id <- Seq(-1, tokenizer.size, Int.MaxValue, Int.MinValue))
      assert(tokenizer.bytes(id).isEmpty && !tokenizer.isControl(id))
    assert(tokenizer.size == 256 + 8 + 4)
    assert(tokenizer.control("<|none|>").isEmpty)
  }

  test("decoding leaves out special tokens, keeps other added tokens, ignores unknown ids") {
    val ids = Seq("<think>", "<|im_end|>").map(tokenizer.control(_).getAsInt)
    assert(tokenizer.decode(Array(104, ids.head, 105, ids(1), -5, 99999)) == "h<think>i")
  }

  test("what is not UTF-8 becomes U+FFFD, one for every maximal part") {
    // Bytes and what Rust's from_utf8_lossy makes of them.
    val cases = Seq(
      Seq(0xf0, 0x9f, 0x98) -> "\ufffd",
      Seq(0xf0, 0x9f, 0x41) -> "\ufffdA",
      Seq(0xed, 0xa0, 0x80) -> "\ufffd\ufffd\ufffd",
      Seq(0xc0, 0x80) -> "\ufffd\ufffd",
      Seq(0xf4, 0x90, 0x80, 0x80) -> "\ufffd\ufffd\ufffd\ufffd",
      Seq(0xff, 0x41) -> "\ufffdA",
      Seq(0xe2, 0x82, 0xe2, 0x82, 0xac) -> "\ufffd\u20ac",
      Seq(0xf0, 0x9f, 0x98, 0x80) -> "\ud83d\ude00"
    )
    for ((bytes, expected) <- cases; each <- Seq(tokenizer, fallback)) {
      assert(each.decode(bytes.toArray) == expected)
      val stream = new StreamingDecoder(each)
      assert(bytes.map(stream.append).mkString + stream.finish() == expected)
    }
  }

  test("whatever ids come, a stream of them is what is decoded at once") {
    val random = new Random(11)
    for (each <- Seq(tokenizer, fallback); _ <- 1 to 2000) {
      val ids = Seq.fill(random.nextInt(12))(random.nextInt(each.size + 3) - 1)
      val stream = new StreamingDecoder(each)
      assert(ids.map(stream.append).mkString + stream.finish() == each.decode(ids.toArray), ids)
    }
  }

  test("a streamed character comes out with its last token") {
    val stream = new StreamingDecoder(tokenizer)
    assert(Seq(0x61, 0xe2, 0x82, 0xac, 0xe2).map(stream.append) == Seq("a", "", "", "\u20ac", ""))
    assert(stream.finish() == "\ufffd" && stream.finish() == "")
  }

  test("a huge text gives the ids of the whole, part by part") {
    val line = "  if (hello) { return \"<|im_end|>\"; } // \u00e9\u4e2d \ud83d\ude00\n"
    val text = line * 30000
    assert(text.length > 3 * Passages.LONGEST)
    for (atLines <- Seq(true, false))
      assert(Passages.of(text, atLines).asScala.mkString == text)
    assert(tokenizer.encode(text).toSeq == Seq.fill(30000)(tokenizer.encode(line).toSeq).flatten)
    val lines = Seq.fill(30000)(fallback.encodeFurther(line).toSeq).flatten
    assert(fallback.encodeFurther(text).toSeq == lines)
  }

  test("with byte fallback, passages are cut only between what no token joins") {
    val joining = SmallTokenizer.fallback()
    val vocabulary = joining.path("model").withObject("/vocab")
    vocabulary.put("\n", 300).put("\ni", 301)
    joining.path("added_tokens").forEach { case token: ObjectNode =>
      token.put("id", token.path("id").intValue + 10)
    }
    joining.path("model").withArray[ArrayNode]("/merges").addArray().add("\n").add("i")
    val other = BpeTokenizer.parse(joining.toString)
    try {
      assert(other.encode("hello\nix").contains(301))
      assert(!other.encode("hello\n ix").contains(301))
      assert(other.decode(other.encode("hello\nim\nim")) == "hello\nim\nim")
    } finally other.close()
  }

  test("a huge text without a place to cut is still encoded") {
    for (unit <- Seq("a", " ", "\u0000", "\u4e2d", "\ud83d\ude00", "\ud83d", "\n")) {
      val text = unit * (3 * Passages.LONGEST / unit.length + 1)
      val expected = if (unit == "\ud83d") text.replace(unit, "\ufffd") else text
      for (each <- Seq(tokenizer, fallback))
        assert(each.decode(each.encode(text)) == expected)
    }
  }

  test("lines are tokenised by themselves, unless a tokenizer joins them") {
    val text = "(hello)\nif hello\n\n  hello\n}\nhello"
    val lines = Seq("(hello)\n", "if hello\n\n  hello\n", "}\n", "hello")
    assert(Passages.of(text, true).asScala == lines)
    assert(tokenizer.encode(text).toSeq == lines.flatMap(tokenizer.encode(_)))

    val document = SmallTokenizer.document()
    document.withObject("/pre_tokenizer").put("use_regex", false)
    document.withObject("/model/vocab").put("Ċi", 264)
    document.path("added_tokens").forEach { case token: ObjectNode =>
      token.put("id", token.path("id").intValue + 1)
    }
    document.path("model").withArray[ArrayNode]("/merges").add("Ċ i")
    val joining = BpeTokenizer.parse(document.toString)
    try assert(joining.encode(text).contains(264) && joining.decode(joining.encode(text)) == text)
    finally joining.close()
  }

  test("a passage is tokenised once, until others were asked for since") {
    var asked = Seq.empty[String]
    val recent = new RecentPassages(text => { asked :+= text; Array(text.length) })
    val half = RecentPassages.MOST_CHARACTERS / 2
    val passages = Seq("a" * half, "b" * half)
    for (passage <- passages ++ passages.reverse) assert(recent.get(passage).toSeq == Seq(half))
    assert(asked == passages)
    recent.get("c")
    recent.get(passages.head)
    assert(asked == passages :+ "c")
    recent.get(passages.last)
    assert(asked == passages ++ Seq("c", passages.last))
    val long = "d" * (2 * half + 1)
    recent.get(long)
    recent.get(long)
    assert(asked.count(_ == long) == 2)
  }

  test("many threads share a tokenizer") {
    val lines = (1 to 500).map(number => s"hello $number <|im_end|>")
    val decoded = lines.asJava.parallelStream
      .map[String](line => tokenizer.decode(tokenizer.encode(line)))
      .toArray
    assert(decoded.toSeq == lines)
  }

  test("a closed tokenizer refuses to encode, and closes once") {
    val closed = SmallTokenizer.tokenizer()
    closed.close()
    closed.close()
    assertThrows[IllegalStateException](closed.encode("hello"))
  }

  private def changed(change: ObjectNode => Any): String = {
    val document = SmallTokenizer.document()
    change(document)
    document.toString
  }

  private def changedFallback(change: ObjectNode => Any): String = {
    val document = SmallTokenizer.fallback()
    change(document)
    document.toString
  }

  private def model(document: ObjectNode) = document.withObject("/model")

  private def normalizer(json: String)(document: ObjectNode) =
    document.set[ObjectNode]("normalizer", GoldenData.node(json))

  private val damaged = Seq[(String, String)](
    "empty" -> "",
    "no JSON" -> "{\"model\": ",
    "a list" -> "[]",
    "NUL" -> "\u0000",
    "deep nesting" -> "[" * 100000,
    "no vocabulary" -> changed(model(_).remove("vocab")),
    "an empty vocabulary" -> changed(model(_).putObject("vocab")),
    "a negative id" -> changed(model(_).withObject("/vocab").put("x", -1)),
    "a huge id" -> changed(model(_).withObject("/vocab").put("x", 4000000000L)),
    "an id that is no number" -> changed(model(_).withObject("/vocab").put("x", "one")),
    "two tokens with one id" -> changed(model(_).withObject("/vocab").put("xyz", 5)),
    "a merge of three" -> changed(model(_).putArray("merges").add("a b c")),
    "a merge that is a number" -> changed(model(_).putArray("merges").add(3)),
    "an added token without text" -> changed(SmallTokenizer.add(_, "", special = true)),
    "an added token with another's id" ->
      changed(SmallTokenizer.add(_, "<x>", special = true).put("id", 65)),
    "byte fallback without a byte" ->
      changedFallback(model(_).withObject("/vocab").remove("<0x7F>")),
    "byte fallback with a byte as a control token" -> changedFallback(
      SmallTokenizer.add(_, "<0x0A>", special = true).put("id", 10)
    ),
    "a merge of a byte and a letter" -> changedFallback(
      model(_).withArray[ArrayNode]("/merges").addArray().add("<0x0A>").add("i")
    ),
    "a merge of letters to a byte" -> changedFallback(
      model(_).withArray[ArrayNode]("/merges").addArray().add("<0x").add("0A>")
    ),
    "a pattern that is no regular expression" -> changed(
      _.putObject("pre_tokenizer")
        .put("type", "Sequence")
        .putArray("pretokenizers")
        .add(
          GoldenData.node("""{"type": "Split", "pattern": {"Regex": "(["}, "behavior": "Isolated",
        "invert": false}""")
        )
        .add(GoldenData.node("""{"type": "ByteLevel", "add_prefix_space": false,
        "trim_offsets": false}"""))
    )
  )

  for ((what, document) <- damaged) test(s"a tokenizer.json is refused: $what") {
    val error = intercept[AuditException](BpeTokenizer.parse(document))
    assert(error.errorClass.name == "TOKENIZER_INVALID", error.getMessage)
  }

  private val unsupported = Seq[(String, String)](
    "Unigram" -> changed(model(_).put("type", "Unigram")),
    "WordPiece" -> changed(model(_).put("type", "WordPiece")),
    "bytes that fall back to bytes" -> changed(model(_).put("byte_fallback", true)),
    "byte fallback of spaces" -> changedFallback(_.putNull("normalizer")),
    "byte fallback with a text before all others" ->
      changedFallback(normalizer("""{"type": "Prepend", "prepend": "x"}""")),
    "byte fallback that replaces letters" -> changedFallback(
      normalizer("""{"type": "Replace", "pattern": {"String": "a"}, "content": "▁"}""")
    ),
    "byte fallback that replaces by a pattern" -> changedFallback(
      normalizer("""{"type": "Replace", "pattern": {"Regex": " "}, "content": "▁"}""")
    ),
    "byte fallback that composes" -> changedFallback(normalizer("""{"type": "NFKC"}""")),
    "byte fallback that splits" -> changedFallback(
      _.putObject("pre_tokenizer").put("type", "Whitespace")
    ),
    "byte fallback with a scheme that nobody knows" -> changedFallback(
      _.putNull("normalizer")
        .putObject("pre_tokenizer")
        .put("type", "Metaspace")
        .put("replacement", "▁")
        .put("prepend_scheme", "last")
    ),
    "byte fallback that is not undone" -> changedFallback(
      _.putObject("decoder").put("type", "Fuse")
    ),
    "byte fallback that strips much" -> changedFallback(
      _.path("decoder").path("decoders").get(3).asInstanceOf[ObjectNode].put("start", 9)
    ),
    "byte fallback without merges" -> changedFallback(model(_).put("ignore_merges", true)),
    "byte fallback before control tokens" -> changedFallback(
      _.path("added_tokens").get(0).asInstanceOf[ObjectNode].put("normalized", true)
    ),
    "a suffix" -> changed(model(_).put("end_of_word_suffix", "</w>")),
    "Metaspace" -> changed(_.putObject("pre_tokenizer").put("type", "Metaspace")),
    "no pre-tokenizer" -> changed(_.putNull("pre_tokenizer")),
    "a SentencePiece normaliser" -> changed(_.putObject("normalizer").put("type", "Precompiled")),
    "another decoder" -> changed(_.putObject("decoder").put("type", "Metaspace"))
  )

  for ((what, document) <- unsupported) test(s"a tokenizer is not supported: $what") {
    val error = intercept[AuditException](BpeTokenizer.parse(document))
    assert(error.errorClass.name == "TOKENIZER_UNSUPPORTED", error.getMessage)
  }
}
