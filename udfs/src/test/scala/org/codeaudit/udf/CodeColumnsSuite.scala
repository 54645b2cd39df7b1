package org.codeaudit.udf

import java.time.Duration

import scala.jdk.CollectionConverters._

import org.apache.spark.sql.Row
import org.codeaudit.code.CheckCommands
import org.codeaudit.udf.row.{GenerationSchema, RowBuilder}
import org.scalatest.funsuite.AnyFunSuite

class CodeColumnsSuite extends AnyFunSuite {
  private def checked(text: String, time: Duration, commands: (String, String)*): Row =
    CodeColumns.checked(
      new RowBuilder(GenerationSchema.GENERATIONS).set("id", "a").set("text", text).build(),
      new CheckCommands(commands.toMap.asJava, time, 1L << 30)
    )

  private val minutes = Duration.ofMinutes(2)
  private val answer = "```python\npassword = 'correct-horse-battery-9'\n```\n```go\npackage a\n```"

  test("blocks come with what a command says of each, and the row with all of it") {
    val row = checked(answer, minutes, "python" -> "cat \"$1\"; exit 1", "go" -> "true")
    assert(row.getAs[Boolean]("check_ok") == false && row.getAs[String]("id") == "a")
    val blocks = row.getAs[Array[Row]]("blocks")
    assert(blocks.map(_.getAs[String]("language")).toSeq == Seq("python", "go"))
    assert(blocks.map(_.getAs[Boolean]("syntax_ok")).toSeq == Seq(true, true))
    val check = blocks(0).getAs[Row]("check")
    assert(check.getAs[String]("status") == "failed" && check.getAs[Int]("exit_code") == 1)
    for (text <- Seq(check.getAs[String]("output"), blocks(0).getAs[String]("code")))
      assert(text.contains("[redacted:") && !text.contains("battery"))
    assert(blocks(1).getAs[Row]("check").getAs[String]("status") == "passed")
    assert(checked(answer, minutes, "*" -> "true").getAs[Boolean]("check_ok"))
  }

  test("a command that hangs is a block that did not pass in time") {
    val row = checked(answer, Duration.ofMillis(500), "go" -> "sleep 1000")
    assert(row.getAs[Boolean]("check_ok") == false)
    val blocks = row.getAs[Array[Row]]("blocks")
    assert(blocks(0).isNullAt(blocks(0).fieldIndex("check")))
    val check = blocks(1).getAs[Row]("check")
    assert(check.getAs[String]("status") == "time" && check.isNullAt(check.fieldIndex("exit_code")))
  }

  test("where there is nothing to check nothing is said") {
    for (text <- Seq("No code.", null, answer)) {
      val row = checked(text, minutes, "ruby" -> "false")
      assert(row.isNullAt(row.fieldIndex("check_ok")), String.valueOf(text))
    }
  }
}
