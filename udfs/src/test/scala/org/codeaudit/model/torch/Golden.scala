package org.codeaudit.model.torch

import java.nio.file.Path
import java.nio.{ByteBuffer, ByteOrder}
import java.util.{Base64, Optional}
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.model.SequenceStep.Choice
import org.codeaudit.model._
import org.codeaudit.placement.StepSize

import scala.jdk.CollectionConverters._
import scala.language.implicitConversions

/** The golden checkpoints, what transformers computed for them, and ways to step a model. */
object Golden {
  val root: Path = Path.of(sys.props("codeaudit.root")).resolve("data/golden")
  val families: Seq[String] = Seq(
    "llama-tiny",
    "qwen2-tiny",
    "qwen3-tiny",
    "qwen3-next-tiny",
    "qwen3-moe-tiny",
    "qwen3-moe-yarn-tiny",
    "mistral-tiny",
    "phi3-tiny"
  )
  val ggufs: Seq[String] = Seq(
    "llama-tiny-f16",
    "qwen2-tiny-q4_0",
    "qwen3-tiny-q8_0",
    "qwen3-moe-tiny-q8_0",
    "qwen3-moe-yarn-tiny-f16",
    "mistral-tiny-q8_0",
    "phi3-tiny-q8_0"
  )

  val quantized: Seq[String] =
    Seq("autoround", "gptq", "gptq-actorder", "nf4", "nf4-double").map("qwen3-tiny-" + _)

  case class Prompt(
      name: String,
      ids: Array[Int],
      greedy: Seq[Int],
      margin: Double,
      logits: Array[Float],
      all: Option[Array[Float]],
      bf16: Double
  )

  def path(name: String): Path =
    if (ggufs.contains(name)) root.resolve(s"gguf/$name.gguf") else root.resolve(name)

  def json(path: String): JsonNode = new ObjectMapper().readTree(root.resolve(path).toFile)

  def expected(name: String): JsonNode =
    json(if (ggufs.contains(name)) s"gguf/$name.expected.json" else s"$name/expected.json")

  def prompts(name: String): Seq[Prompt] = expected(name)
    .get("prompts")
    .elements
    .asScala
    .map { p =>
      Prompt(
        p.get("name").asText,
        ints(p.get("ids")),
        ints(p.get("greedy")).toSeq,
        p.get("margin").asDouble,
        floats(p.get("logits")),
        Option(p.get("all_logits")).map(floats),
        Option(p.get("bf16_largest_error")).map(_.asDouble).getOrElse(0.0)
      )
    }
    .toSeq

  def ints(node: JsonNode): Array[Int] = node.elements.asScala.map(_.asInt).toArray

  def floats(node: JsonNode): Array[Float] = {
    val bytes =
      ByteBuffer.wrap(Base64.getDecoder.decode(node.asText)).order(ByteOrder.LITTLE_ENDIAN)
    val numbers = new Array[Float](bytes.remaining / 4)
    bytes.asFloatBuffer.get(numbers)
    numbers
  }

  // one thread: for models this small a second one costs more than it brings
  def withModel[T](
      name: String,
      precision: Precision,
      cacheTokens: Int = 4096,
      threads: Int = 1,
      cacheType: CacheType = CacheType.AUTO,
      arithmetic: Arithmetic = Arithmetic.AUTO
  )(use: TorchLanguageModel => T): T = {
    val model = load(name, precision, cacheTokens, threads, cacheType, arithmetic)
    try use(model)
    finally model.close()
  }

  /** A model of the caller's, who closes it. */
  def load(
      name: String,
      precision: Precision,
      cacheTokens: Int = 4096,
      threads: Int = 1,
      cacheType: CacheType = CacheType.AUTO,
      arithmetic: Arithmetic = Arithmetic.AUTO
  ): TorchLanguageModel = {
    val path = Golden.path(name)
    val checkpoint = Checkpoints.open(path)
    try
      TorchLanguageModel.load(
        checkpoint,
        new ModelSettings(path.toString, precision, cacheTokens, threads)
          .`with`(cacheType)
          .`with`(arithmetic),
        StepSize.ofBatch(64)
      )
    finally checkpoint.close()
  }

  /** Suites ask a model what measurements do. */
  implicit def probeOf(model: TorchLanguageModel): ModelProbe = new ModelProbe(model)

  def choice(
      sampling: SamplingSettings = SamplingSettings.GREEDY,
      uniform: Double = 0,
      allowed: AllowedTokens = AllowedTokens.ALL,
      seen: Array[Int] = Array()
  ): Choice =
    new Choice(sampling, uniform, allowed, seen)

  def step(sequence: Int, tokens: Seq[Int], choice: Choice): SequenceStep =
    new SequenceStep(sequence, tokens.toArray, Optional.of(choice))

  def append(sequence: Int, tokens: Seq[Int]): SequenceStep =
    new SequenceStep(sequence, tokens.toArray, Optional.empty[Choice])

  def stepAll(model: LanguageModel, steps: SequenceStep*): StepResult = model.step(steps.asJava)

  /** Greedy answers to prompts stepped together. Prompts are fed in chunks of so many tokens, so
    * sequences with short prompts decode while others are still being read.
    */
  def greedy(
      model: LanguageModel,
      prompts: Seq[Array[Int]],
      count: Int,
      chunk: Int
  ): Seq[Seq[Int]] = {
    val handles = prompts.map(p => model.open(p.length + count))
    val rest = Array.from(prompts.map(_.toSeq))
    val answers = Array.fill(prompts.length)(Vector.empty[Int])
    while (answers.exists(_.length < count)) {
      val active = prompts.indices.filter(answers(_).length < count)
      val steps = active.map { i =>
        val (now, later) = rest(i).splitAt(chunk)
        rest(i) = later
        if (later.isEmpty) step(handles(i), now, choice()) else append(handles(i), now)
      }
      val result = stepAll(model, steps: _*)
      active.zip(result.tokens).filter(_._2 >= 0).foreach { case (i, token) =>
        answers(i) = answers(i) :+ token
        rest(i) = Seq(token)
      }
    }
    handles.foreach(model.close)
    answers.toSeq
  }

  def largestDifference(left: Array[Float], right: Array[Float]): Double = {
    assert(left.length == right.length)
    left.zip(right).map { case (a, b) => math.abs(a - b).toDouble }.max
  }
}
