package org.codeaudit.token

import com.fasterxml.jackson.databind.JsonNode
import org.codeaudit.token.jinja.Text
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

/** Texts become the ids that Hugging Face tokenizers gives, and ids the same text. */
class GoldenTokenizerSuite extends AnyFunSuite with BeforeAndAfterAll {
  private val files = Seq("cases.json", "fallback-cases.json").map { name =>
    GoldenData.parse(GoldenData.folder.resolve("tokenizer").resolve(name))
  }
  private def cases(kind: String) = files.flatMap(file => GoldenData.elements(file.get(kind)))

  private val tokenizers: Map[String, BpeTokenizer] =
    files
      .flatMap(_.get("flavours").properties.asScala)
      .map { entry =>
        val path = GoldenData.folder.resolve(entry.getValue.textValue)
        entry.getKey -> BpeTokenizer.parse(GoldenData.text(path))
      }
      .toMap

  override def afterAll(): Unit = tokenizers.values.foreach(_.close())

  private def tokenizer(testCase: JsonNode) = tokenizers(testCase.get("flavour").textValue)

  private def name(testCase: JsonNode) =
    s"${testCase.get("flavour").textValue}, ${testCase.get("name").textValue}"

  for (testCase <- cases("encode")) {
    test(s"encoded and decoded as Hugging Face does: ${name(testCase)}") {
      TokenCases.check(testCase, tokenizer(testCase), GoldenData.folder)
    }
  }

  for (testCase <- cases("decode")) {
    test(s"decoded as Hugging Face decodes it: ${name(testCase)}") {
      val ids = GoldenData.ids(testCase.get("ids"))
      val expected = testCase.get("decoded_without_special").textValue
      assert(tokenizer(testCase).decode(ids.toArray) == expected)
      val stream = new StreamingDecoder(tokenizer(testCase))
      assert(ids.map(stream.append).mkString + stream.finish() == expected)
    }
  }
}

/** What holds for every case of a file of texts with their ids. */
object TokenCases extends org.scalatest.Assertions {
  def check(testCase: JsonNode, tokenizer: BpeTokenizer, folder: java.nio.file.Path): Unit = {
    val text =
      if (testCase.has("text")) testCase.get("text").textValue
      else GoldenData.text(folder.resolve(testCase.get("file").textValue))
    val plain = tokenizer.encode(text)
    assert(plain.toSeq == GoldenData.ids(testCase.get("plain_ids")), "untrusted text")
    assert(!plain.exists(tokenizer.isControl))
    assert(tokenizer.decode(plain) == testCase.get("plain_decoded").textValue)
    val ids = GoldenData.ids(testCase.get("ids"))
    assert(trusted(tokenizer, text) == ids, "trusted text")
    val expected = testCase.get("decoded_without_special").textValue
    assert(tokenizer.decode(ids.toArray) == expected)
    val stream = new StreamingDecoder(tokenizer)
    assert(ids.map(stream.append).mkString + stream.finish() == expected)
  }

  /** The ids of a text whose control tokens count. */
  def trusted(tokenizer: BpeTokenizer, text: String): Seq[Int] =
    new ControlSplitter(tokenizer.added).split(Text.trusted(text)).asScala.toSeq.flatMap { piece =>
      if (piece.id >= 0) Seq(piece.id)
      else tokenizer.encodePiece(text.substring(piece.start, piece.end), piece.start == 0).toSeq
    }
}
