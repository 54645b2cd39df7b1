package org.codeaudit.model.torch

import java.util.BitSet

import org.codeaudit.model._
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.SpanSugar._

import scala.jdk.CollectionConverters._

/** How tokens are chosen from the logits. */
class ChoosingSuite extends AnyFunSuite with Eventually {
  import Golden._

  private def distinct(ids: Seq[Int]): Array[Int] = ids.distinct.toArray

  private def mask(ids: Int*): AllowedTokens = {
    val bits = new BitSet
    ids.foreach(bits.set)
    new AllowedTokens.Masked(new TokenMask(bits))
  }

  /** One choice after a prompt that no other choice sees. */
  private def chosen(
      model: LanguageModel,
      prompt: Seq[Int],
      choices: SequenceStep.Choice*
  ): Seq[(Int, Float)] = {
    val handles = choices.map(_ => model.open(prompt.length))
    val result = stepAll(model, handles.zip(choices).map { case (h, c) => step(h, prompt, c) }: _*)
    handles.foreach(model.close)
    result.tokens.toSeq.zip(result.logProbabilities)
  }

  private def logits(model: TorchLanguageModel, prompt: Array[Int]): Array[Float] = {
    val sequence = model.open(prompt.length)
    try model.logits(sequence, prompt).last
    finally model.close(sequence)
  }

  private def logSoftmax(scores: Map[Int, Double], id: Int): Double = {
    val greatest = scores.values.max
    scores(id) - greatest - math.log(scores.values.map(s => math.exp(s - greatest)).sum)
  }

  for (name <- families) {
    test(s"$name draws from the distributions of transformers") {
      withModel(name, Precision.F32, cacheTokens = 8192) { model =>
        val expected = expected_(name)
        val context = ints(expected.get("context"))
        for (entry <- expected.get("distributions").elements.asScala) {
          val penalty = Option(entry.get("repetition_penalty")).map(_.asDouble).getOrElse(1.0)
          val settings = new SamplingSettings(
            entry.get("temperature").asDouble,
            entry.get("top_k").asInt,
            entry.get("top_p").asDouble,
            penalty,
            0
          )
          val ids = ints(entry.get("ids"))
          val edges = floats(entry.get("probabilities")).map(_.toDouble).scanLeft(0.0)(_ + _)
          // just inside both ends of the interval of numbers that draw each of the first ids
          val draws = for {
            i <- ids.indices.take(40)
            width = edges(i + 1) - edges(i)
            if width > 1e-4
            u <- Seq(edges(i) + 0.02 * width, edges(i + 1) - 0.02 * width)
          } yield (u / edges.last, ids(i))
          assert(draws.size > 4)
          val seen = if (penalty == 1) Array.empty[Int] else distinct(context.toSeq)
          val tokens = draws
            .grouped(64)
            .flatMap { group =>
              chosen(model, context.toSeq, group.map(d => choice(settings, d._1, seen = seen)): _*)
            }
            .map(_._1)
            .toSeq
          assert(tokens == draws.map(_._2), settings)
          val last = chosen(model, context.toSeq, choice(settings, math.nextDown(1.0), seen = seen))
          assert(last.head._1 == ids.last, settings)
        }
      }
    }

    test(s"$name penalises repetition as transformers does") {
      withModel(name, Precision.F32) { model =>
        val entry = expected(name).get("repetition_penalty")
        val prompt = prompts(name).find(_.name == entry.get("prompt").asText).get.ids
        val settings = new SamplingSettings(0, 0, 1, entry.get("penalty").asDouble, 0)
        val sequence = model.open(prompt.length + 64)
        var next = prompt.toSeq
        var all = prompt.toSeq
        val answer = for (_ <- 1 to 64) yield {
          val c = choice(settings, seen = distinct(all))
          next = stepAll(model, step(sequence, next, c)).tokens.toSeq
          all = all ++ next
          next.head
        }
        assert(answer == ints(entry.get("tokens")).toSeq)
      }
    }
  }

  private def expected_(name: String) = expected(name).get("samplers")

  test("only allowed tokens are chosen, and probabilities are those among them") {
    withModel("llama-tiny", Precision.F32) { model =>
      val prompt = prompts("llama-tiny")(4).ids
      val scores = logits(model, prompt).map(_.toDouble)
      val subset = Seq(3, 700, 1279)
      val best = subset.maxBy(scores(_))
      val overall = scores.indices.maxBy(scores(_))
      val warm = new SamplingSettings(5, 50, 1, 1, 0)
      val among = logSoftmax(subset.map(i => i -> scores(i)).toMap, best)
      val everywhere = logSoftmax(scores.indices.map(i => i -> scores(i)).toMap, overall)
      val results = chosen(
        model,
        prompt.toSeq,
        choice(allowed = mask(subset: _*)),
        choice(allowed = new AllowedTokens.Only(subset.toArray)),
        choice(),
        choice(allowed = new AllowedTokens.Only(Array(17))),
        choice(warm, 0.999, mask(subset: _*)),
        choice(warm, 0.5, new AllowedTokens.Only(Array(1279, 1279)))
      )
      assert(results.map(_._1).take(4) == Seq(best, best, overall, 17))
      assert(math.abs(results(0)._2 - among) < 1e-4 && math.abs(results(1)._2 - among) < 1e-4)
      assert(math.abs(results(2)._2 - everywhere) < 1e-4)
      assert(results(3)._2 == 0f)
      assert(subset.contains(results(4)._1))
      assert(results(5)._1 == 1279)
    }
  }

  test("a row's draw does not depend on the rows beside it") {
    withModel("qwen3-tiny", Precision.BF16) { model =>
      val cases = prompts("qwen3-tiny")
      // of several kinds, which are drawn one after the other
      def settings(i: Int) =
        new SamplingSettings(1, Seq(40, 0, 7)(i % 3), if (i % 2 == 0) 0.95 else 1, 1, 0)
      val random = new scala.util.Random(5)
      val uniforms = cases.map(_ => random.nextDouble())
      val alone = cases.indices.map { i =>
        chosen(model, cases(i).ids.toSeq, choice(settings(i), uniforms(i))).head
      }
      val handles = cases.map(p => model.open(p.ids.length))
      val together = stepAll(
        model,
        cases.indices.map { i =>
          step(handles(i), cases(i).ids.toSeq, choice(settings(i), uniforms(i)))
        }: _*
      )
      assert(together.tokens.toSeq == alone.map(_._1))
      together.logProbabilities.zip(alone).foreach { case (p, (_, q)) =>
        assert(math.abs(p - q) < 1e-4)
      }
    }
  }

  test("a mask that nobody holds any more is dropped by the decoder too") {
    withModel("llama-tiny", Precision.F32) { model =>
      val kept = mask(1, 2, 3)
      def choose(id: Int) =
        chosen(model, Seq(5), choice(allowed = mask(id, id + 1)), choice(allowed = kept))
      (1 to 20).foreach(choose)
      // The next mask that comes takes those away that the collector has found.
      eventually(timeout(60.seconds), interval(50.millis)) {
        System.gc()
        choose(30)
        assert(model.masksHeld < 10)
      }
      assert(Set(1, 2, 3)(chosen(model, Seq(5), choice(allowed = kept)).head._1))
    }
  }
}
