package org.codeaudit.fetch
import java.nio.file.{Files, Path}
import java.time.{Duration, ZoneOffset, ZonedDateTime}
import java.time.format.DateTimeFormatter
import org.codeaudit.fetch.Fault._
import org.codeaudit.web.Patience

class HubModelSuite extends FetchSuite {
  private val tiny = "hf:audit/tiny"
  private val large = "model.safetensors"

  private def part(models: Path, name: String = large): Seq[Path] = named(models, name + ".part")

  test("a model is fetched at the commit of its branch, only what a checkpoint needs") {
    withHub(noise) { hub =>
      val local = fetch(fetcher(hub, folder()), tiny)
      assert(contents(local.path) === needed(noise))
      assert(local.revision.get === hub.commit)
      assert(local.path.getFileName.toString === "tiny")
      assert(!hub.asked.exists(_.path.endsWith("README.md")))
    }
  }

  test("a model that is here is not asked for again, not even its commit") {
    withHub(noise) { hub =>
      val models = folder()
      val pinned = fetcher(hub, models).pin(ModelReference.parse(tiny)).toString
      assert(pinned === s"hf:audit/tiny@${hub.commit}")
      val local = fetch(fetcher(hub, models), pinned)
      val requests = hub.asked.size
      assert(fetch(fetcher(hub, models), pinned) === local)
      assert(hub.asked.size === requests)
    }
  }

  test("a connection cut in the middle of a file is taken up where it was") {
    withHub(noise) { hub =>
      hub.fail(large, Cut(1_500_000), Cut(2_000_000), Cut(0), Cut(0))
      val local = fetch(fetcher(hub, folder()), tiny)
      assert(contents(local.path) === needed(noise))
      val ranges = hub.asked(large).map(_.range)
      assert(ranges.size === 5 && ranges.head === None)
      val begins = ranges.tail.map(range => range.get.stripPrefix("bytes=").stripSuffix("-").toInt)
      // The client may not have read all that was sent when the connection broke.
      assert(begins === begins.sorted && begins.head > 1_000_000 && begins.last > 3_000_000)
    }
  }

  test("a connection that falls silent counts as cut") {
    withHub(noise) { hub =>
      hub.fail(large, Silent(1_000_000))
      val patience =
        new Patience(8, Duration.ofMillis(5), Duration.ofSeconds(1), Duration.ofSeconds(2))
      val local = fetch(fetcher(patience, folder(), "HF_ENDPOINT" -> hub.endpoint), tiny)
      assert(contents(local.path) === needed(noise))
      assert(hub.asked(large).size === 2 && hub.asked(large).last.range.isDefined)
    }
  }

  test("a server without ranges sends the whole file, and what is here is passed over") {
    withHub(noise) { hub =>
      hub.knowsRanges = false
      hub.fail(large, Cut(1_000_000))
      val local = fetch(fetcher(hub, folder()), tiny)
      assert(contents(local.path) === needed(noise))
    }
  }

  for (name <- Seq(large, "tokenizer.json")) {
    test(s"$name is fetched again when its checksum is wrong") {
      withHub(noise) { hub =>
        hub.fail(name, Corrupt)
        assert(contents(fetch(fetcher(hub, folder()), tiny).path) === needed(noise))
        assert(hub.asked(name).map(_.range) === Seq(None, None))
      }
    }

    test(s"$name is refused when its checksum stays wrong, and nothing looks complete") {
      withHub(noise) { hub =>
        val models = folder()
        hub.fail(name, Corrupt, Corrupt, Corrupt)
        val message = refused("MODEL_CHECKSUM")(fetch(fetcher(hub, models), tiny))
        assert(message.contains(name) && message.contains("was expected"))
        assert(named(models, name).isEmpty && named(models, "complete.json").isEmpty)
        // And it is not lost for ever.
        assert(contents(fetch(fetcher(hub, models), tiny).path) === needed(noise))
      }
    }
  }

  test("what an earlier download left is checked too: a wrong beginning is thrown away") {
    withHub(noise) { hub =>
      val models = folder()
      hub.fail(large, Cut(1_000_000), Refuse(404))
      refused("MODEL_NOT_FOUND")(fetch(fetcher(hub, models), tiny))
      val left = part(models).head
      val bytes = Files.readAllBytes(left)
      assert(bytes.nonEmpty)
      bytes(10) = (bytes(10) ^ 1).toByte
      Files.write(left, bytes)
      assert(contents(fetch(fetcher(hub, models), tiny).path) === needed(noise))
      assert(hub.asked(large).last.range === None)
    }
  }

