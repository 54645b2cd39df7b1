package org.codeaudit.job.chat

import java.util.Optional

import org.codeaudit.AuditException
import org.scalatest.funsuite.AnyFunSuite

class EntrySuite extends AnyFunSuite {
  private val quotes = "\"\"\""

  test("messages, commands and entries of several lines are told apart") {
    for (
      (lines, command, text) <- Seq(
        ("hello", None, "hello"),
        ("  ", None, ""),
        ("/help", Some("help"), ""),
        ("/System  You are terse. ", Some("System"), "You are terse."),
        ("/system one\\\ntwo", Some("system"), "one\ntwo"),
        (" /help", None, "/help"),
        ("/* a comment */", None, "/* a comment */"),
        ("/etc/hosts: what is it?", None, "/etc/hosts: what is it?"),
        ("a \\\nb", None, "a \nb"),
        ("a \\ b", None, "a \\ b"),
        ("no more\\", None, "no more"),
        (s"$quotes/help$quotes", None, "/help"),
        (s"$quotes\nif x:\n    y\\\n$quotes  ", None, "if x:\n    y\\"),
        (s"${quotes}no end", None, "no end"),
        (s"a $quotes", None, s"a $quotes")
      )
    ) {
      val entry = Entry.of(lines)
      assert(entry.command === Optional.ofNullable(command.orNull), lines)
      assert(entry.text === text, lines)
    }
  }

  test("an entry is complete unless its last line or its quotes say that more comes") {
    for (
      (lines, complete) <- Seq(
        "a" -> true,
        "a\\" -> false,
        "a\\\nb" -> true,
        "a \\ b" -> true,
        quotes -> false,
        s"$quotes$quotes" -> true,
        s"${quotes}a\n\nb\\" -> false,
        s"${quotes}a\nb$quotes " -> true,
        s"a $quotes" -> true
      )
    ) assert(Entry.complete(lines) === complete, lines)
  }

  test("a command that does not exist names the one that was meant, or all") {
    assert(SlashCommand.named("Reset") === SlashCommand.RESET)
    for (
      (typed, said) <- Seq(
        "sytem" -> "Did you mean /system?",
        "hist" -> "Did you mean /history?",
        "frobnicate" -> "The commands are /system, /reset, /history"
      )
    ) {
      val error = intercept[AuditException](SlashCommand.named(typed))
      assert(error.getMessage.startsWith(s"There is no command /$typed. $said"))
    }
  }
}
