package org.codeaudit.injection
import java.nio.file.{Files, Path}
import java.util.Optional

import scala.jdk.CollectionConverters._
import scala.util.Using
import com.fasterxml.jackson.databind.node.{ArrayNode, ObjectNode}
import org.scalatest.funsuite.AnyFunSuite
import org.codeaudit.{AuditException, Folders}
import org.codeaudit.checkpoint.{Checkpoints, SyntheticCheckpoint}
import org.codeaudit.checkpoint.config.TokenizerFiles
import org.codeaudit.token._

/** Model files whose makers want more than to be a model: data all of them, and never run. */
class HostileCheckpointSuite extends AnyFunSuite {
  private val code = "int secretOfTheCode = 4711;"

  /** What a template makes of a review, as text; or why it makes nothing. */
  private def rendered(template: String): Either[AuditException, String] =
    Using.resource(SmallTokenizer.tokenizer()) { tokenizer =>
      val files = new TokenizerFiles(
        "",
        Optional.of(template),
        java.util.Map.of("bos_token", "<|endoftext|>")
      )
      val messages =
        Seq(new ChatMessage("system", "Review."), new ChatMessage("user", code)).asJava
      try Right(tokenizer.decode(TemplateChatEncoder.of(tokenizer, files).encode(messages, false)))
      catch { case e: AuditException => Left(e) }
    }

  private val templates = Seq(
    "the classes of a string" -> "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "the globals of a function" ->
      "{{ cycler.__init__.__globals__.os.popen('touch CANARY; cat SECRET').read() }}",
    "the globals of another function" -> "{{ lipsum.__globals__['os'].system('touch CANARY') }}",
    "the builtins of a macro" ->
      "{% macro m() %}{% endmacro %}{{ m.__globals__.__builtins__.open('SECRET').read() }}",
    "the frame of an exception" -> "{{ raise_exception.__globals__.open('SECRET').read() }}",
    "an attribute by a filter" -> "{{ messages | attr('__class__') | attr('__init__') }}",
    "an attribute by map" -> "{{ messages | map(attribute='__class__') | list }}",
    "an attribute by subscript" -> "{{ messages['__class__']['__base__'] }}",
    "a format that looks inside" -> "{{ '{0.__class__.__init__.__globals__}'.format(messages) }}",
    "a format with percents" -> "{{ '%(__class__)s' % messages[0] }}",
    "the class of Java" -> "{{ ''.getClass().forName('java.lang.Runtime') }}",
    "the class of Java as a property" -> "{{ messages.class.protectionDomain }}",
    "an expression of Spring" -> "{{ T(java.lang.Runtime).getRuntime().exec('touch CANARY') }}",
    "a lambda" -> "{{ (lambda: open('SECRET').read())() }}",
    "a call that reads" -> "{{ open('SECRET').read() }}",
    "a call that evaluates" -> "{{ eval('__import__(\"os\").system(\"touch CANARY\")') }}",
    "an inclusion" -> "{% include 'SECRET' %}",
    "an import" -> "{% import 'SECRET' as secret %}{{ secret }}",
    "a template that extends another" -> "{% extends 'SECRET' %}",
    "a source of another template" -> "{{ self._TemplateReference__context }}",
    "the configuration of a server" -> "{{ config.items() }}{{ request.environ }}",
    "the environment" -> "{{ environ['HOME'] }}{{ env.PATH }}",
    "a statement of an extension" -> "{% do messages.append('x') %}",
    "a loop without end" -> "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "a text that doubles" ->
      ("{% set ns = namespace(t='xxxxxxxx') %}{% for i in range(64) %}" +
        "{% set ns.t = ns.t + ns.t %}{% endfor %}{{ ns.t }}"),
    "a text of many times" -> "{{ 'x' * 9999999999 }}",
    "a list of many times" -> "{{ ([0] * 999999999) | length }}",
    "a number without end" -> "{{ 9 ** 9 ** 9 ** 9 }}",
    "a width of a format" -> "{{ '%999999999d' % 1 }}",
    "a padding" -> "{{ 'x'.center(999999999) }}{{ 'x' | center(999999999) }}",
    "a macro that calls itself" -> "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "a list that holds itself" ->
      "{% set n = namespace() %}{% set n.n = n %}{{ n | tojson }}{{ n }}{{ n == n }}",
    "parentheses without end" -> ("{{ " + "(" * 100000 + ")" * 100000 + " }}"),
    "blocks without end" -> "{% if true %}" * 100000,
    "a time of many characters" -> "{{ strftime_now('%Y' * 99999999) }}",
    "an error that quotes the code" -> "{{ raise_exception(messages[1].content) }}",
    "control tokens made of the code" ->
      "{{ '<|im_' + messages[1].content[0:0] + 'start|>' + messages[1].content }}",
    "words of other templates" -> "{% load x %}{% csrf_token %}<%= 1 %>${7*7}#{7*7}",
    "nothing" -> "{# #}"
  )

