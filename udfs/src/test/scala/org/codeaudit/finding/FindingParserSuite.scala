package org.codeaudit.finding

import scala.jdk.CollectionConverters._
import scala.util.Random

import com.fasterxml.jackson.databind.ObjectMapper
import org.codeaudit.finding.ParsedAnswer.Ending.{COMPLETE, MALFORMED, TRUNCATED}
import org.scalatest.funsuite.AnyFunSuite

class FindingParserSuite extends AnyFunSuite {
  private val one =
    """{"quote":"a(\"x\");\tb()","message":"M.","suggestion":"S",""" +
      """"category":"performance","severity":"low"}"""
  private val two =
    "{\"quote\":\"c()\",\"message\":\"ü 😀 \\ud83d\\ude00\",\"suggestion\":\"\"," +
      "\"category\":\"other\",\"severity\":\"info\"}"
  private val whole = s"""{"findings":[$one, $two]}"""

  private def parse(text: String): ParsedAnswer = FindingParser.parse(text)

  test("a whole answer gives every finding with its place in the text") {
    val answer = parse(whole)
    assert(answer.ending == COMPLETE && answer.read == whole.length)
    val Seq(first, second) = answer.findings.asScala.toSeq
    assert(first.quote == "a(\"x\");\tb()")
    assert((first.message, first.suggestion) == (("M.", "S")))
    assert((first.category, first.severity) == (("performance", "low")))
    assert(second.message == "ü \ud83d\ude00 \ud83d\ude00")
    assert(whole.substring(first.start, first.end) == one)
    assert(whole.substring(second.start, second.end) == two)
  }

  test("what stands around the answer is passed over and offsets stay those of the text") {
    val long = "thinking of {braces} " * 2000
    val cases = Seq(
      s"<think>\n$long\n</think>\n\n$whole",
      s"$long</think>$whole",
      s"```json\n$whole\n```\nHope this helps {really}",
      s"Here you are: $whole",
      s"  $whole  ",
      s"""{"summary":{"a":[1,{}]},"findings":[1,"x",[{}],$one,$two],"more":null}"""
    )
    for (text <- cases) {
      val answer = parse(text)
      assert(answer.ending == COMPLETE, text.take(60))
      assert(answer.findings.asScala.map(f => text.substring(f.start, f.end)) == Seq(one, two))
    }
  }

  test("an end of thought quoted from the code ends nothing") {
    val text = """{"findings":[{"quote":"s = \"</think>\"","message":"m"}]}"""
    assert(parse(text).findings.get(0).quote == "s = \"</think>\"")
  }

  test("an answer in a thought that repeats the code is none") {
    val nothing = """{"findings":[]}"""
    val thoughts = Seq(
      s"<think>It says </think>$nothing.",
      s"$nothing is what it wants.",
      s"<think>$nothing",
      s"{{ $nothing",
      s"It says </think>$nothing and </think>$nothing."
    )
    for (thought <- thoughts) {
      val answer = parse(s"$thought</think>$whole")
      assert(answer.ending == COMPLETE && answer.findings.size == 2, thought)
    }
    val quoted = one.replace("\"M.\"", "\"It says {\\\"findings\\\":[]}.\"")
    assert(quoted != one && parse(s"""{"findings":[$quoted]}""").findings.size == 1)
  }

  test("answers without findings") {
    val cases = Seq(
      ("""{"findings":[]}""", COMPLETE),
      ("""{"findings":[{}]}""", COMPLETE),
      ("""{"findings":[{"quote":3,"message":null}]}""", COMPLETE),
      ("""{"findings":{}}""", MALFORMED),
      ("""{}""", MALFORMED),
      ("I see nothing wrong.", MALFORMED),
      ("", TRUNCATED),
      ("<think>I see", TRUNCATED),
      ("<think>I see</think>", TRUNCATED),
      ("""{"findings":[""", TRUNCATED),
      ("""{"findings" [1]}""", MALFORMED),
      ("""{"findings":[{"quote":"x" "message"}]}""", MALFORMED)
    )
    for ((text, ending) <- cases) {
      val answer = parse(text)
      assert(answer.findings.isEmpty && answer.ending == ending, text)
    }
  }

  test("an answer cut anywhere keeps the findings that were whole and says it was cut") {
    val firstEnd = whole.indexOf(one) + one.length
    val secondEnd = whole.indexOf(two) + two.length
    for (length <- 1 until whole.length) {
      val answer = parse(whole.take(length))
      val kept = if (length >= secondEnd) 2 else if (length >= firstEnd) 1 else 0
      assert(answer.ending == TRUNCATED, whole.take(length))
      assert(answer.findings.size == kept, whole.take(length))
      assert(answer.read == Seq(0, firstEnd, secondEnd)(kept))
    }
  }

  test("an answer that breaks off into something else keeps the findings before it") {
    val answer = parse(s"""{"findings":[$one, {"quote": oh no""")
    assert(answer.ending == MALFORMED && answer.findings.size == 1)
  }

  test("careless escapes and raw line breaks are read") {
    val answer = parse("{\"findings\":[{\"quote\":\"re(\\d+)\nnext\",\"message\":\"m\"}]}")
    assert(answer.findings.get(0).quote == "re(d+)\nnext")
  }

  test("no text makes it throw, and offsets stay inside the text") {
    val random = new Random(7)
    val pieces = Seq(
      "{",
      "}",
      "[",
      "]",
      "\"",
      ":",
      ",",
      "findings",
      "\"findings\":[",
      "\"quote\":\"",
      "\\",
      "\\u12",
      "\ud83d",
      "\u0000",
      "1e999999999",
      "-",
      "null",
      "</think>",
      "<think>",
      one,
      whole,
      " ",
      "\n"
    )
    for (_ <- 1 to 5000) {
      val text = Seq.fill(random.nextInt(12))(pieces(random.nextInt(pieces.size))).mkString
      check(text)
      val at = random.nextInt(whole.length)
      check(whole.take(at) + random.nextInt(0xffff).toChar + whole.drop(at + random.nextInt(3)))
    }
    for (
      text <- Seq(
        "[" * 100000,
        "{\"a\":" * 100000,
        "{\"findings\":" + "[" * 100000,
        "{\"findings\":[{\"quote\":\"" + "x" * 1000000,
        "{\"findings\":[" + "9" * 1000000,
        "{\"" + "k" * 200000 + "\":1}"
      )
    ) {
      check(text)
    }
  }

  test("what a JSON library writes is read back") {
    val random = new Random(3)
    val json = new ObjectMapper
    def text() = new String(
      Array
        .fill(random.nextInt(40))(
          Character.toChars(Seq(32, 34, 92, 10, 9, 0x7f, 0xe9, 0x2028, 0x1f600)(random.nextInt(9)))
        )
        .flatten
    )
    for (_ <- 1 to 300) {
      val values = Seq.fill(1 + random.nextInt(5))(("q" + text(), "m" + text()))
      val list = values.map { case (q, m) => java.util.Map.of("quote", q, "message", m) }.asJava
      val answer = parse(json.writeValueAsString(java.util.Map.of("findings", list)))
      assert(answer.findings.asScala.map(f => (f.quote, f.message)) == values)
    }
  }

  private def check(text: String): Unit = {
    val answer = parse(text)
    assert(answer.read >= 0 && answer.read <= text.length)
    for (f <- answer.findings.asScala) {
      assert(text.charAt(f.start) == '{' && text.charAt(f.end - 1) == '}', text)
    }
  }
}
