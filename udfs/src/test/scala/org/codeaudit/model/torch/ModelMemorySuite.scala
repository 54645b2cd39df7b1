package org.codeaudit.model.torch

import java.nio.file.Path
import java.util.Optional
import org.codeaudit.checkpoint.{Checkpoints, SyntheticCheckpoint}
import org.codeaudit.model.DeviceRequest.Wish
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.SequenceStep.Choice
import org.codeaudit.model.{
  AllowedTokens,
  DeviceRequest,
  ModelSettings,
  PlacementRequest,
  Precision,
  SamplingSettings,
  SequenceStep
}
import org.codeaudit.{Folders, Long, ResidentMemory}
import org.scalatest.funsuite.AnyFunSuite

/** What a process holds once its model is closed. */
class ModelMemorySuite extends AnyFunSuite with ResidentMemory {
  private val config =
    """{"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_size": 1024,
       "intermediate_size": 4096, "num_hidden_layers": 8, "num_attention_heads": 16,
       "num_key_value_heads": 4, "hidden_act": "silu", "max_position_embeddings": 2048,
       "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "tie_word_embeddings": true,
       "torch_dtype": "bfloat16", "use_sliding_window": false, "vocab_size": 512,
       "eos_token_id": 258}"""

  /** Megabytes that no file backs. */
  private def anonymous: Int = residentKilobytes("RssAnon") / 1024

  /** What a run does: a thread of its own loads, steps and closes; how much it held meanwhile. */
  private def run(folder: Path, precision: Precision): Int = {
    val floor = anonymous
    var held = 0
    val thread = new Thread(() => {
      val checkpoint = Checkpoints.open(folder)
      val settings = new ModelSettings(
        folder.toString,
        precision,
        2048,
        1,
        DeviceRequest.of(Wish.CPU),
        new PlacementRequest(Strategy.CPU, 0, 0)
      )
      try {
        val model = TorchLanguageModel.load(checkpoint, settings)
        try {
          val sequence = model.open(1024)
          val choice =
            new Choice(SamplingSettings.GREEDY, 0, AllowedTokens.ALL, Array.emptyIntArray)
          for (step <- 0 until 40) {
            val tokens = Array.fill(if (step == 0) 256 else 1)(7 + step)
            model.step(java.util.List.of(new SequenceStep(sequence, tokens, Optional.of(choice))))
          }
          assert(new ModelProbe(model).unpackedMatrices == 0)
          held = anonymous - floor
        } finally model.close()
      } finally checkpoint.close()
    })
    thread.start()
    thread.join()
    held
  }

  for (precision <- Seq(Precision.F32, Precision.BF16))
    test(s"a process is as large after a run in $precision as it was before", Long) {
      Folders.temporary("memory") { folder =>
        SyntheticCheckpoint.of(config).write(folder, 1)
        run(folder, precision) // libtorch itself
        val floor = anonymous
        val held = (1 to 4).map(_ => run(folder, precision))
        val grown = anonymous - floor
        info(s"$held MB held, $grown MB more after four runs")
        assert(held.min > 150, "the test would see nothing")
        assert(grown < 100)
      }
    }
}
