package org.codeaudit.job.source.mirror
import java.lang.{ProcessBuilder => JavaProcess}
import java.nio.file.{Files, Path}
import java.nio.file.attribute.FileTime
import java.util.concurrent.{Callable, Executors, TimeUnit}

import scala.jdk.CollectionConverters._
import scala.sys.process._
import org.codeaudit.job.source.git.{CommitRules, GitPartition, NeededFiles}
import org.codeaudit.job.source.skip.ReadLimits
import org.codeaudit.job.source.repository.GitReader
import org.codeaudit.job.source.row.RemoteUrl
import org.codeaudit.job.source.TestRepository
import org.codeaudit.Long
import org.scalatest.funsuite.AnyFunSuite

/** Mirrors of repositories behind `file:` addresses: git's transport without a server. */
class MirrorSuite extends AnyFunSuite {
  private val java = "class A {\n  int one() { return 1; }\n}\n"

  private def settings(cache: Path, maxBytes: scala.Long = 1L << 40): MirrorSettings =
    new MirrorSettings(cache.toString, maxBytes, 300, "")

  private def newCache(): Path = TestRepository.temporaryFolder().resolve("mirrors")

  private def served(text: String = java): (TestRepository, RemoteUrl) = {
    val repository = TestRepository.create()
    repository.write("A.java", text).commit("first")
    repository.git.getRepository.getConfig.setBoolean("uploadpack", null, "allowFilter", true)
    repository.git.getRepository.getConfig.save()
    (repository, RemoteUrl.parse("file://" + repository.folder))
  }

  private def update(settings: MirrorSettings, url: RemoteUrl): Path =
    MirrorCache
      .of(settings)
      .use[Path](
        url,
        mirror => {
          mirror.update(true)
          mirror.close()
          mirror.folder
        }
      )

  private def reading(settings: MirrorSettings, url: RemoteUrl, tip: String): GitReader =
    new RemoteRepository(url, url.name, settings, Seq(tip).asJava)
      .open(reader => NeededFiles.ofCommits(reader, "", Seq(tip).asJava, rules, limits))

  private val rules = CommitRules.OF_PARENTS

  private val limits = new ReadLimits(1 << 20, 1 << 20, 3, false)

  private def head(repository: TestRepository): String =
    repository.git.getRepository.resolve("HEAD").name

  private def names(folder: Path): Set[String] = {
    val files = Files.list(folder)
    try files.iterator.asScala.map(_.getFileName.toString).toSet
    finally files.close()
  }

  private def mirrors(cache: Path, url: RemoteUrl): Seq[Path] = {
    val home = cache.resolve(url.key)
    val found = if (Files.exists(home)) names(home).filter(_.matches("\\d+")) else Set.empty[String]
    found.toSeq.map(home.resolve)
  }

  /** All objects of a bare repository with their types. */
  private def objects(folder: Path): Map[String, String] =
    Seq("git", s"--git-dir=$folder", "cat-file", "--batch-all-objects", "--batch-check")
      .!!(ProcessLogger(_ => ()))
      .linesIterator
      .map(_.split(" "))
      .map(words => words(0) -> words(1))
      .toMap

  test("a mirror has commits and trees, and only the files that were read") {
    val (repository, url) = served()
    repository.write("B.java", java + "// b\n").commit("second")
    val blobs = Seq("A.java", "B.java").map(p => repository.git.getRepository.resolve(s"HEAD:$p"))
    val cache = settings(newCache())
    val mirror = update(cache, url)
    assert(objects(mirror).values.toSet == Set("commit", "tree"))
    reading(cache, url, head(repository)).close()
    val found = objects(mirror)
    assert(!found.contains(blobs(0).name) && found.contains(blobs(1).name))
    assert(found.values.count(_ == "commit") == 2)
  }

  test("files that are there are not fetched again, and many packs are made one") {
    val (repository, url) = served()
    val cache = settings(newCache())
    for (i <- 1 to 60) {
      repository.write("A.java", s"class A$i {}\n").commit(s"$i")
      val mirror = update(cache, url)
      if (i % 20 == 0) reading(cache, url, head(repository)).close()
      val packs = names(mirror.resolve("objects/pack"))
      assert(packs.count(_.endsWith(".pack")) <= 53, i)
    }
    val mirror = update(cache, url)
    val before = names(mirror.resolve("objects/pack"))
    reading(cache, url, head(repository)).close()
    assert(names(mirror.resolve("objects/pack")) == before)
    assert(objects(mirror).values.count(_ == "commit") == 61)
    assert(objects(mirror).values.count(_ == "blob") >= 3)
  }

