package org.codeaudit.model.torch

import java.util.Optional

import org.codeaudit.checkpoint.config.ModelConfig
import org.codeaudit.checkpoint.config.ModelConfig.{Family, Llama3RopeScaling, RopeScaling}
import org.codeaudit.model.Precision
import org.codeaudit.model.torch.load.RotaryFrequencies
import org.scalatest.funsuite.AnyFunSuite

class LoadingSuite extends AnyFunSuite {

  private def config(scaling: Optional[RopeScaling] = Optional.empty()) =
    new ModelConfig(
      Family.LLAMA,
      96,
      3,
      6,
      2,
      16,
      224,
      1280,
      1024,
      500000,
      scaling,
      1e-5,
      true,
      false
    )

  test("rotary frequencies fall from 1 to nearly 1 / theta") {
    val frequencies = RotaryFrequencies.of(config())
    assert(frequencies.length == 8 && frequencies(0) == 1f)
    for (i <- 0 until 8) {
      assert(math.abs(frequencies(i) - math.pow(500000, -i / 8.0)) <= 1e-7 * frequencies(i))
    }
  }

  test("llama3 scaling keeps short wavelengths, divides long ones and blends between") {
    val plain = RotaryFrequencies.of(config())
    val scaled =
      RotaryFrequencies.of(config(Optional.of[RopeScaling](new Llama3RopeScaling(8, 1, 4, 8192))))
    for (i <- plain.indices) {
      val wavelength = 2 * math.Pi / plain(i)
      val expected =
        if (wavelength < 8192 / 4.0) plain(i)
        else if (wavelength > 8192) plain(i) / 8
        else {
          val smooth = (8192 / wavelength - 1) / 3
          (1 - smooth) * plain(i) / 8 + smooth * plain(i)
        }
      assert(math.abs(scaled(i) - expected) < 1e-6 * plain(i), i)
    }
    assert(scaled(0) == plain(0) && scaled(7) == plain(7) / 8)
  }

  test("a model describes what was loaded") {
    Golden.withModel("llama-tiny", Precision.F32, cacheTokens = 0) { model =>
      val description = model.description
      assert(description.id == "llama-tiny" && description.precision == "f32")
      assert(description.arithmetic == "exact" && description.placement == "cpu")
      assert(description.parameters == 390816)
      // the embedding is mapped as it is, and once more a matrix of 32-bit floats
      assert(description.weightBytes == 4 * 390816 + 2 * 1280 * 96)
      assert(description.vocabularySize == 1280 && description.contextLength == 1024)
      assert(description.cacheTokens == 16 * 1024 && description.loadNanos > 0)
      assert(description.revision.length == 64)
    }
  }
}
