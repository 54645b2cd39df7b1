package org.codeaudit.job.chat

import java.io.{ByteArrayInputStream, ByteArrayOutputStream, PrintWriter}
import java.io.{PipedInputStream, PipedOutputStream, StringWriter}
import java.nio.charset.StandardCharsets.{ISO_8859_1, UTF_8}
import java.nio.file.{Files, Path}
import java.util.Optional
import java.util.concurrent.{CountDownLatch, Executors, TimeUnit}

import scala.jdk.CollectionConverters._

import org.codeaudit.generate.EngineSettings
import org.codeaudit.job.chat.ScriptedModel.Talk
import org.codeaudit.model.ModelFailure
import org.codeaudit.token.Tokenizer
import org.codeaudit.udf.setting.{AnswerSettings, GenerateSettings}
import org.jline.terminal.impl.ExternalTerminal
import org.jline.utils.AttributedString
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.SpanSugar._

/** Conversations with a model that says what it is told to. */
class ChatSuite extends AnyFunSuite with Eventually {
  implicit override val patienceConfig: PatienceConfig = PatienceConfig(60.seconds, 20.millis)

  private def model(talk: Talk, thinking: Boolean = false): ChatModel = new ChatModel(
    talk.engine,
    new AnswerSettings("chat", null, null, "0", EngineSettings.DEFAULT, 100000, thinking),
    new GenerateSettings(0.0, null, null, null, 0, java.util.List.of())
  )

  private case class Piped(out: String, err: String, failures: Int, prompts: Seq[String])

  /** What comes of lines from a pipe. */
  private def pipe(lines: String*)(says: (Tokenizer, String) => Iterator[Int]): Piped = {
    val talk = ScriptedModel.engine(context = 1000)(says)
    try {
      val (out, err) = (new ByteArrayOutputStream, new StringWriter)
      val in = new ByteArrayInputStream(lines.mkString("\n").getBytes(UTF_8))
      val screen = new PlainScreen(in, out, new PrintWriter(err))
      val failures = new Chat(model(talk), screen, Optional.empty[String]).run()
      Piped(out.toString(UTF_8), err.toString, failures, talk.prompts.asScala.toSeq)
    } finally talk.engine.close()
  }

  private def text(some: String)(tokenizer: Tokenizer, prompt: String): Iterator[Int] =
    tokenizer.encode(some).iterator

  test("each line is a message, its answer a line of the output, its times one of the errors") {
    val found = pipe("one", "", "two \\", "and a half")(text("good"))
    assert(found.out === "good\ngood\n")
    assert(found.failures === 0)
    val times = """1?\d tokens, [\d.]+ a second, in [\d.]+ s; first after [\d.]+ s; """ +
      """prompt \d+ tokens, 0 of them cached; context \d+ of 1,000"""
    assert(found.err.linesIterator.toSeq.forall(_.matches(times)), found.err)
    assert(found.err.linesIterator.size === 2)
    assert(found.prompts(1).contains("user\none") && found.prompts(1).contains("assistant\n"))
    assert(found.prompts(1).contains("good") && found.prompts(1).contains("two \nand a half"))
  }

  test("from a pipe only what is said goes to the output, thoughts go to the errors") {
    val found = pipe("one") { (tokenizer, _) =>
      Iterator.single(tokenizer.control("<think>").getAsInt) ++ tokenizer.encode("Hm.") ++
        Iterator.single(tokenizer.control("</think>").getAsInt) ++ tokenizer.encode("Aye!")
    }
    assert(found.out === "Aye!\n")
    assert(found.err.startsWith("<think>Hm.</think>\n"), found.err)
  }

  test("a system message begins anew and stays, a reset forgets all else") {
    val found =
      pipe("one", "/system Be terse.", "two", "/reset", "three", "/system", "four")(text("good"))
    val Seq(one, two, three, four) = found.prompts
    assert(!one.contains("terse"))
    assert(two.contains("system\nBe terse.") && two.contains("two") && !two.contains("one"))
    assert(three.contains("system\nBe terse.") && !three.contains("two"))
    assert(four.contains("four") && !four.contains("terse") && !four.contains("three"))
    assert(found.err.contains("A new conversation with the same system message"))
    assert(found.failures === 0)
  }

