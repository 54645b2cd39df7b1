package org.codeaudit.fetch
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit
import scala.util.Try
import org.codeaudit.fetch.Fault._

class ModelCacheSuite extends FetchSuite {
  private val tiny = "hf:audit/tiny"
  private val large = "model.safetensors"
  private val main = "org.codeaudit.fetch.FetchProcess"

  private def environment(hub: HubServer, models: Path) =
    Map("HF_ENDPOINT" -> hub.endpoint, "CODE_AUDIT_MODELS" -> models.toString)

  /** Every file was asked for once, whole. */
  private def fetchedOnce(hub: HubServer): Unit =
    for (name <- needed(noise).keys) assert(hub.asked(name).map(_.range) === Seq(None), name)

  test("ten threads that want a model at once fetch it once") {
    withHub(noise) { hub =>
      val models = folder()
      val places = together(10)(_ => fetch(fetcher(hub, models), tiny).path)
      assert(places.distinct.size === 1 && contents(places.head) === needed(noise))
      fetchedOnce(hub)
    }
  }

  test("processes and threads that want a model at once fetch it once") {
    withHub(noise) { hub =>
      val models = folder()
      val pinned = fetcher(hub, models).pin(ModelReference.parse(tiny)).toString
      val processes = (0 until 2).map(_ => process(main, environment(hub, models), pinned))
      val own = together(3)(_ => fetch(fetcher(hub, models), pinned).path)
      for ((process, output) <- processes) {
        assert(process.waitFor(60, TimeUnit.SECONDS))
        val lines = Files.readAllLines(output)
        assert(process.exitValue === 0, lines)
        assert(lines.contains(own.head.toString))
      }
      fetchedOnce(hub)
    }
  }

  test("what a killed process has fetched is taken up by the next") {
    withHub(noise) { hub =>
      val models = folder()
      hub.fail(large, Silent(3_000_000))
      val (process, output) = this.process(main, environment(hub, models), tiny)
      try {
        // A file may be renamed while its folder is walked.
        def arrived = Try(named(models, large + ".part").map(Files.size(_)).sum).getOrElse(0L)
        val deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60)
        while (arrived < 3_000_000 && System.nanoTime() < deadline && process.isAlive)
          Thread.sleep(20)
        assert(arrived === 3_000_000L, Files.readString(output))
      } finally process.destroyForcibly().waitFor()
      assert(named(models, "complete.json").isEmpty)
      assert(contents(fetch(fetcher(hub, models), tiny).path) === needed(noise))
      assert(hub.asked(large).last.range === Some("bytes=3000000-"))
    }
  }

  test("a model that lost a file or a part of one is completed again") {
    withHub(noise) { hub =>
      val models = folder()
      val local = fetch(fetcher(hub, models), tiny).path
      Files.delete(local.resolve("config.json"))
      assert(contents(fetch(fetcher(hub, models), tiny).path) === needed(noise))
      Files.write(local.resolve(large), weights.take(1000))
      assert(contents(fetch(fetcher(hub, models), tiny).path) === needed(noise))
      assert(hub.asked("config.json").size === 2 && hub.asked(large).size === 2)
      assert(hub.asked("tokenizer.json").size === 1)
    }
  }

  test("a manifest that is no manifest counts as none") {
    withHub(noise) { hub =>
      val models = folder()
      fetch(fetcher(hub, models), tiny)
      for (text <- Seq("", "{}", "{\"files\": [{\"name\": \"x\"}]}", "[")) {
        Files.writeString(named(models, "complete.json").head, text)
        assert(contents(fetch(fetcher(hub, models), tiny).path) === needed(noise))
      }
      fetchedOnce(hub)
    }
  }

  test("two versions and two files of a model lie side by side") {
    val ggufs = Map("a.gguf" -> Array[Byte](1), "b.gguf" -> Array[Byte](2))
    withHub(ggufs) { hub =>
      val models = folder()
      val places = Seq("a", "b").map(n => fetch(fetcher(hub, models), s"$tiny@main:$n.gguf").path)
      assert(places.map(Files.readAllBytes(_).toSeq) === Seq(Seq(1), Seq(2)))
    }
  }

  test("a folder that cannot be written to is named") {
    withHub(noise) { hub =>
      val file = Files.writeString(folder().resolve("file"), "in the way")
      val message = refused("MODEL_NOT_STORED")(fetch(fetcher(hub, file), tiny))
      assert(message.contains(file.toString) && message.contains("CODE_AUDIT_MODELS"))
    }
  }

  test("the folder of models follows CODE_AUDIT_MODELS, XDG_CACHE_HOME and the home folder") {
    def of(environment: (String, String)*) =
      ModelFetcher
        .modelsFolder(
          java.util.Map.ofEntries(environment.map { case (k, v) =>
            java.util.Map.entry(k, v)
          }: _*),
          Path.of("/home/u")
        )
        .toString
    assert(of() === "/home/u/.cache/code-audit/models")
    assert(of("XDG_CACHE_HOME" -> "/c") === "/c/code-audit/models")
    assert(of("XDG_CACHE_HOME" -> "/c", "CODE_AUDIT_MODELS" -> "/m") === "/m")
  }
}
