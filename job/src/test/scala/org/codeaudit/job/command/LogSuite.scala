package org.codeaudit.job.command

import java.nio.file.Files
import java.util.concurrent.ConcurrentLinkedQueue

import scala.jdk.CollectionConverters._
import org.apache.logging.log4j.{Level, LogManager}
import org.apache.logging.log4j.core.{LogEvent, LoggerContext}
import org.apache.logging.log4j.core.appender.AbstractAppender
import org.apache.logging.log4j.core.config.{LoggerConfig, Property}

class LogSuite extends CommandSuite {
  private val marker = "xq7marker9z"

  /** What is logged while {@code body} runs: our own down to DEBUG, all others down to INFO. */
  private def logged(body: => Unit): Seq[String] = {
    val lines = new ConcurrentLinkedQueue[String]
    val appender = new AbstractAppender("memory", null, null, true, Property.EMPTY_ARRAY) {
      override def append(event: LogEvent): Unit = {
        val thrown = Option(event.getThrown).map(_.toString)
        lines.add(
          (event.getLoggerName +: event.getMessage.getFormattedMessage +: thrown.toSeq)
            .mkString(" ")
        )
      }
    }
    appender.start()
    val context = LogManager.getContext(false).asInstanceOf[LoggerContext]
    val root = context.getConfiguration.getRootLogger
    val level = root.getLevel
    root.setLevel(Level.INFO)
    root.addAppender(appender, Level.DEBUG, null)
    context.getConfiguration.addLogger(
      "org.codeaudit",
      new LoggerConfig("org.codeaudit", Level.DEBUG, true)
    )
    context.updateLoggers()
    try body
    finally {
      root.removeAppender("memory")
      root.setLevel(level)
      context.getConfiguration.removeLogger("org.codeaudit")
      context.updateLoggers()
    }
    lines.asScala.toSeq
  }

  private def patch(path: String, lines: Int) =
    s"diff --git a/$path b/$path\n--- a/$path\n+++ b/$path\n@@ -1,1 +1,$lines @@\n class A {\n" +
      s"+  String secret = \"$marker\"; // 1 / 0\n"

  test("logs name rows and say what became of them; code, prompts and answers are in none") {
    val patches = folder("patches")
    Files.writeString(patches.resolve("good.patch"), patch("A.java", 2))
    Files.writeString(patches.resolve("cut.patch"), patch("B.java", 9))
    val prompts = file("prompts.jsonl", s"""{"id":"1","prompt":"say $marker"}\n{"$marker\n""")
    val out = folder("logs")
    val lines = logged {
      val common = Seq("--model", golden("qwen3-tiny"), "--max-new-tokens", "30")
      val reviewed = audit(
        Seq("review", patches.toString, "--out", out.resolve("a").toString) ++
          Seq("--prompt", shortPrompt) ++ common: _*
      )
      assert(reviewed.code === ExitCode.ROWS_FAILED, reviewed.err)
      val generated = audit(
        Seq("generate", "--prompts", prompts.toString, "--out", out.resolve("b").toString) ++
          common: _*
      )
      assert(generated.code === ExitCode.ROWS_FAILED, generated.err)
      assert(!(reviewed.err + generated.err).contains(marker))
    }
    assert(lines.filter(_.contains(marker)) === Seq())
    withTables(out.resolve("a")) { table =>
      val keys = table("reviews").where("status = 'failed'").select("row_key").collect()
      assert(keys.nonEmpty)
      for (key <- keys) assert(lines.exists(_.contains(s"Row ${key.getString(0)} failed: ")))
    }
    for (expected <- Seq("Loading the model ", "Loaded qwen3-tiny (", "Task ", "PROMPT_UNREADABLE"))
      assert(
        lines.exists(line => line.startsWith("org.codeaudit") && line.contains(expected)),
        expected
      )
  }
}
