package org.codeaudit.model.torch
import org.codeaudit.{Long, ResidentMemory}
import org.codeaudit.model._
import org.scalatest.funsuite.AnyFunSuite

/** Native memory stays what it is, however long a model steps and however often one is loaded. */
class SoakSuite extends AnyFunSuite with ResidentMemory {
  import Golden._

  /** Some sequences of random lengths, opened, grown, stepped together and closed. */
  private def round(model: LanguageModel, random: scala.util.Random): Unit = {
    val settings = new SamplingSettings(0.8, 20, 0.9, 1.1, 0)
    val handles = Seq.fill(6)(model.open(200))
    for (_ <- 1 to 10) {
      val steps = handles.filter(h => model.reserve(h, model.length(h) + 60)).map { handle =>
        val tokens = Seq.fill(1 + random.nextInt(20))(random.nextInt(1280))
        step(handle, tokens, choice(settings, random.nextDouble(), seen = tokens.distinct.toArray))
      }
      stepAll(model, steps: _*)
    }
    handles.foreach(model.close)
  }

  test("thousands of steps and dozens of loads leave no native memory behind", Long) {
    val random = new scala.util.Random(3)
    for (name <- Seq("qwen3-tiny", "qwen3-next-tiny")) {
      withModel(name, Precision.BF16, cacheTokens = 8000) { model =>
        for (_ <- 1 to 100) round(model, random)
        val grown = leastGrowth(s"3000 steps of $name after 1000", 20000) {
          for (_ <- 1 to 300) round(model, random)
        }
        assert(grown < 20000)
      }
    }
    def load(): Unit = withModel("qwen2-tiny", Precision.BF16)(round(_, random))
    for (_ <- 1 to 20) load()
    val grown = leastGrowth("60 loads after 20", 30000)(for (_ <- 1 to 60) load())
    assert(grown < 30000)
  }

  for (precision <- Seq(Precision.INT8, Precision.INT4, Precision.NF4)) {
    test(
      s"hundreds of steps and dozens of loads in $precision leave no native memory behind",
      Long
    ) {
      val random = new scala.util.Random(4)
      withModel("qwen2-tiny", precision, cacheTokens = 8000) { model =>
        for (_ <- 1 to 60) round(model, random)
        val grown = leastGrowth("1000 steps after 600", 20000) {
          for (_ <- 1 to 100) round(model, random)
        }
        assert(grown < 20000)
      }
      def load(): Unit = withModel("qwen3-tiny", precision)(round(_, random))
      for (_ <- 1 to 20) load()
      val grown = leastGrowth("40 loads after 20", 30000)(for (_ <- 1 to 40) load())
      assert(grown < 30000)
    }
  }
}
