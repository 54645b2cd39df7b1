package org.codeaudit.job.source
import java.nio.file.{Files, Path}
import java.nio.file.attribute.PosixFilePermission
import org.apache.spark.sql.{DataFrame, Row}
import org.codeaudit.AuditException
import org.codeaudit.job.source.row.{RemoteUrl, Shares}
import org.eclipse.jgit.api.MergeCommand.FastForwardMode
import org.eclipse.jgit.api.ResetCommand.ResetType
import scala.jdk.CollectionConverters._

class RemoteSourceSuite extends SparkSuite {
  private val java = "class A {\n  int one() { return 1; }\n}\n"
  private val cache = TestRepository.temporaryFolder().resolve("mirrors")

  private def load(paths: Seq[String], options: (String, String)*): DataFrame =
    spark.read
      .format("git")
      .option("mirrorCache", cache.toString)
      .options(options.toMap)
      .load(paths: _*)

  private def withServer[A](use: (Path, GitHttpServer) => A): A = {
    val root = TestRepository.temporaryFolder()
    val server = new GitHttpServer(root)
    try use(root, server)
    finally server.close()
  }

  private def repository(folder: Path): TestRepository = {
    val repository = TestRepository.at(folder)
    repository.write("A.java", java).commit("first")
    repository
  }

  private def repositories(frame: DataFrame): Map[String, Option[String]] =
    frame.collect().map(r => value(r, "repository").get -> value(r, "error_class")).toMap

  private def rows(frame: DataFrame): Set[Row] = frame.drop("repository").collect().toSet

  /** Some of everything that is read in a way of its own. */
  private def rich(folder: Path): TestRepository = {
    val body =
      (1 to 30).map(i => s"  int f$i() { return $i; }\n").mkString("class R {\n", "", "}\n")
    val repository = TestRepository.at(folder)
    repository.write("Old.java", body).write("src/deep/er/X.java", java).write("Gone.java", java)
    repository.write("sub/.gitattributes", "gen/** linguist-generated\n")
    repository.write("sub/gen/G.java", java).write("vendor/V.java", java).write("tool.sh", "echo\n")
    repository.write("Nul.java", new Array[Byte](50)).write("empty.py", "").write("go.sum", "x")
    Files.createSymbolicLink(folder.resolve("link.java"), Path.of("/etc/passwd"))
    repository.commit("first")
    repository.move("Old.java", "New.java").write("New.java", body.replace("return 7", "return 8"))
    repository.delete("Gone.java").write("sub/gen/G.java", java + "// g\n")
    repository.write("sub/H.java", java).commit("renamed")
    val permissions = Files.getPosixFilePermissions(folder.resolve("tool.sh"))
    permissions.add(PosixFilePermission.OWNER_EXECUTE)
    Files.setPosixFilePermissions(folder.resolve("tool.sh"), permissions)
    repository.delete("vendor/V.java").commit("mode")
    repository.git.checkout.setCreateBranch(true).setName("side").call()
    repository.write("B.java", java).write("large.java", "// y\n" * 3000).commit("side")
    repository.git.checkout.setName("main").call()
    repository.git.commit.setAllowEmpty(true).setMessage("none").setSign(false).call()
    val side = repository.git.getRepository.resolve("side")
    repository.git.merge.include(side).setFastForward(FastForwardMode.NO_FF).setMessage("m").call()
    repository.git.tag.setName("v1").setObjectId(null).call()
    repository
  }

  test("a repository on a server gives the rows of the same repository at a path") {
    withServer { (root, server) =>
      val repository = rich(root.resolve("rich"))
      val url = server.address + "/rich"
      val cases = Seq[Seq[(String, String)]](
        Seq("commits" -> "all", "maxBytes" -> "9000", "commitsPerPartition" -> "3"),
        Seq("commits" -> "all", "merges" -> "true", "commitsPerPartition" -> "10"),
        Seq("range" -> "HEAD~2..v1"),
        Seq("mode" -> "file", "maxBytes" -> "9000"),
        Seq("mode" -> "file", "range" -> "side", "filesPerPartition" -> "3")
      )
      for (options <- cases) {
        val (local, remote) = (git(repository.folder, options: _*), load(Seq(url), options: _*))
        val (expected, found) = (local.collect().toSeq, remote.collect().toSeq)
        def unnamed(rows: Seq[Row]) = rows.map(_.toSeq.tail)
        assert(unnamed(found) == unnamed(expected), options)
        assert(found.nonEmpty && found.forall(value(_, "error_class").isEmpty), options)
        assert(found.forall(_.getString(0) == url.stripPrefix("http://")))
        assert(ChangeTable.plannedUnits(remote) == ChangeTable.plannedUnits(local))
      }
    }
  }