  for ((name, template) <- templates)
    test(s"a chat template is refused or harmless: $name") {
      Folders.temporary("hostile") { folder =>
        val secret = Files.writeString(folder.resolve("secret"), "contents-of-the-secret")
        val canary = folder.resolve("canary")
        val written =
          template.replace("SECRET", secret.toString).replace("CANARY", canary.toString)
        rendered(written) match {
          case Left(error) =>
            assert(error.errorClass.name.matches("TEMPLATE_[A-Z]+|CHAT_INVALID"), error.getMessage)
            assert(!error.getMessage.contains("4711"), "the code is not quoted")
            assert(error.getMessage.length < 2000)
          case Right(text) =>
            for (word <- Seq("contents-of-the-secret", sys.props("user.home"), "java.lang", "os."))
              assert(!text.contains(word), text.take(200))
        }
        assert(!Files.exists(canary))
      }
    }

  private def refused(name: String)(change: ObjectNode => Any) = (name, true, change)
  private def harmless(name: String)(change: ObjectNode => Any) = (name, false, change)

  private def model(document: ObjectNode) = document.withObject("/model")
  private def vocabulary(document: ObjectNode) = document.withObject("/model/vocab")
  private def merges(document: ObjectNode) =
    document.path("model").withArray[ArrayNode]("/merges")

  private def normalizer(json: String)(document: ObjectNode) =
    document.set[ObjectNode]("normalizer", GoldenData.node(json))

  private def split(pattern: String)(document: ObjectNode): Unit = {
    val splits = """{"type":"Sequence","pretokenizers":[{"type":"Split","behavior":"Isolated",
      "invert":false,"pattern":{}},{"type":"ByteLevel","add_prefix_space":false,
      "trim_offsets":false,"use_regex":false}]}"""
    val node = GoldenData.node(splits)
    node.at("/pretokenizers/0/pattern").asInstanceOf[ObjectNode].put("Regex", pattern)
    document.set[ObjectNode]("pre_tokenizer", node)
  }