  test("what cannot be done says why, and the conversation goes on") {
    val folder = Files.createTempDirectory("chat")
    val latin = Files.write(folder.resolve("latin.txt"), "naïve".getBytes(ISO_8859_1))
    val found = pipe(
      "one",
      "/rest",
      "/file",
      s"/file $folder/none",
      s"/file $folder",
      s"/file $latin",
      s"/save $latin",
      "/save /no/such/folder/chat.md",
      "x = y + 1; " * 400,
      "two"
    )(text("good"))
    assert(found.failures === 8)
    for (
      said <- Seq(
        "There is no command /rest. Did you mean /reset?",
        "/file was not done. It needs the path of a file",
        s"Cannot add $folder/none. There is no such file",
        s"Cannot add $folder. It is not a file",
        s"Cannot add $latin. It is not UTF-8",
        s"Cannot save the conversation to $latin. It exists",
        "/no/such/folder/chat.md. Its folder does not exist",
        "The message was not sent. With it the conversation has",
        "and the context holds 1,000",
        "Begin a new conversation with /reset"
      )
    ) assert(found.err.contains(said), found.err)
    assert(found.out === "good\ngood\n")
    assert(found.prompts.last.contains("user\none") && !found.prompts.last.contains("y + 1"))
  }

  test("a file stands in front of the next message, and of no other") {
    val file = Files.writeString(
      Files.createTempDirectory("chat").resolve("A.java"),
      "class A {} // ```\n"
    )
    val found = pipe(s"/file $file", "What is it?", "And now?", "/reset", "More")(text("good"))
    assert(found.prompts.head.contains("A.java:\n````\nclass A {} // ```\n````\n\nWhat is it?"))
    assert("class A".r.findAllIn(found.prompts(1)).size === 1)
    assert(!found.prompts(2).contains("class A"))
    assert(found.err.contains("tokens, in front of the next message"))
  }

  test("a conversation is shown and saved, without the secrets in it") {
    val file = Files.createTempDirectory("chat").resolve("chat.md")
    val secret = "password = 'correct-horse-9'"
    val found = pipe(
      "/history",
      "/system Be terse.",
      secret,
      "two",
      "/history",
      s"/save $file",
      "/help"
    )(text("good"))
    assert(found.err.contains("Nothing has been said yet"))
    assert(found.err.contains("System: Be terse.") && found.err.contains("You: two"))
    assert(found.out === "good\n" * 4)
    val page = Files.readString(file)
    for (
      part <- Seq(
        "# scripted\n",
        "## Message 1\n\n> System: Be terse.\n\n> password = '[redacted:",
        "## Message 2\n\n> two\n\ngood\n",
        "1,000 tokens of context"
      )
    )
      assert(page.contains(part), page)
    assert(!page.contains("horse"))
    SlashCommand.values.foreach(command => assert(found.err.contains(command.help)))
  }

  test("control characters of an answer are named, not obeyed") {
    val found = pipe("one")(text("a\u001b[31mb\u0007\tc"))
    assert(found.out === "a[U+001B][31mb[U+0007]\tc\n")
  }

  test("an answer that fills the context says so, and a reset makes room") {
    val found = pipe("sing", "more", "/reset", "speak") { (tokenizer, prompt) =>
      if (prompt.contains("sing")) tokenizer.encode("la " * 2000).iterator
      else tokenizer.encode("Aye!").iterator
    }
    assert(found.failures === 1)
    val Seq(sung, refused, _*) = found.err.linesIterator.toSeq
    assert(sung.contains("context 1,000 of 1,000; cut off: the context is full, /reset begins"))
    assert(refused.contains("The message was not sent. With it the conversation has 1,0"))
    assert(found.out.endsWith("\nAye!\n"))
  }

  test("a model that fails ends the conversation") {
    val failure = intercept[ModelFailure](pipe("one", "two") { (_, _) =>
      throw new ModelFailure("told to", null)
    })
    assert(failure.getMessage.contains("told to"))
  }

  /** A conversation on a terminal. */
  private class Typed(talk: Talk, thinking: Boolean, history: Path) extends AutoCloseable {
    private val keys = new PipedOutputStream
    private val out = new ByteArrayOutputStream
    private val terminal =
      new ExternalTerminal("test", "xterm", new PipedInputStream(keys, 1 << 16), out, UTF_8)
    terminal.setSize(new org.jline.terminal.Size(200, 50))
    private val screen = new TerminalScreen(terminal, Optional.of(history))
    private val thread = Executors.newSingleThreadExecutor()
    private val end = thread.submit(() =>
      new Chat(model(talk, thinking), screen, Optional.empty[String]).run(): Int
    )
    private var seen = 0

    def raw: String = out.toString(UTF_8)

    def press(some: String): Unit = {
      keys.write(some.getBytes(UTF_8))
      keys.flush()
    }