  test("git's own protocol is read as well, by branch, tag and commit id") {
    val root = TestRepository.temporaryFolder()
    val daemon = new GitDaemon(root)
    try {
      val source = rich(root.resolve("rich"))
      val id = source.git.getRepository.resolve("side").name
      for (range <- Seq("side^!", s"$id^!", "v1~3..v1"))
        assert(
          rows(load(Seq(daemon.address + "/rich"), "range" -> range)) ==
            rows(git(source.folder, "range" -> range)),
          range
        )
      // What only a ref of the server holds, as requests to merge are.
      source.git.checkout.setCreateBranch(true).setName("request").call()
      val request = source.write("Q.java", java).commit("request")
      val refs = source.git.getRepository.getRefDatabase
      val update = refs.newUpdate("refs/pull/7/head", false)
      update.setNewObjectId(org.eclipse.jgit.lib.ObjectId.fromString(request))
      update.update()
      source.git.checkout.setName("main").call()
      source.git.branchDelete.setBranchNames("request").setForce(true).call()
      for (range <- Seq(s"$request^!", "refs/pull/7/head^!")) {
        val found = load(Seq(daemon.address + "/rich"), "range" -> range).collect()
        assert(found.map(value(_, "path").get).toSeq == Seq("Q.java"), range)
      }
    } finally daemon.close()
  }

  test("files are fetched in one go for each partition, and not when they are there") {
    withServer { (root, server) =>
      val source = repository(root.resolve("a"))
      for (i <- 1 to 20) source.write(s"F$i.java", s"class F$i {}\n")
      source.commit("many")
      val frame = load(Seq(server.address + "/a"), "commits" -> "all", "commitsPerPartition" -> "9")
      val planned = server.fetches.get
      assert(frame.count() == 21)
      assert(server.fetches.get == planned + 1)
      assert(frame.count() == 21)
      assert(server.fetches.get == planned + 1)
    }
  }

  test("what is planned is pinned, also for a node that has no mirror yet") {
    withServer { (root, server) =>
      val source = repository(root.resolve("a"))
      val planned = source.write("A.java", "class B {}\n").commit("planned")
      val frame = load(Seq(server.address + "/a"))
      source.git.reset.setMode(ResetType.HARD).setRef("HEAD~1").call()
      source.write("C.java", java).commit("pushed by force")
      val home = cache.resolve(RemoteUrl.parse(server.address + "/a").key)
      Files.move(home, home.resolveSibling("away-" + home.getFileName))
      val row = frame.collect()
      assert(row.map(value(_, "commit_id").get).toSeq == Seq(planned))
      assert(value(row.head, "content").contains("class B {}\n"))
      assert(
        load(Seq(server.address + "/a")).collect().map(value(_, "path").get).toSeq == Seq("C.java")
      )
    }
  }

  test("one unreachable repository of three is a row with its error") {
    withServer { (root, server) =>
      repository(root.resolve("a"))
      TestRepository.at(root.resolve("empty"))
      val closed = {
        val socket = new _root_.java.net.ServerSocket(0)
        try socket.getLocalPort
        finally socket.close()
      }
      val urls = Seq("/a", "/empty", "/nowhere").map(server.address + _) :+
        s"http://127.0.0.1:$closed/x"
      val host = server.address.stripPrefix("http://")
      val found = load(urls)
      assert(ChangeTable.plannedUnits(found).getAsLong == 4)
      assert(
        repositories(found) == Map(
          s"$host/a" -> None,
          s"$host/empty" -> Some("GIT_EMPTY_REPOSITORY"),
          s"$host/nowhere" -> Some("GIT_NOT_FOUND"),
          s"127.0.0.1:$closed/x" -> Some("GIT_UNREACHABLE")
        )
      )
      val error = intercept[AuditException](load(Seq(server.address + "/nowhere")))
      assert(error.errorClass.name == "GIT_NOT_FOUND" && error.getMessage.contains("not found"))
      val unknown = intercept[AuditException](load(Seq(urls.head), "range" -> "nothing..HEAD"))
      assert(
        unknown.errorClass.name == "GIT_UNKNOWN_REVISION" && unknown.getMessage.contains(urls.head)
      )
      val secret = "https://u:hunter2@example.org/x.git"
      val refused = intercept[AuditException](load(Seq(urls.head, secret)))
      assert(refused.errorClass.name == "SOURCE_URL_CREDENTIALS")
      assert(!refused.getMessage.contains("hunter2"))
    }
  }

