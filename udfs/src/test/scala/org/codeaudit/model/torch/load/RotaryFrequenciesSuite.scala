package org.codeaudit.model.torch.load

import java.util.Optional
import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.checkpoint.config.ModelConfig
import org.codeaudit.checkpoint.config.ModelConfig.{Family, YarnRopeScaling}
import org.codeaudit.model.torch.Golden
import org.scalatest.funsuite.AnyFunSuite

/** Compares with the frequencies transformers 4.57.6 computes for the same settings. */
class RotaryFrequenciesSuite extends AnyFunSuite {

  private def config(head: Int, rotary: Int, theta: Double, yarn: Option[YarnRopeScaling]) =
    new ModelConfig(
      Family.QWEN3_NEXT,
      2048,
      4,
      8,
      2,
      head,
      rotary,
      512,
      1000,
      4096,
      theta,
      Optional.ofNullable[ModelConfig.RopeScaling](yarn.orNull),
      1e-6,
      false,
      false,
      Optional.empty(),
      Optional.empty()
    )

  private def golden(name: String): ModelConfig = {
    val checkpoint = Checkpoints.open(Golden.root.resolve(name))
    try checkpoint.config
    finally checkpoint.close()
  }

  private val attention = 0.1 * math.log(4) + 1

  private val cases = Seq[(String, () => ModelConfig, Int, Double, Seq[(Int, Double)])](
    (
      "Qwen2.5 and Qwen3 stretched from 32768 to 131072",
      () => config(128, 128, 1e6, Some(new YarnRopeScaling(4, 32768, 32, 1, attention))),
      64,
      1.138629436111989,
      Seq(
        0 -> 1.0,
        20 -> 0.01333521492779255,
        23 -> 0.006978305988013744,
        24 -> 0.005375321488827467,
        30 -> 0.0010643609566614032,
        39 -> 6.490394298452884e-05,
        40 -> 4.4456985051510856e-05,
        41 -> 3.582531644497067e-05,
        63 -> 3.102344408034696e-07
      )
    ),
    (
      "qwen3-yarn-tiny",
      () => golden("qwen3-yarn-tiny"),
      16,
      1.138629436111989,
      Seq(
        0 -> 1.0,
        1 -> 0.47799012064933777,
        2 -> 0.22135943174362183,
        3 -> 0.09780536592006683,
        4 -> 0.03999999910593033,
        5 -> 0.014058532193303108,
        15 -> 4.4456985051510856e-05
      )
    ),
    (
      "qwen3-moe-yarn-tiny",
      () => golden("qwen3-moe-yarn-tiny"),
      16,
      1.25,
      Seq(
        0 -> 1.0,
        1 -> 0.37109294533729553,
        2 -> 0.13514924049377441,
        3 -> 0.04799322783946991,
        4 -> 0.016443844884634018,
        5 -> 0.005334086250513792,
        6 -> 0.002249365206807852,
        15 -> 9.485494842920161e-07
      )
    ),
    (
      "phi3-tiny, with longrope's short factors",
      () => golden("phi3-tiny"),
      6,
      1.1055415967851334,
      Seq(
        0 -> 1.0,
        1 -> 0.1958576887845993,
        2 -> 0.03713270649313927,
        3 -> 0.006666666828095913,
        4 -> 0.001077217166312039,
        5 -> 0.00016878507449291646
      )
    ),
    (
      "a quarter of Qwen3-Next's heads",
      () => config(256, 64, 1e7, None),
      32,
      1.0,
      Seq(
        0 -> 1.0,
        1 -> 0.6042963862419128,
        16 -> 0.0003162277862429619,
        31 -> 1.6548170833630138e-07
      )
    ),
    (
      "Qwen3-Next stretched to a million positions",
      () => config(256, 64, 1e7, Some(new YarnRopeScaling(4, 262144, 32, 1, attention))),
      32,
      1.138629436111989,
      Seq(
        15 -> 0.00047423981595784426,
        16 -> 0.00025693507632240653,
        17 -> 0.00013734975073020905,
        18 -> 7.217386882985011e-05,
        20 -> 1.844922371674329e-05,
        21 -> 8.759770025790203e-06,
        31 -> 4.1370427084075345e-08
      )
    )
  )

  cases.foreach { case (name, make, pairs, magnitude, expected) =>
    test(s"the frequencies are those of transformers: $name") {
      val frequencies = RotaryFrequencies.of(make())
      assert(frequencies.length === pairs)
      assert(math.abs(RotaryFrequencies.magnitude(make()) - magnitude) < 1e-9)
      expected.foreach { case (pair, frequency) =>
        assert(math.abs(frequencies(pair) - frequency) <= 1e-6 * frequency, s"pair $pair")
      }
    }
  }

  test("a ramp without width is a step") {
    // Both bounds lie before the first pair, so that only it stays as it was.
    val scaling = new YarnRopeScaling(4, 16, 32, 4, 1)
    val frequencies = RotaryFrequencies.of(config(32, 32, 1e4, Some(scaling)))
    val plain = RotaryFrequencies.of(config(32, 32, 1e4, None))
    assert(frequencies(0) === 1f)
    for (i <- 1 until 16) assert(math.abs(frequencies(i) / plain(i) - 0.25) < 1e-6, i)
  }
}
