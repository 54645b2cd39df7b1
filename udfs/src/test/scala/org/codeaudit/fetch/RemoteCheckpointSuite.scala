package org.codeaudit.fetch

import java.nio.file.Files
import java.util.concurrent.TimeUnit
import org.codeaudit.token.GoldenData

class RemoteCheckpointSuite extends FetchSuite {

  test("an executor loads a model of the hub that its machine does not have") {
    withHub(golden) { hub =>
      val environment =
        Map("HF_ENDPOINT" -> hub.endpoint, "CODE_AUDIT_MODELS" -> folder().toString)
      val main = "org.codeaudit.fetch.LoadProcess"
      val (process, output) = this.process(main, environment, s"hf:audit/tiny@${hub.commit}")
      assert(process.waitFor(120, TimeUnit.SECONDS))
      val place = GoldenData.folder.resolve("qwen3-tiny")
      val local = new LocalModel(place, java.util.Optional.empty()).open()
      val parameters = local.tensors.values.stream.mapToLong(_.elements).sum
      val lines = Files.readAllLines(output)
      assert(lines.contains(s"tiny ${hub.commit} $parameters"), lines)
    }
  }

  test("the driver looks at a model of the hub without its weights") {
    withHub(golden) { hub =>
      val models = folder()
      val outline = fetcher(hub, models).outline(ModelReference.parse("hf:audit/tiny"))
      val checkpoint = outline.open()
      assert(checkpoint.revision === hub.commit)
      assert(checkpoint.config.layers > 0 && checkpoint.tokenizer.tokenizerJson.nonEmpty)
      outline.close()
      assert(named(models, "model.safetensors").isEmpty)
      val last = (1 << 16) - 1
      assert(hub.asked("model.safetensors").map(_.range) === Seq(Some(s"bytes=0-$last")))
      // Once the model is here, it is looked at here.
      fetch(fetcher(hub, models), "hf:audit/tiny")
      val requests = hub.asked.size
      fetcher(hub, models).outline(ModelReference.parse(s"hf:audit/tiny@${hub.commit}")).open()
      assert(hub.asked.size === requests)
    }
  }

  for (name <- Seq("qwen3-tiny-gptq", "qwen3-tiny-nf4-double")) {
    test(s"the driver looks at $name, which is quantised, without its weights") {
      val place = GoldenData.folder.resolve(name)
      val files = place.toFile.listFiles.map(f => f.getName -> Files.readAllBytes(f.toPath)).toMap
      withHub(files) { hub =>
        val models = folder()
        val outline = fetcher(hub, models).outline(ModelReference.parse("hf:audit/tiny"))
        val local = new LocalModel(place, java.util.Optional.empty()).open()
        val remote = outline.open()
        assert(remote.quantization === local.quantization)
        assert(
          remote.tensors.values.stream.mapToLong(_.bytes).sum ===
            local.tensors.values.stream.mapToLong(_.bytes).sum
        )
        outline.close()
        assert(named(models, "model.safetensors").isEmpty)
      }
    }
  }
}