  test("a server that fails once is asked again, and one that hangs is given up") {
    withServer { (root, server) =>
      repository(root.resolve("a"))
      repository(root.resolve("b"))
      server.failing.set(1)
      assert(load(Seq(server.address + "/a")).count() == 1)
      server.hanging = true
      val begin = System.nanoTime()
      val error = intercept[AuditException](
        load(Seq(server.address + "/b"), "gitTimeoutSeconds" -> "2")
      )
      assert(error.errorClass.name == "GIT_TIMEOUT")
      assert((System.nanoTime() - begin) / 1e9 < 120) // it would be given up after 300 s anyway
    }
  }

  test("a server that is gone when files are read gives a row for every planned commit") {
    val root = TestRepository.temporaryFolder()
    val server = new GitHttpServer(root)
    val source = repository(root.resolve("a"))
    val second = source.write("A.java", "class B {}\n").commit("second")
    val frame = load(Seq(server.address + "/a"), "commits" -> "all")
    server.close()
    val found = frame.collect()
    assert(found.map(value(_, "error_class").get).toSeq == Seq.fill(2)("GIT_UNREACHABLE"))
    assert(found.map(value(_, "commit_id").get).toSet.contains(second))
    assert(found.map(value(_, "commit_id").get).toSet.size == 2)
  }

  test("credentials come from a file, which git leaves as it is") {
    val root = TestRepository.temporaryFolder()
    repository(root.resolve("a"))
    val server = new GitHttpServer(root, login = Some("reader:hunter2"))
    try {
      val url = server.address + "/a"
      def credentials(password: String): Path = Files.writeString(
        TestRepository.temporaryFolder().resolve("my 'own' credentials"),
        server.address.replace("http://", s"http://reader:$password@") + "\n"
      )
      val right = credentials("hunter2")
      assert(load(Seq(url), "gitCredentials" -> right.toString).count() == 1)
      val wrong = credentials("hunter3")
      val before = Files.readString(wrong)
      val cases =
        Seq(wrong.toString -> "GIT_AUTHENTICATION", "/nowhere/file" -> "GIT_CREDENTIALS")
      for ((file, errorClass) <- cases) {
        val other = server.address + "/a/"
        val found = load(Seq(url, other), "gitCredentials" -> file).collect()
        assert(found.map(value(_, "error_class").get).toSeq == Seq.fill(2)(errorClass))
        assert(found.forall(!value(_, "error_message").exists(_.contains("hunter"))))
      }
      assert(Files.readString(wrong) == before)
    } finally server.close()
  }

  test("a list names repositories and ranges, as text or as a table") {
    withServer { (root, server) =>
      val a = rich(root.resolve("a"))
      repository(root.resolve("b"))
      val local = repository(TestRepository.temporaryFolder().resolve("local"))
      val host = server.address.stripPrefix("http://")
      val entries = Seq(
        (s"${server.address}/a", Some("side^!")),
        (s"${server.address}/a", Some("v1~3..v1")),
        (s"${server.address}/b", None),
        ("https://u:hunter2@example.org/x.git", None),
        ("/nowhere/at/all", None),
        (local.folder.toString, None)
      )
      val folder = TestRepository.temporaryFolder()
      val text = folder.resolve("list.txt")
      val lines = entries.map { case (url, range) => s"$url ${range.getOrElse("")}\t# why" }
      Files.write(text, ("# repositories" +: "" +: lines).asJava)
      import spark.implicits._
      val table = entries.toDF("address", "revisions")
      table.write.parquet(folder.resolve("parquet").toString)
      table.toDF("url", "range").write.option("header", "true").csv(folder.resolve("csv").toString)
      table.createOrReplaceTempView("audited")
      val columns = Seq("urlColumn" -> "address", "rangeColumn" -> "revisions")
      val lists = Seq(
        Seq("list" -> text.toString),
        Seq("list" -> text.toUri.toString),
        Seq("list" -> s"$folder/parquet", "listFormat" -> "parquet") ++ columns,
        Seq("list" -> s"$folder/csv", "listFormat" -> "csv"),
        Seq("list" -> "audited", "listFormat" -> "table") ++ columns
      )
      val ids = Seq("side^!", "v1~3..v1")
        .flatMap(range => git(a.folder, "range" -> range).collect())
        .map(value(_, "commit_id").get)
        .toSet
      for (options <- lists) {
        val frame = load(Seq(), options: _*)
        val expected = Map(
          s"$host/a" -> None,
          s"$host/b" -> None,
          "https://example.org/x.git" -> Some("SOURCE_URL_CREDENTIALS"),
          "/nowhere/at/all" -> Some("SOURCE_PATH"),
          "local" -> None
        )
        val rows = frame.collect()
        assert(
          rows.map(r => value(r, "repository").get -> value(r, "error_class")).toMap == expected,
          options
        )
        val ofA = rows.filter(value(_, "repository").contains(s"$host/a"))
        assert(ofA.map(value(_, "commit_id").get).toSet == ids)
        assert(
          ofA.map(r => value(r, "commit_id") -> value(r, "path")).distinct.length == ofA.length
        )
        assert(!rows.mkString.contains("hunter2"))
        assert(!frame.queryExecution.toString.contains("hunter2"))
      }
      val named = load(Seq(server.address + "/b"), lists.head: _*)
      assert(
        ChangeTable.plannedUnits(named) == ChangeTable.plannedUnits(load(Seq(), lists.head: _*))
      )
    }
  }