  test("a busy hub is given the time it asks for, in seconds or as a date") {
    for (asDate <- Seq(false, true))
      withHub(noise) { hub =>
        val begin = ZonedDateTime.now(ZoneOffset.UTC)
        // Dates have whole seconds.
        val until = if (asDate) begin.plusSeconds(3).withNano(0) else begin.plusSeconds(1)
        val after = if (asDate) DateTimeFormatter.RFC_1123_DATE_TIME.format(until) else "1"
        hub.listingFaults = List(Refuse(429, "Retry-After" -> after))
        hub.fail(large, Refuse(503, "Retry-After" -> "0"))
        assert(contents(fetch(fetcher(hub, folder()), tiny).path) === needed(noise))
        val end = ZonedDateTime.now(ZoneOffset.UTC)
        assert(!end.isBefore(until.minus(Duration.ofMillis(100))), s"$begin $end")
        assert(hub.asked(large).size === 2)
      }
  }

  test("a hub that stays busy is given up, and what came is kept") {
    withHub(noise) { hub =>
      val models = folder()
      hub.fail("config.json", Seq.fill(4)(Refuse(503)): _*)
      val message = refused("MODEL_UNAVAILABLE")(fetch(fetcher(hub, models), tiny))
      assert(message.contains("config.json") && message.contains("503"))
      assert(hub.asked("config.json").size === 4)
      fetch(fetcher(hub, models), tiny)
    }
  }

  test("the token goes to the hub and to no other host, and appears in no message") {
    withHub(noise) { hub =>
      hub.requiredToken = Some("hf_secret")
      val file = Files.writeString(folder().resolve("token"), "hf_secret\n")
      val home = Files.createDirectories(folder().resolve("huggingface"))
      Files.writeString(home.resolve("token"), "hf_secret")
      for (
        given <- Seq(
          "HF_TOKEN" -> "hf_secret",
          "HF_TOKEN_PATH" -> file.toString,
          "HF_HOME" -> home.toString,
          "XDG_CACHE_HOME" -> home.getParent.toString
        )
      ) fetch(fetcher(hub, folder(), given), tiny)
      assert(hub.asked.filter(_.server == "hub").forall(_.token.contains("Bearer hf_secret")))
      assert(hub.asked.exists(_.server == "store"))
      assert(hub.asked.filter(_.server == "store").forall(_.token.isEmpty))

      val wrong =
        refused("MODEL_UNAUTHORISED")(fetch(fetcher(hub, folder(), "HF_TOKEN" -> "hf_other"), tiny))
      assert(wrong.contains("was not accepted") && !wrong.contains("hf_other"))
      val missing = refused("MODEL_UNAUTHORISED")(fetch(fetcher(hub, folder()), tiny))
      assert(missing.contains("no token was found") && missing.contains("HF_TOKEN_PATH"))
    }
  }

  test("a token that cannot be one is refused without being shown") {
    withHub(noise) { hub =>
      val two = refused("MODEL_TOKEN")(fetch(fetcher(hub, folder(), "HF_TOKEN" -> "a\nb"), tiny))
      assert(!two.contains("a\nb"))
      val path = "HF_TOKEN_PATH" -> "/no/such/token"
      assert(refused("MODEL_TOKEN")(fetch(fetcher(hub, folder(), path), tiny)).contains(path._2))
      assert(hub.asked.isEmpty)
    }
  }

  test("unknown models, unknown revisions and gated ones are told apart") {
    withHub(noise) { hub =>
      def error(errorClass: String, reference: String) =
        refused(errorClass)(fetch(fetcher(hub, folder()), reference))
      assert(error("MODEL_NOT_FOUND", "hf:audit/other").contains("hf:audit/other@main"))
      assert(error("MODEL_REVISION_UNKNOWN", "hf:audit/tiny@v2").contains("no revision v2"))
      hub.gated = true
      val gated = error("MODEL_GATED", tiny)
      assert(gated.contains("Accept its conditions") && gated.contains("HF_TOKEN_PATH"))
      assert(gated.contains(s"${hub.endpoint}/audit/tiny"))
    }
  }