  private val tokenizers = Seq[(String, Boolean, ObjectNode => Any)](
    harmless("merges that spell a control token") { document =>
      val pieces = Seq("i m", "im _", "im_ e", "im_e n", "im_en d", "<| im_end", "<|im_end |>")
      pieces.foreach { piece =>
        val made = piece.replace(" ", "")
        if (!vocabulary(document).has(made) && made != "<|im_end|>")
          vocabulary(document).put(made, 1000 + vocabulary(document).size)
        merges(document).add(piece)
      }
    },
    harmless("a control token that is an ordinary one too") { document =>
      vocabulary(document).put("<|im_end|>", document.at("/added_tokens/2/id").asInt)
    },
    harmless("merges of tokens that do not exist")(merges(_).add("nothing nowhere")),
    harmless("ordinary letters as a control token")(SmallTokenizer.add(_, "hello", special = true)),
    harmless("a space as a control token")(SmallTokenizer.add(_, " ", special = true)),
    harmless("a control token that swallows what is beside it") {
      SmallTokenizer.add(_, "e", special = true).put("lstrip", true).put("rstrip", true)
    },
    harmless("wide letters made narrow")(normalizer("""{"type":"NFKC"}""")),
    harmless("capitals made small")(normalizer("""{"type":"Lowercase"}""")),
    harmless("a cut after one token") { document =>
      document.set[ObjectNode](
        "truncation",
        GoldenData.node(
          """{"direction":"Right","max_length":1,"strategy":"LongestFirst","stride":0}"""
        )
      )
    },
    harmless("merges left out by chance")(model(_).put("dropout", 0.999)),
    harmless("a control token for what is unknown")(model(_).put("unk_token", "<|im_end|>")),
    harmless("a control token before every text") { document =>
      document.set[ObjectNode](
        "post_processor",
        GoldenData.node(
          """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<|im_end|>",
          "type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{}}"""
        )
      )
    },
    refused("a text that becomes a control token") {
      normalizer("""{"type":"Replace","pattern":{"String":"hello"},"content":"<|im_end|>"}""")
    },
    refused("a text put before all others")(
      normalizer("""{"type":"Prepend","prepend":"<|im_end|>"}""")
    ),
    refused("a pattern that is none")(split("(")),
    refused("a merge of three") { document =>
      merges(document).add("a b c")
    },
    refused("two tokens of one id") { document =>
      vocabulary(document).put("twice", 5)
    },
    refused("an id below zero")(vocabulary(_).put("below", -1)),
    refused("an id beyond all memory")(vocabulary(_).put("beyond", Int.MaxValue)),
    refused("an id that is a text")(vocabulary(_).put("text", "7")),
    refused("a vocabulary in a file")(model(_).put("vocab", "/etc/passwd")),
    refused("no vocabulary")(model(_).putObject("vocab")),
    refused("a control token without text")(SmallTokenizer.add(_, "", special = true)),
    refused("a control token's id twice") {
      SmallTokenizer.add(_, "again", special = true).put("id", 7)
    },
    refused("a model of words")(model(_).put("type", "WordPiece")),
    refused("a model of another kind")(model(_).put("type", "Unigram")),
    refused("a decoder that strips")(_.putObject("decoder").put("type", "Strip")),
    refused("a pre-tokenizer that is unknown")(_.putObject("pre_tokenizer").put("type", "Exec"))
  )

  private val fallbacks = Seq[(String, Boolean, ObjectNode => Any)](
    harmless("nothing that is wrong")(_ => ()),
    harmless("merges that spell a control token") { document =>
      Seq("im _", "im_ e", "im_e n", "im_en d", "<| im_end", "<|im_end |>").foreach { piece =>
        val made = piece.replace(" ", "")
        if (made != "<|im_end|>") vocabulary(document).put(made, 1000 + vocabulary(document).size)
        merges(document).add(piece)
      }
    },
    harmless("a control token for what is unknown")(model(_).put("unk_token", "<|im_end|>")),
    harmless("the mark of spaces as a control token")(SmallTokenizer.add(_, "▁x", special = true)),
    refused("a byte as a control token") {
      SmallTokenizer.add(_, "<0x41>", special = true).put("id", 65)
    },
    refused("bytes made of letters") { document =>
      vocabulary(document).put("<0x", 1000).put("0A>", 1001)
      merges(document).add("<0x 0A>")
    },
    refused("letters that become a control token") {
      normalizer("""{"type":"Replace","pattern":{"String":"hello"},"content":"<|im_end|>"}""")
    },
    refused("spaces that become a control token") {
      normalizer("""{"type":"Replace","pattern":{"String":" "},"content":"<|im_end|>"}""")
    },
    refused("a control token before all texts")(
      normalizer("""{"type":"Prepend","prepend":"<|im_end|>"}""")
    ),
    refused("a pattern that is tried too often") { document =>
      document.set[ObjectNode](
        "pre_tokenizer",
        GoldenData.node("""{"type":"Split","pattern":{"Regex":"(a|a)*b"},"behavior":"Isolated"}""")
      )
    }
  )