    /** Waits until this is shown, behind what was waited for before. */
    def see(some: String): Unit = eventually {
      val shown = AttributedString.stripAnsi(raw)
      val at = shown.indexOf(some, seen)
      assert(at >= 0, s"$some in ${shown.drop(seen)}")
      seen = at + some.length
    }

    def ended(): Int = end.get(60, TimeUnit.SECONDS)

    override def close(): Unit = {
      thread.shutdownNow()
      screen.close()
      talk.engine.close()
    }
  }

  private def typed(thinking: Boolean = false)(says: (Tokenizer, String) => Iterator[Int])(
      test: (Typed, Talk, Path) => Unit
  ): Unit = {
    val talk = ScriptedModel.engine(context = 200000)(says)
    val history = Files.createTempDirectory("chat").resolve("history")
    val typed = new Typed(talk, thinking, history)
    try test(typed, talk, history)
    finally typed.close()
  }

  test("on a terminal thoughts are dim, lines go on, and what was typed is remembered") {
    typed(thinking = true) { (tokenizer, _) =>
      Iterator.single(tokenizer.control("<think>").getAsInt) ++ tokenizer.encode("Hm.") ++
        Iterator.single(tokenizer.control("</think>").getAsInt) ++ tokenizer.encode("Aye!")
    } { (typed, talk, history) =>
      typed.see("> ")
      typed.press("one \\\rtwo\r")
      typed.see("<think>Hm.</think>Aye!")
      typed.see("context")
      assert(talk.prompts.asScala.head.contains("one \ntwo"))
      assert("\u001b\\[2m[^\u001b]*</think>".r.findFirstIn(typed.raw).isDefined, "dim")
      assert("\u001b\\[2m[^\u001b]*Aye".r.findFirstIn(typed.raw).isEmpty, "not dim")
      typed.see("> ")
      typed.press("/rest\r")
      typed.see("Did you mean /reset?")
      typed.see("> ")
      typed.press("password = 'correct-horse-9'\r")
      typed.see("context")
      typed.see("> ")
      typed.press("\u0004")
      assert(typed.ended() === 1)
      val kept = Files.readString(history)
      assert(kept.contains("/rest") && kept.contains("[redacted:"))
      assert(!kept.contains("horse") && !kept.contains("Aye"))
    }
  }

  test("Ctrl-C stops an answer, whose beginning stays, and twice at the prompt it leaves") {
    val stuck = new CountDownLatch(1)
    typed() { (tokenizer, prompt) =>
      if (prompt.contains("nothing")) stuck.await(60, TimeUnit.SECONDS)
      if (prompt.contains("sing"))
        Iterator.continually(tokenizer.encode("la ").toSeq).flatten.map { token =>
          Thread.sleep(5)
          token
        }
      else tokenizer.encode("Aye!").iterator
    } { (typed, talk, _) =>
      typed.see("> ")
      typed.press("sing\r")
      typed.see("la la la")
      typed.press("\u0003")
      typed.see("stopped after")
      typed.see("> ")
      // whoever stops an answer with a key too many does not leave
      typed.press("\u0003")
      typed.see("Ctrl-C again leaves")
      typed.see("> ")
      typed.press("/history\r")
      typed.see("You: sing")
      typed.see("la la")
      typed.see("> ")
      typed.press("/reset\r")
      typed.see("A new conversation")
      typed.see("> ")
      typed.press("nothing\r")
      eventually(assert(talk.prompts.asScala.last.contains("nothing")))
      typed.press("\u0003")
      typed.see("the message is dropped")
      stuck.countDown()
      typed.see("> ")
      typed.press("else\r")
      typed.see("Aye!")
      typed.see("context")
      assert(!talk.prompts.asScala.last.contains("nothing"))
      typed.see("> ")
      typed.press("\u0003")
      typed.see("Ctrl-C again leaves")
      typed.see("> ")
      typed.press("\u0003")
      assert(typed.ended() === 0)
    }
  }

  test("/quit leaves, and \"\"\" holds a message of several lines together") {
    typed()(text("Aye!")) { (typed, talk, _) =>
      typed.see("> ")
      typed.press("\"\"\"\r/quit\r\rtwo\r\"\"\"\r")
      typed.see("Aye!")
      typed.see("context")
      assert(talk.prompts.asScala.head.contains("/quit\n\ntwo"))
      typed.see("> ")
      typed.press("/QUIT\r")
      assert(typed.ended() === 0)
    }
  }
}
