package org.codeaudit.udf.row

import java.time.Duration
import java.util.{List => JList, Map => JMap, Optional}

import org.apache.spark.sql.Row

import org.codeaudit.Hashes
import org.codeaudit.code.CheckCommands
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
    val keys = PromptKeys.of(prompt, answer, sampling, CheckCommands.NONE)
    assert(keys.content === "a8aff409b188da2cd6709249cbd7de40")
    assert(keys.row === "18d84e81e4b27dd7f2365824b1d96e94")
    assert(PromptKeys.seedKey(prompt) === "ffeed87545c7aa9e16480409067be6bf")
  }

  test("samples of a prompt are rows of their own; a limit or a check makes it another question") {
    def prompt(columns: (String, Any)*): Row = columns
      .foldLeft(new RowBuilder(GenerationSchema.PROMPTS).set("id", "1").set("prompt", "Say it")) {
        case (row, (name, value)) => row.set(name, value)
      }
      .build()
    val sampling = new GenerateSettings(0.5, null, null, null, 7, JList.of())
    def keys(row: Row, commands: CheckCommands = CheckCommands.NONE) =
      PromptKeys.of(row, answer, sampling, commands)
    val plain = keys(prompt())
    assert(keys(prompt("sample" -> 0)) == plain)
    val second = keys(prompt("sample" -> 1))
    assert(second.content == plain.content && second.row != plain.row)
    assert(PromptKeys.seedKey(prompt("sample" -> 1)) != PromptKeys.seedKey(prompt()))
    assert(keys(prompt("max_new_tokens" -> "16")) == plain) // as the run's
    val commands = new CheckCommands(JMap.of("python", "true"), Duration.ofSeconds(1), 1)
    val others = Seq(
      keys(prompt("max_new_tokens" -> "17")),
      keys(prompt("missing" -> "language")),
      keys(prompt(), commands)
    )
    assert((plain +: others).map(_.content).distinct.size == 4)
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
