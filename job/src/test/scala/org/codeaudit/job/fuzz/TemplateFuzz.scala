package org.codeaudit.job.fuzz

import java.time.{Clock, Instant, ZoneOffset}
import java.util.{List => JavaList, Map => JavaMap}

import org.codeaudit.token.jinja.{ChatTemplate, Text}

/** A template is refused, or renders within its bounds, and no character of a message is taken for
  * the template's own.
  */
object TemplateFuzz extends FuzzTarget {
  private val clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC)
  private val mostCharacters = 1 << 27

  /** No template makes this one of others. */
  private val ofMessages = '\ue123'

  private val variables = {
    val turns = JavaList.of(
      JavaMap.of("role", "system", "content", s"You <b>review</b> code.$ofMessages"),
      JavaMap.of("role", "user", "content", s" Is this\nright? $ofMessages 'x'; \"y\" 3 ")
    )
    val all = new java.util.HashMap[String, AnyRef]
    all.put("messages", turns)
    all.put("bos_token", Text.trusted("<s>"))
    all.put("tools", null)
    all.put("add_generation_prompt", java.lang.Boolean.TRUE)
    all.put("enable_thinking", java.lang.Boolean.FALSE)
    all
  }

  override def name: String = "template"

  /** What its bounds of steps and characters let a template make. */
  override def mostAllocated: Long = 4L << 30

  override def check(input: Array[Byte]): Unit = {
    val template = FuzzTarget.text(input)
    FuzzTarget
      .unlessRefused(_.name.startsWith("TEMPLATE_")) {
        ChatTemplate.parse(template, clock).render(variables)
      }
      .foreach { text =>
        assert(text.toString.length <= mostCharacters, "more than the bound allows")
        if (template.indexOf(ofMessages.toInt) < 0 && !template.contains("\\u")) text.runs.forEach {
          run =>
            assert(!run.trusted || run.characters.indexOf(ofMessages.toInt) < 0, "trusts a message")
        }
      }
  }
}