  private val spelled = Seq(
    "<s>[INST]</s>",
    "<0x0A><0x41>",
    "<|im_end|>",
    "x <|im_start|>system",
    "<|IM_END|>",
    "＜|im_end|＞",
    "<|endoftext|><think>",
    "hello hello e  e",
    "日本 \u0000 \ud83d"
  )

  for (
    (kind, make, cases) <- Seq[
      (String, () => ObjectNode, Seq[(String, Boolean, ObjectNode => Any)])
    ](
      ("of bytes", () => SmallTokenizer.document(), tokenizers),
      ("with byte fallback", () => SmallTokenizer.fallback(), fallbacks)
    );
    (name, refused, change) <- cases
  )
    test(s"a tokenizer $kind ${if (refused) "is refused" else "makes no control token"}: $name") {
      val document = make()
      change(document)
      if (refused) {
        val error = intercept[AuditException](BpeTokenizer.parse(document.toString))
        assert(error.errorClass.name.startsWith("TOKENIZER_"))
      } else
        Using.resource(BpeTokenizer.parse(document.toString)) { tokenizer =>
          for (text <- spelled) {
            val ids = tokenizer.encode(text)
            assert(ids.length > 1 && !ids.exists(tokenizer.isControl(_)), text)
            assert(ids.sameElements(tokenizer.encode(text)))
          }
        }
    }

  private def opened(change: Path => Any)(use: Path => Unit): Unit =
    Folders.temporary("hostile") { folder =>
      SyntheticCheckpoint.ofShape("tiny").write(folder, 1)
      change(folder)
      use(folder)
    }

  private def edit(folder: Path, name: String)(change: ObjectNode => Any): Unit = {
    val file = folder.resolve(name)
    val document = GoldenData.node(Files.readString(file))
    change(document)
    Files.writeString(file, document.toString)
  }

  for (
    (name, change) <- Seq[(String, Path => Any)](
      (
        "code of its own in the configuration",
        folder => {
          edit(folder, "config.json")(
            _.putObject("auto_map").put("AutoModelForCausalLM", "modeling_evil.Evil")
          )
          val canary = folder.resolve("canary")
          Files.writeString(folder.resolve("modeling_evil.py"), s"open('$canary', 'w')\n")
        }
      ),
      (
        "code of its own for the tokenizer",
        folder => {
          edit(folder, "tokenizer_config.json") {
            _.put("tokenizer_class", "Evil").putObject("auto_map").put("AutoTokenizer", "evil.Evil")
          }
          Files.writeString(folder.resolve("evil.py"), "raise SystemExit\n")
        }
      ),
      (
        "a pickle beside its weights",
        folder =>
          Files.writeString(
            folder.resolve("pytorch_model.bin"),
            s"cos\nsystem\n(S'touch ${folder.resolve("canary")}'\ntR."
          )
      ),
      (
        "an end of all texts that is an ordinary letter",
        folder => edit(folder, "generation_config.json")(_.put("eos_token_id", 101))
      )
    )
  ) test(s"a checkpoint with $name is used for what it is") {
    opened(change) { folder =>
      Using.resource(Checkpoints.open(folder)) { checkpoint =>
        val trial = PromptTrial.of(checkpoint, "model", false)
        assert(trial.takes(PromptTrial.Conversation.INSTRUCTED))
      }
      assert(!Files.exists(folder.resolve("canary")))
    }
  }

  for (
    (name, shard) <- Seq(
      "outside of its folder" -> "../secret.safetensors",
      "at an absolute path" -> "/etc/passwd",
      "in a folder of its own" -> "weights/model.safetensors",
      "that is hidden" -> ".secret"
    )
  ) test(s"a checkpoint with a shard $name is refused") {
    opened { folder =>
      Files.delete(folder.resolve("model.safetensors"))
      Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        s"""{"weight_map":{"model.norm.weight":"$shard"}}"""
      )
    } { folder =>
      val error = intercept[AuditException](Checkpoints.open(folder))
      assert(error.errorClass.name == "CHECKPOINT_SHARD_MISSING")
    }
  }
}
