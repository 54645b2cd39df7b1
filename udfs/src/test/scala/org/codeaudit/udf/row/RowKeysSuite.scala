package org.codeaudit.udf.row

import java.util.{List => JList, Optional}

import org.codeaudit.Hashes
import org.codeaudit.generate.EngineSettings
import org.codeaudit.model.{ModelSettings, Precision}
import org.codeaudit.prompt.{PromptTemplate, Unit => CodeUnit}
import org.codeaudit.token.ChatMessage
import org.codeaudit.udf.setting.{AnswerSettings, GenerateSettings, ReviewSettings}
import org.scalatest.funsuite.AnyFunSuite

/** What is stored: another value here is a table whose rows are asked again. */
class RowKeysSuite extends AnyFunSuite {
  private val answer = new AnswerSettings(
    "run",
    null,
    new ModelSettings("/nowhere", Precision.F32, 0, 1),
    "revision",
    EngineSettings.DEFAULT,
    16,
    false
  )

  private val template = PromptTemplate.parse(
    "mine",
    "<!-- system -->\nS\n<!-- user: change -->\nC {{code}}\n<!-- user: file -->\nF\n"
  )

  test("the keys of a review are what they always were") {
    val settings = new ReviewSettings(answer, template, 500, 3)
    val change = new RowBuilder(ChangeSchema.SCHEMA)
      .set("repository", "here")
      .set("commit_id", "c0ffee")
      .set("path", "src/A.java")
      .set("change_kind", "modified")
      .set("content_sha", "ab" * 32)
      .build()
    val asked = JList.of(new ChatMessage("user", "Review this"))
    val content = UnitRow.contentKey(asked, settings, JList.of())
    val unit = new CodeUnit(2, 1, 9, "code", JList.of())
    assert(template.version === "5a89859e261a")
    assert(content === "7726d9ac7391bf9ed4b98d05df78f4db")
    assert(UnitRow.inputKey(change, settings) === "e30110aaf8735bf830a893b64080bbeb")
    assert(UnitRow.fileRowKey(change, settings) === "c744c7194a8afe56ed7dc29ff7ef709b")
    assert(
      UnitRow.rowKey(change, Optional.of(unit), content) === "cb175a4a147dbdfd88e635b89d5fd968"
    )
  }

  test("the keys of a prompt are what they always were") {
    val prompt = new RowBuilder(GenerationSchema.PROMPTS)
      .set("id", "1")
      .set("prompt", "Say it")
      .build()
    val sampling = new GenerateSettings(0.5, null, null, null, 7, JList.of())
    val keys = PromptKeys.of(prompt, answer, sampling)
    assert(keys.content === "a8aff409b188da2cd6709249cbd7de40")
    assert(keys.row === "18d84e81e4b27dd7f2365824b1d96e94")
    assert(PromptKeys.seedKey(prompt) === "ffeed87545c7aa9e16480409067be6bf")
  }

  test("a key knows where one part ends, and an absent part from an empty one") {
    assert(Hashes.key("ab", "c", "", null, 7) === "60f8c373dae26ae656a103fa6fb6504e")
    val parts = Seq(Seq("ab", "c"), Seq("a", "bc"), Seq("abc"), Seq("abc", ""), Seq("abc", null))
    assert(parts.map(Hashes.key(_: _*)).distinct.size === parts.size)
  }

  test("hashes of texts and bytes are those of SHA-256") {
    val known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert(Hashes.hex("abc") === known && Hashes.hex("abc".getBytes) === known)
    assert(
      Hashes.hex("h\u00e9llo") ===
        "3c48591d8d098a4538f5e013dfcf406e948eac4d3277b10bf614e295d6068179"
    )
  }
}