  test("a forced push takes no commit away from who has pinned it") {
    val (repository, url) = served()
    val pinned = repository.write("B.java", java).commit("to be removed")
    val cache = settings(newCache())
    update(cache, url)
    repository.git.reset
      .setMode(org.eclipse.jgit.api.ResetCommand.ResetType.HARD)
      .setRef("HEAD~1")
      .call()
    repository.write("C.java", java).commit("instead")
    val mirror = update(cache, url)
    for (node <- Seq(cache, settings(newCache()))) {
      val reader = reading(node, url, pinned)
      assert(reader.walk.parseCommit(org.eclipse.jgit.lib.ObjectId.fromString(pinned)) != null)
      reader.close()
    }
    val ref = s"git --git-dir=$mirror rev-parse refs/heads/main HEAD".!!.linesIterator.toSet
    assert(ref == Set(head(repository)))
  }

  test("the longest unused mirrors are deleted when there is too much, but none that is read") {
    val cache = newCache()
    val random = new scala.util.Random(3)
    val repositories = (1 to 4).map { i =>
      served((1 to 20000).map(_ => random.nextInt().toString).mkString(s"// $i\n", "\n", "\n"))
    }
    // Each takes some 100 KB, so two of them fit.
    val limited = settings(cache, 300000)
    def read(i: Int) = reading(limited, repositories(i)._2, head(repositories(i)._1))
    def kept = repositories.indices.filter { i =>
      mirrors(cache, repositories(i)._2).nonEmpty
    }
    val first = read(0)
    read(1).close()
    assert(kept == Seq(0, 1))
    for (i <- 0 to 1) {
      val used = cache.resolve(repositories(i)._2.key).resolve("size")
      Files.setLastModifiedTime(used, FileTime.fromMillis(1000L * (i + 1)))
    }
    read(2).close()
    assert(kept == Seq(0, 2), "the first is read, so the second had to go")
    first.close()
    read(3).close()
    assert(kept == Seq(2, 3))
    val again = read(0)
    assert(again.walk.parseCommit(repositories(0)._1.git.getRepository.resolve("HEAD")) != null)
    again.close()
  }

  test("a damaged mirror is thrown away and made anew") {
    def truncate(mirror: Path, ending: String): Unit = {
      val packs = mirror.resolve("objects/pack")
      for (name <- names(packs) if name.endsWith(ending)) {
        val file = packs.resolve(name)
        file.toFile.setWritable(true)
        Files.write(file, Files.readAllBytes(file).take(20))
      }
    }
    val damages = Seq[(String, Path => Unit)](
      "no HEAD" -> (mirror => Files.delete(mirror.resolve("HEAD"))),
      "empty config" -> (mirror => Files.writeString(mirror.resolve("config"), "[core\n")),
      "cut packs" -> (mirror => truncate(mirror, ".pack")),
      "cut indexes" -> (mirror => truncate(mirror, ".idx")),
      "no packs" -> (mirror =>
        names(mirror.resolve("objects/pack")).foreach(name =>
          Files.delete(mirror.resolve("objects/pack").resolve(name))
        )
      ),
      "empty ref" -> (mirror => Files.writeString(mirror.resolve("refs/heads/main"), ""))
    )
    for ((name, damage) <- damages; planned <- Seq(true, false)) withClue(s"$name, $planned: ") {
      val (repository, url) = served()
      val cache = settings(newCache())
      update(cache, url)
      reading(cache, url, head(repository)).close()
      org.eclipse.jgit.lib.RepositoryCache.clear()
      damage(mirrors(Path.of(cache.folder), url).head)
      if (planned) {
        val mirror = update(cache, url)
        assert(s"git --git-dir=$mirror rev-parse refs/heads/main".!!.trim == head(repository))
      }
      val reader = reading(cache, url, head(repository))
      val blob = repository.git.getRepository.resolve("HEAD:A.java")
      assert(new String(reader.bytes(blob)) == java)
      reader.close()
    }
  }