  test("a revision may be a tag, a pull request or a commit") {
    withHub(noise) { hub =>
      for (revision <- Seq("v1", "refs/pr/1", hub.commit))
        assert(fetch(fetcher(hub, folder()), s"$tiny@$revision").revision.get === hub.commit)
    }
  }

  test("without a network the error says what to do; offline, what is here is used") {
    val models = folder()
    val address = withHub(noise) { hub =>
      fetch(fetcher(hub, models), tiny)
      hub.endpoint
    }
    val there = "HF_ENDPOINT" -> address
    val message = refused("MODEL_UNREACHABLE")(fetch(fetcher(folder(), there), tiny))
    assert(message.contains("cannot be reached") && message.contains("HF_ENDPOINT"))
    val offline = "HF_HUB_OFFLINE" -> "1"
    assert(contents(fetch(fetcher(models, there, offline), tiny).path) === needed(noise))
    val absent = refused("MODEL_OFFLINE")(fetch(fetcher(models, there, offline), s"$tiny@v1"))
    assert(absent.contains(models.toString))
  }

  test("a model that does not fit on the disk is refused before it is begun, with the numbers") {
    withHub(noise) { hub =>
      hub.sizes = Map(large -> 4_000_000_000_000_000L)
      val message = refused("MODEL_DISK_FULL")(fetch(fetcher(hub, folder()), tiny))
      val small = needed(noise).values.map(_.size).sum - weights.length
      assert(message.contains(s"needs ${4_000_000_000_000_000L + small} bytes more"))
      assert(hub.asked(large).isEmpty)
    }
  }

  test("a disk that fills while the model comes ends the download at once") {
    assume(Files.exists(Path.of("/dev/full")))
    withHub(noise) { hub =>
      val models = folder()
      hub.fail(large, Refuse(404))
      refused("MODEL_NOT_FOUND")(fetch(fetcher(hub, models), tiny))
      val left = part(models).head
      Files.delete(left)
      Files.createSymbolicLink(left, Path.of("/dev/full"))
      val requests = hub.asked(large).size
      val message = refused("MODEL_NOT_STORED")(fetch(fetcher(hub, models), tiny))
      assert(message.contains("No space left") && message.contains("CODE_AUDIT_MODELS"))
      assert(hub.asked(large).size === requests + 1)
    }
  }

  test("a repository of GGUF files needs to be told which") {
    val bytes = Map("a.gguf" -> Array[Byte](1), "b.gguf" -> Array[Byte](2))
    withHub(bytes) { hub =>
      val several = refused("MODEL_FILES")(fetch(fetcher(hub, folder()), tiny))
      assert(several.contains("a.gguf, b.gguf"))
      val local = fetch(fetcher(hub, folder()), s"$tiny@main:b.gguf")
      assert(Files.readAllBytes(local.path).toSeq === Seq(2))
      assert(local.revision.get === hub.commit + ":b.gguf")
      refused("MODEL_FILES")(fetch(fetcher(hub, folder()), s"$tiny@main:c.gguf"))
    }
    withHub(bytes - "a.gguf") { hub =>
      assert(fetch(fetcher(hub, folder()), tiny).path.getFileName.toString === "b.gguf")
    }
    withHub(Map("pytorch_model.bin" -> Array[Byte](1))) { hub =>
      assert(refused("MODEL_FILES")(fetch(fetcher(hub, folder()), tiny)).contains("pytorch_model"))
    }
  }

  test("the shards that the index names are fetched, other weights are not") {
    val index = """{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}"""
    val shards = Map(
      "config.json" -> "{}".getBytes,
      "model.safetensors.index.json" -> index.getBytes,
      "model-1.safetensors" -> Array[Byte](1),
      "model-2.safetensors" -> Array[Byte](2)
    )
    withHub(shards + ("consolidated.safetensors" -> Array[Byte](3))) { hub =>
      assert(contents(fetch(fetcher(hub, folder()), tiny).path) === needed(shards))
    }
    withHub(shards - "model-2.safetensors") { hub =>
      assert(refused("MODEL_FILES")(fetch(fetcher(hub, folder()), tiny)).contains("index"))
    }
  }

  test("names that would leave the folder are passed over") {
    withHub(noise + ("../../evil.safetensors" -> Array[Byte](1)) + ("sub/config.json" -> weights)) {
      hub =>
        assert(contents(fetch(fetcher(hub, folder()), tiny).path) === needed(noise))
    }
  }
}