  test("a list that cannot be used is one clear error") {
    val folder = TestRepository.temporaryFolder()
    val empty = Files.writeString(folder.resolve("empty.txt"), "# nothing\n\n")
    val wide = Files.writeString(folder.resolve("wide.txt"), "a b\nc d e\n")
    import spark.implicits._
    Seq("x").toDF("address").write.parquet(folder.resolve("table").toString)
    val cases = Seq[(Seq[(String, String)], String, String)](
      (Seq("list" -> s"$folder/none.txt"), "SOURCE_LIST", "none.txt"),
      (Seq("list" -> empty.toString), "SOURCE_LIST", "names no repository"),
      (Seq("list" -> wide.toString), "SOURCE_LIST", "line 2 has 3 words"),
      (Seq("list" -> s"$folder/table", "listFormat" -> "parquet"), "SOURCE_LIST", "`url`"),
      (Seq("list" -> s"$folder/table", "listFormat" -> "nothing"), "SOURCE_LIST", "nothing"),
      (Seq("list" -> "absent", "listFormat" -> "table"), "SOURCE_LIST", "absent"),
      (Seq("listFormat" -> "csv"), "SOURCE_OPTIONS", "without `list`"),
      (Seq("list" -> "x", "urlColumn" -> "u"), "SOURCE_OPTIONS", "`urlColumn`"),
      (Seq("list" -> "x", "mirrorCacheGigabytes" -> "0"), "SOURCE_OPTIONS", "mirrorCacheGigabytes")
    )
    for ((options, errorClass, part) <- cases) {
      val error = withClue(options)(intercept[AuditException](load(Seq(), options: _*)))
      assert(error.errorClass.name == errorClass, error.getMessage)
      assert(error.getMessage.contains(part), error.getMessage)
    }
  }

  test("small work is a partition a slot, more is several of a like size up to a limit") {
    val cases =
      Seq((1L, 2, 1), (8L, 2, 1), (9L, 2, 2), (100L, 2, 13), (1000L, 2, 16), (1000L, 64, 4))
    for ((units, slots, size) <- cases) assert(Shares.size(units, slots, 16) == size, units)
    val atLeastFive =
      Seq((1L, 2, 1), (8L, 2, 4), (20L, 2, 5), (40L, 2, 5), (100L, 2, 13), (1000L, 2, 16))
    for ((units, slots, size) <- atLeastFive)
      assert(Shares.size(units, slots, 5, 16) == size, units)
    val source = TestRepository.create()
    for (i <- 1 to 20) source.write("A.java", s"class A$i {}\n").commit(s"$i")
    assert(git(source.folder, "commits" -> "all").rdd.getNumPartitions == 2)
    for (i <- 1 to 20) source.write(s"F$i.java", java)
    source.commit("files")
    val files = git(source.folder, "mode" -> "file")
    assert(files.rdd.getNumPartitions == 2 && files.count() == 21)
    val patches = TestRepository.temporaryFolder()
    for (i <- 1 to 9) Files.writeString(patches.resolve(s"$i.patch"), "")
    assert(diff(patches).rdd.getNumPartitions == 2)
  }

  test("many repositories are planned, several at once, and each has its row") {
    withServer { (root, server) =>
      val count = 12
      val template = repository(root.resolve("r0"))
      for (i <- 1 until count) {
        val target = root.resolve(s"r$i")
        org.eclipse.jgit.api.Git.cloneRepository
          .setURI(template.folder.toUri.toString)
          .setDirectory(target.toFile)
          .call()
          .close()
      }
      val frame = load((0 until count).map(i => s"${server.address}/r$i"))
      assert(frame.count() == count && repositories(frame).values.forall(_.isEmpty))
    }
  }
}