  test("what a killed git left behind is no obstacle") {
    val (repository, url) = served()
    val cache = settings(newCache())
    val home = Path.of(cache.folder).resolve(url.key)
    Files.createDirectories(home.resolve("new/objects"))
    Files.writeString(home.resolve("new/HEAD"), "ref: ")
    val mirror = update(cache, url)
    val pack = mirror.resolve("objects/pack/tmp_pack_abc")
    Files.write(pack, new Array[Byte](1000))
    Files.writeString(mirror.resolve("refs/heads/main.lock"), "")
    Files.writeString(mirror.resolve("packed-refs.lock"), "")
    repository.write("A.java", "class B {}\n").commit("second")
    assert(update(cache, url) == mirror)
    assert(!Files.exists(pack))
    assert(s"git --git-dir=$mirror rev-parse refs/heads/main".!!.trim == head(repository))
  }

  test("threads and processes share one mirror", Long) {
    val (repository, url) = served()
    for (i <- 1 to 30) repository.write(s"F$i.java", s"class F$i {}\n").commit(s"$i")
    val cache = newCache()
    val ids = repository.git.log.call().asScala.map(_.name).toSeq
    val command = Seq(
      Path.of(System.getProperty("java.home"), "bin", "java").toString,
      "-Xmx200m",
      "-cp",
      System.getProperty("java.class.path"),
      "org.codeaudit.job.source.mirror.MirrorUser",
      cache.toString,
      url.text
    ) ++ ids
    val processes =
      (1 to 2).map(_ => new JavaProcess(command: _*).redirectErrorStream(true).start())
    try {
      val here = MirrorUser.readAll(settings(cache), url, ids)
      assert(here == ids.size)
      for (process <- processes) {
        val finished = process.waitFor(240, TimeUnit.SECONDS)
        val said = if (finished) new String(process.getInputStream.readAllBytes()) else "too slow"
        assert(finished && process.exitValue == 0 && said.contains(s"read ${ids.size}"), said)
      }
    } finally processes.foreach(_.destroyForcibly())
    assert(!names(cache.resolve(url.key)).exists(_.matches("new|old.*|git.*")))
    assert(mirrors(cache, url).size == 1)
    assert(objects(mirrors(cache, url).head).values.count(_ == "blob") == ids.size)
  }

  test("waiting for git ends with the task") {
    val slow = new GitDaemonThatHangs
    val thread = Executors.newSingleThreadExecutor()
    try {
      val url = RemoteUrl.parse(slow.address + "/a")
      val waiting = thread.submit((() => update(settings(newCache()), url)): Callable[Path])
      assert(slow.reached.await(60, TimeUnit.SECONDS))
      thread.shutdownNow()
      assert(thread.awaitTermination(60, TimeUnit.SECONDS)) // long before git is given up
      assert(waiting.isDone)
    } finally {
      thread.shutdownNow()
      slow.close()
    }
  }
}

/** Accepts connections and says nothing. */
class GitDaemonThatHangs extends AutoCloseable {
  val reached = new java.util.concurrent.CountDownLatch(1)
  private val socket =
    new java.net.ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress)
  private val thread = new Thread(() =>
    scala.util.Try(while (true) {
      socket.accept()
      reached.countDown()
    })
  )
  thread.setDaemon(true)
  thread.start()
  val address: String = s"git://127.0.0.1:${socket.getLocalPort}"
  override def close(): Unit = socket.close()
}

/** Reads commits from a mirror with four threads; also run as a process of its own. */
object MirrorUser {
  def main(arguments: Array[String]): Unit = {
    val settings = new MirrorSettings(arguments(0), 1L << 40, 300, "")
    // This suite's server is a folder.
    val read = readAll(settings, RemoteUrl.parse(arguments(1)), arguments.drop(2).toSeq)
    println(s"read $read")
  }

  /** How many commits' files could be read. */
  def readAll(settings: MirrorSettings, url: RemoteUrl, commits: Seq[String]): Int = {
    val limits = new ReadLimits(1 << 20, 1 << 20, 3, false)
    val rules = CommitRules.OF_PARENTS
    val threads = Executors.newFixedThreadPool(4)
    try {
      val parts = commits.grouped(5).toSeq.map { ids =>
        threads.submit((() => {
          val location = new RemoteRepository(url, url.name, settings, Seq(commits.head).asJava)
          val rows = new GitPartition.Commits(location, ids.asJava, rules, false, limits).rows()
          try rows.asScala.map(_.toRow).count(row => row.isNullAt(13) && !row.isNullAt(9))
          finally rows.close()
        }): Callable[Int])
      }
      parts.map(_.get(240, TimeUnit.SECONDS)).sum
    } finally threads.shutdownNow()
  }
}
