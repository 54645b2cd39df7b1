package org.codeaudit.job.source
import java.nio.charset.StandardCharsets.{ISO_8859_1, UTF_16LE}
import java.nio.file.{Files, Path}
import java.nio.file.attribute.PosixFilePermission

import scala.jdk.CollectionConverters._
import scala.sys.process._
import scala.util.Try

import org.codeaudit.AuditException
import org.codeaudit.change.{Line, UnifiedDiffParser}
import org.codeaudit.udf.row.ChangeSchema
import org.eclipse.jgit.api.MergeCommand.FastForwardMode
import org.eclipse.jgit.dircache.DirCacheEntry
import org.eclipse.jgit.lib.{FileMode, ObjectId}

class GitSourceSuite extends SparkSuite {

  private val java = "class A {\n  int one() { return 1; }\n}\n"

  private def skips(frame: org.apache.spark.sql.DataFrame): Map[String, String] =
    byPath(frame).map { case (path, row) => path -> value(row, "skip_reason").getOrElse("-") }

  test("the last commit is read by default, with its files' hunks, content and identity") {
    val repository = TestRepository.create()
    val first = repository.write("src/A.java", java).commit("first")
    val second = repository.write("src/A.java", java.replace("1;", "2;")).commit("second")
    val frame = git(repository.folder)
    assert(frame.schema == ChangeSchema.SCHEMA)
    assert(frame.count() == 1)
    val row = frame.head()
    assert(value(row, "repository").contains(repository.folder.getFileName.toString))
    assert(value(row, "commit_id").contains(second) && value(row, "parent_id").contains(first))
    assert(row.getAs[_root_.java.sql.Timestamp]("committed_at").getTime == 1700000120000L)
    assert(value(row, "path").contains("src/A.java") && value(row, "old_path").isEmpty)
    assert(value(row, "language").contains("java"))
    assert(value(row, "change_kind").contains("modified"))
    assert(
      value(row, "diff").contains(
        "@@ -1,3 +1,3 @@\n class A {\n-  int one() { return 1; }\n+  int one() { return 2; }\n }\n"
      )
    )
    assert(value(row, "content").contains(java.replace("1;", "2;")))
    assert(value(row, "content_sha").exists(_.matches("[0-9a-f]{64}")))
    assert(row.getAs[Long]("bytes") == java.length)
    assert(Seq("skip_reason", "error_class", "error_message").forall(value(row, _).isEmpty))
  }

  test("a root commit is compared with the empty tree; commits=all reads the whole history") {
    val repository = TestRepository.create()
    val root = repository.write("A.java", java).commit("first")
    repository.write("A.java", java + "\n").commit("second")
    val rows = git(repository.folder, "commits" -> "all", "commitsPerPartition" -> "1")
    assert(rows.rdd.getNumPartitions == 2)
    assert(rows.count() == 2)
    val row = rows.where(s"commit_id = '$root'").head()
    assert(value(row, "change_kind").contains("added") && value(row, "parent_id").isEmpty)
    assert(value(row, "diff").exists(_.startsWith("@@ -0,0 +1,3 @@\n+class A {\n")))
    assert(ChangeTable.plannedUnits(rows) == _root_.java.util.OptionalLong.of(2))
  }

  test("a range gives the commits of its end that are not in its begin") {
    val repository = TestRepository.create()
    val ids = (1 to 5).map(i => repository.write("A.java", s"class A$i {}\n").commit(s"$i"))
    repository.git.tag.setName("v2").setObjectId(null).setAnnotated(false).call()
    val cases = Seq(
      s"${ids(1)}..${ids(3)}" -> ids.slice(2, 4),
      ids(2) -> ids.drop(3),
      s"${ids(2)}.." -> ids.drop(3),
      "HEAD~2..HEAD~1" -> ids.slice(3, 4),
      "@~2..@^" -> ids.slice(3, 4),
      "@~1..@" -> ids.drop(4),
      s"${ids(2)}^!" -> Seq(ids(2)),
      "main..main" -> Seq()
    )
    for ((range, expected) <- cases) {
      val found = git(repository.folder, "range" -> range).select("commit_id").collect()
      assert(found.map(_.getString(0)).toSet == expected.toSet, range)
    }
  }

  /** A clone of a repository with one commit, and the commits made in the clone since. */
  private def cloned(origin: String = "origin"): (TestRepository, Seq[String]) = {
    val server = TestRepository.create()
    server.write("A.java", java).commit("first")
    val folder = TestRepository.temporaryFolder().resolve("clone")
    org.eclipse.jgit.api.Git.cloneRepository
      .setURI(server.folder.toUri.toString)
      .setDirectory(folder.toFile)
      .setRemote(origin)
      .call()
    val copy = new TestRepository(folder)
    (copy, Seq("B.java", "C.java").map(name => copy.write(name, java).commit(name)))
  }

  private def commitsOf(repository: TestRepository, range: String): Set[String] =
    git(repository.folder, "range" -> range).collect().map(value(_, "commit_id").get).toSet

  test("the upstream of a branch begins and ends ranges as it does for git") {
    val (repository, made) = cloned()
    val both =
      Seq("@{u}..", "@{upstream}..HEAD", "main@{U}..main", "HEAD@{u}", "@@{u}..", "@{u}..@")
    for (range <- both) assert(commitsOf(repository, range) == made.toSet, range)
    assert(commitsOf(repository, "main@{upstream}..main~1") == made.init.toSet)
    assert(commitsOf(repository, "HEAD..@{u}").isEmpty)
    assert(commitsOf(cloned("elsewhere")._1, "@{u}..").size == 2)

    val (local, own) = cloned()
    local.git.branchCreate().setName("base").setStartPoint(own.head).call()
    val config = local.git.getRepository.getConfig
    config.setString("branch", "main", "remote", ".")
    config.setString("branch", "main", "merge", "refs/heads/base")
    config.save()
    assert(commitsOf(local, "@{u}..") == own.tail.toSet)
  }

  test("a range that needs an upstream where there is none is an error, and not empty") {
    def refused(range: String)(change: TestRepository => Unit): String = {
      val (repository, _) = cloned()
      change(repository)
      val error = intercept[AuditException](commitsOf(repository, range))
      assert(error.errorClass.name == "GIT_UNKNOWN_REVISION")
      error.getMessage
    }
    def unset(repository: TestRepository): Unit = {
      repository.git.getRepository.getConfig.unsetSection("branch", "main")
      repository.git.getRepository.getConfig.save()
    }
    for (range <- Seq("main@{upstream}..HEAD", "@{u}..", "HEAD..@{u}"))
      assert(refused(range)(unset).contains("branch `main` has no upstream"), range)
    assert(refused("topic@{u}..")(_ => ()).contains("no local branch `topic`"))
    val gone = refused("@{u}..") { repository =>
      val config = repository.git.getRepository.getConfig
      config.setString("branch", "main", "merge", "refs/heads/gone")
      config.save()
    }
    assert(gone.contains("refs/remotes/origin/gone, which is not here"), gone)
    val detached = refused("@{u}..")(repository =>
      repository.git.checkout.setName(repository.git.getRepository.resolve("HEAD").name).call()
    )
    assert(detached.contains("HEAD is a commit and no branch"), detached)
  }

  test("settings that cannot be read are an error that names the line and does not quote it") {
    val cases = Seq(
      "[core]\n\tbare = false\n[remote \"https://u:secret@h\n" -> 3,
      "[core]\n\tbare = false\nsecret]\n" -> 3,
      "# \\\n[core]\n\tx = a\\\n  b\n\ty = \"secret\\q\"\n[core]\n" -> 5,
      "secret = 1\n[core]\n" -> 1
    )
    for ((text, line) <- cases) withClue(text) {
      val repository = TestRepository.create()
      repository.write("A.java", java).commit("first")
      val config = repository.folder.resolve(".git/config")
      Files.writeString(config, text)
      val error = intercept[AuditException](git(repository.folder))
      assert(error.errorClass.name == "GIT_CONFIG", error.getMessage)
      assert(error.getMessage.contains(s"Line $line of its settings in $config"), error.getMessage)
      assert(!error.getMessage.contains("secret"))
    }
  }

  test("a bare repository whose HEAD names a missing branch says which, and is read by a range") {
    val repository = TestRepository.create()
    val first = repository.write("A.java", java).commit("first")
    val bare = TestRepository.temporaryFolder().resolve("copy.git")
    org.eclipse.jgit.api.Git.cloneRepository
      .setURI(repository.folder.toUri.toString)
      .setDirectory(bare.toFile)
      .setBare(true)
      .call()
    Files.writeString(bare.resolve("HEAD"), "ref: refs/heads/trunk\n")
    for (mode <- Seq("diff", "file")) {
      val error = intercept[AuditException](git(bare, "mode" -> mode))
      assert(error.errorClass.name == "GIT_UNKNOWN_REVISION")
      val message = error.getMessage
      assert(message.contains("the branch `trunk`, which does not exist"), message)
      assert(message.contains("such as main"), message)
    }
    assert(
      git(bare, "range" -> "main^!").collect().map(value(_, "commit_id").get).toSeq == Seq(first)
    )
  }

  test("every input comes back: what is not reviewed has a row with its reason") {
    val repository = TestRepository.create()
    val long = "x" * 6000
    val unusual = Seq("aspx", "ascx", "asp", "ejs", "twig", "cfm", "ino", "cppm", "ixx") ++
      Seq("ets", "bicep", "rego")
    val files = Seq[(String, Array[Byte], String)](
      ("Nul.java", new Array[Byte](100), "binary"),
      ("package-lock.json", "{}".getBytes, "lock file"),
      ("sub/go.sum", "x".getBytes, "lock file"),
      ("vendor/a/B.java", java.getBytes, "vendored"),
      ("src/main/java/com/acme/vendor/V.java", java.getBytes, "-"),
      ("third_party/x/src/main/java/a/T.java", java.getBytes, "vendored"),
      ("web/node_modules/x.js", "f()\n".getBytes, "vendored"),
      ("Gen.java", "// Code generated by x. DO NOT EDIT.\nclass G {}\n".getBytes, "generated"),
      ("a_pb2.py", "x = 1\n".getBytes, "generated"),
      ("marked/M.java", java.getBytes, "generated"),
      ("own/vendor/Mine.java", java.getBytes, "-"),
      ("deep/inner/gen/Made.java", java.getBytes, "generated"),
      ("deep/inner/vendor/Ours.java", java.getBytes, "-"),
      ("big.js", s"var a='$long'".getBytes, "minified"),
      ("jquery.min.js", "a\n".getBytes, "minified"),
      ("empty.py", Array[Byte](), "empty file"),
      ("README.md", "# x\n".getBytes, "prose, not code"),
      ("data.xyz", "1\n".getBytes, "no known language"),
      ("run", "#!/usr/bin/env python3\nprint(1)\n".getBytes, "-"),
      ("Dockerfile", "FROM x\n".getBytes, "-"),
      ("large.java", ("// " + "y" * 60 + "\n").repeat(100).getBytes, "too large (6400 bytes)"),
      (
        "pointer.py",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n".getBytes,
        "Git LFS pointer"
      )
    ) ++ unusual.map(extension => (s"unusual.$extension", "x\n".getBytes, "-"))
    repository.write(
      ".gitattributes",
      "marked/** linguist-generated\nown/** -linguist-vendored\n"
    )
    // rules of a folder go before those above it
    repository.write("deep/.gitattributes", "inner/gen/** -linguist-generated\n")
    repository.write(
      "deep/inner/.gitattributes",
      "gen/** linguist-generated\nvendor/** -linguist-vendored\n"
    )
    files.foreach { case (path, bytes, _) => repository.write(path, bytes) }
    val id = repository.commit("all")
    val expected = files.map { case (path, _, reason) => path -> reason }.toMap
    for (mode <- Seq("diff", "file")) {
      val found = skips(git(repository.folder, "maxBytes" -> "6200", "mode" -> mode))
      val own = found.keys.filterNot(_.endsWith(".gitattributes"))
      assert(found.view.filterKeys(own.toSet).toMap == expected, mode)
      assert(found.contains(".gitattributes"))
    }
    val script = byPath(git(repository.folder, "range" -> s"$id^!"))("run")
    assert(value(script, "language").contains("python"))
  }

  test("a file of 50 MB in one line is skipped without being read, and its neighbours are read") {
    val repository = TestRepository.create()
    repository.write("Huge.java", Array.fill[Byte](50 << 20)('a')).write("A.java", java)
    repository.commit("huge")
    for (mode <- Seq("diff", "file")) {
      val found = skips(git(repository.folder, "mode" -> mode))
      assert(found == Map("Huge.java" -> "too large (52428800 bytes)", "A.java" -> "-"))
    }
    val raised = skips(git(repository.folder, "maxBytes" -> "100000000"))
    assert(raised == Map("Huge.java" -> "minified", "A.java" -> "-"))
  }

  test("renames, copies of modes, deletions, symbolic links and submodules are told apart") {
    val repository = TestRepository.create()
    val body =
      (1 to 30).map(i => s"  int f$i() { return $i; }\n").mkString("class R {\n", "", "}\n")
    repository.write("Old.java", body).write("Same.java", body.replace("R", "S"))
    repository.write("Gone.java", "class Gone {}\n").write("tool.sh", "echo\n")
    Files.createSymbolicLink(repository.folder.resolve("link.java"), Path.of("/etc/passwd"))
    repository.commit("before")
    repository.move("Old.java", "New.java").write("New.java", body.replace("return 7", "return 8"))
    repository.move("Same.java", "moved/Same.java").delete("Gone.java").delete("link.java")
    Files.createSymbolicLink(repository.folder.resolve("link.java"), Path.of("/etc/shadow"))
    val tool = repository.folder.resolve("tool.sh")
    val permissions = Files.getPosixFilePermissions(tool)
    permissions.add(PosixFilePermission.OWNER_EXECUTE)
    Files.setPosixFilePermissions(tool, permissions)
    repository.git.add.addFilepattern(".").call()
    val cache = repository.git.getRepository.lockDirCache()
    val editor = cache.editor()
    editor.add(new org.eclipse.jgit.dircache.DirCacheEditor.PathEdit("module") {
      override def apply(entry: DirCacheEntry): Unit = {
        entry.setFileMode(FileMode.GITLINK)
        entry.setObjectId(ObjectId.fromString("1" * 40))
      }
    })
    assert(editor.commit())
    repository.git.rm
      .addFilepattern("Gone.java")
      .addFilepattern("Old.java")
      .addFilepattern("Same.java")
      .setCached(true)
      .call()
    repository.git.commit.setMessage("after").setSign(false).call()
    val rows = byPath(git(repository.folder))
    def summary(path: String) =
      Seq("change_kind", "old_path", "skip_reason").map(value(rows(path), _).getOrElse("-"))
    assert(summary("New.java") == Seq("renamed", "Old.java", "-"))
    assert(value(rows("New.java"), "diff").exists(_.linesIterator.count(_.startsWith("+")) == 1))
    assert(summary("moved/Same.java") == Seq("renamed", "Same.java", "renamed without changes"))
    assert(summary("Gone.java") == Seq("deleted", "-", "deleted file"))
    assert(summary("link.java") == Seq("modified", "-", "symbolic link"))
    assert(summary("tool.sh") == Seq("mode_changed", "-", "only the file mode changed"))
    assert(summary("module") == Seq("added", "-", "submodule"))
    assert(rows.size == 6)
    assert(rows.values.forall(row => !value(row, "content").exists(_.contains("root:"))))
  }

  test(
    "merges and empty commits have one row; merges=true compares a merge with its first parent"
  ) {
    val repository = TestRepository.create()
    repository.write("A.java", java).commit("base")
    repository.git.checkout.setCreateBranch(true).setName("side").call()
    repository.write("B.java", java).commit("side")
    repository.git.checkout.setName("main").call()
    val empty = repository.git.commit.setAllowEmpty(true).setMessage("none").setSign(false).call()
    val side = repository.git.getRepository.resolve("side")
    repository.git.merge.include(side).setFastForward(FastForwardMode.NO_FF).setMessage("m").call()
    val merge = repository.git.getRepository.resolve("HEAD").name
    def row(id: String, options: (String, String)*) =
      git(repository.folder, options :+ ("commits" -> "all"): _*).where(s"commit_id = '$id'").head()
    assert(value(row(merge), "skip_reason").contains("merge commit"))
    assert(value(row(merge), "path").contains(""))
    assert(value(row(empty.name), "skip_reason").contains("empty commit"))
    val last = git(repository.folder, "commits" -> "1").collect().map(value(_, "commit_id").get)
    assert(last.length == 2 && last.contains(merge), "a skipped merge is not the commit asked for")
    assert(git(repository.folder, "commits" -> "1", "merges" -> "true").count() == 1)
    val compared = row(merge, "merges" -> "true")
    assert(value(compared, "path").contains("B.java") && value(compared, "diff").isDefined)
  }

  test("text is decoded whatever its encoding, and line ends are kept") {
    val repository = TestRepository.create()
    repository.write("Crlf.java", "class A {\r\n}\r\n")
    repository.write("Latin.java", "// Gr\u00fc\u00dfe\n".getBytes(ISO_8859_1))
    val mark = Array(0xff.toByte, 0xfe.toByte)
    repository.write("Wide.cs", mark ++ "class \u00c4 {}\n".getBytes(UTF_16LE))
    repository.write("Marked.java", "\ufeffclass A {}\n")
    repository.write("Broken.java", Array[Byte]('/', '/', 0xc3.toByte, 0x28, '\n'))
    repository.commit("texts")
    val content = byPath(git(repository.folder)).map { case (k, v) => k -> value(v, "content").get }
    assert(content("Crlf.java") == "class A {\r\n}\r\n")
    assert(content("Latin.java") == "// Gr\u00fc\u00dfe\n")
    assert(content("Wide.cs") == "class \u00c4 {}\n")
    assert(content("Marked.java") == "class A {}\n")
    assert(content("Broken.java") == "//\u00c3(\n")
    repository.write("Crlf.java", "class A {\r\n  int x;\r\n}\r\n").commit("crlf")
    val diff = value(git(repository.folder).head(), "diff").get
    val lines = UnifiedDiffParser.hunks(diff).get(0).lines
    assert(lines.get(1).text == "  int x;\r")
  }

  test("a working tree, its .git, a bare clone, linked and borrowing ones and a subfolder") {
    val repository = TestRepository.create()
    repository.write("src/A.java", java).write("other/B.java", java).commit("first")
    val bare = TestRepository.temporaryFolder().resolve("copy.git")
    repository.git.getRepository
    org.eclipse.jgit.api.Git.cloneRepository
      .setURI(repository.folder.toUri.toString)
      .setDirectory(bare.toFile)
      .setBare(true)
      .call()
    val both = Set("src/A.java", "other/B.java")
    val linked = linkedTree(repository)
    val borrowing = TestRepository.create()
    val alternates = borrowing.folder.resolve(".git/objects/info/alternates")
    Files.createDirectories(alternates.getParent)
    Files.writeString(alternates, repository.folder.resolve(".git/objects").toString + "\n")
    val head = repository.git.getRepository.resolve("HEAD").name
    Files.writeString(borrowing.folder.resolve(".git/refs/heads/main"), head + "\n")
    val cases = Seq(
      repository.folder.toString -> both,
      repository.folder.resolve(".git").toString -> both,
      repository.folder.toUri.toString -> both,
      bare.toString -> both,
      linked.toString -> both,
      linked.resolve(".git").toString -> both,
      borrowing.folder.toString -> both,
      repository.folder.resolve("src").toString -> Set("src/A.java")
    )
    for ((path, expected) <- cases; mode <- Seq("diff", "file")) {
      assert(byPath(git(path, "mode" -> mode)).keySet == expected, s"$path $mode")
    }
    assert(value(git(bare).head(), "repository").contains("copy"))
  }

  /** What `git worktree add` makes: a folder whose `.git` is a file. */
  private def linkedTree(repository: TestRepository): Path = {
    val tree = TestRepository.temporaryFolder().resolve("linked")
    val own = repository.folder.resolve(".git/worktrees/linked")
    Files.createDirectories(tree)
    Files.createDirectories(own)
    Files.writeString(tree.resolve(".git"), s"gitdir: $own\n")
    Files.writeString(own.resolve("gitdir"), s"$tree/.git\n")
    Files.writeString(own.resolve("commondir"), "../..\n")
    Files.writeString(own.resolve("HEAD"), "ref: refs/heads/main\n")
    tree
  }

  test("a folder's last commits are those that touched it") {
    val repository = TestRepository.create()
    val touched = repository.write("src/A.java", java).commit("in it")
    repository.write("B.java", java).commit("beside it")
    val rows = git(repository.folder.resolve("src"), "commits" -> "5").collect()
    assert(rows.map(value(_, "commit_id").get).toSeq == Seq(touched))
  }

  test("one bad repository of many has a row with its error, and the others are read") {
    val parent = TestRepository.temporaryFolder()
    TestRepository.at(parent.resolve("good")).write("A.java", java).commit("first")
    TestRepository.at(parent.resolve("empty"))
    Files.createDirectories(parent.resolve("broken"))
    Files.writeString(parent.resolve("broken/.git"), "gitdir: nowhere\n")
    Files.createDirectories(parent.resolve("no repository at all"))
    val rows = git(parent).collect().map(r => value(r, "repository").get -> value(r, "error_class"))
    assert(rows.toMap.keySet == Set("good", "empty", "broken"))
    assert(rows.toMap.apply("good").isEmpty)
    assert(rows.toMap.apply("empty").contains("GIT_EMPTY_REPOSITORY"))
    assert(rows.toMap.apply("broken").contains("GIT_NOT_A_REPOSITORY"))
    assert(git(parent.toString + "/g*").count() == 1)
    val listed = spark.read.format("git").load(s"$parent/good", s"$parent/empty")
    assert(listed.count() == 2)
  }

  test("repositories of the same name are told apart by their paths") {
    val parent = TestRepository.temporaryFolder()
    for (side <- Seq("a", "b"))
      TestRepository.at(parent.resolve(s"$side/same")).write("A.java", java).commit("x")
    val names = git(s"$parent/*/same").collect().map(value(_, "repository").get).toSet
    assert(names == Set(s"$parent/a/same", s"$parent/b/same"))
  }

  test("wrong options, paths and ranges are one clear error when the source is loaded") {
    val repository = TestRepository.create()
    repository.write("A.java", java).commit("first")
    val here = repository.folder.toString
    val plain = TestRepository.temporaryFolder()
    val empty = TestRepository.create().folder.toString
    val wide = TestRepository.create()
    wide.git.getRepository.getConfig.setString("extensions", null, "objectFormat", "sha256")
    wide.git.getRepository.getConfig.save()
    val cases = Seq[(String, Map[String, String], String, String)](
      (s"$here/nowhere", Map(), "SOURCE_PATH", "no such file"),
      (s"$here/*.nothing", Map(), "SOURCE_PATH", "Nothing matches"),
      (
        "https://u:secret@example.org/x.git",
        Map(),
        "SOURCE_URL_CREDENTIALS",
        "https://example.org/x.git"
      ),
      (plain.toString, Map(), "GIT_NOT_A_REPOSITORY", plain.toString),
      (empty, Map(), "GIT_EMPTY_REPOSITORY", "no commits"),
      (wide.folder.toString, Map(), "GIT_UNSUPPORTED", "sha256"),
      (here, Map("range" -> "nothing..HEAD"), "GIT_UNKNOWN_REVISION", "`nothing`"),
      (here, Map("range" -> "a...b"), "GIT_UNKNOWN_REVISION", "three dots"),
      (here, Map("range" -> "HEAD^{tree}"), "GIT_UNKNOWN_REVISION", "HEAD^{tree}"),
      (here, Map("rnage" -> "A..B"), "SOURCE_OPTIONS", "nearest: `range`"),
      (here, Map("mode" -> "files"), "SOURCE_OPTIONS", "[diff, file]"),
      (here, Map("commits" -> "0"), "SOURCE_OPTIONS", "`commits` is `0`"),
      (here, Map("commits" -> "2", "range" -> "A"), "SOURCE_OPTIONS", "exclude each other"),
      (here, Map("commits" -> "x", "mode" -> "y"), "SOURCE_OPTIONS", "`mode` is `y`")
    )
    for ((path, options, errorClass, part) <- cases) {
      val error =
        withClue(s"$path $options: ")(intercept[AuditException](git(path, options.toSeq: _*)))
      assert(error.errorClass.name == errorClass, path)
      assert(error.getMessage.contains(part), error.getMessage)
      assert(!error.getMessage.contains("secret"))
    }
  }

  test("a missing object is the error of its file alone") {
    val repository = TestRepository.create()
    repository.write("A.java", java).write("B.java", java + "// b\n").commit("first")
    val blob = repository.git.getRepository.resolve("HEAD:B.java").name
    val loose = repository.folder.resolve(s".git/objects/${blob.take(2)}/${blob.drop(2)}")
    Files.setPosixFilePermissions(loose, Files.getPosixFilePermissions(repository.folder))
    Files.delete(loose)
    for (mode <- Seq("diff", "file")) {
      val rows = byPath(git(repository.folder, "mode" -> mode))
      assert(value(rows("A.java"), "error_class").isEmpty)
      assert(value(rows("B.java"), "error_class").contains("GIT_OBJECT_MISSING"))
      assert(value(rows("B.java"), "error_message").exists(_.contains(blob)))
    }
  }

  test("a corrupt object is the error of its file, and a corrupt commit that of the commit") {
    val repository = TestRepository.create()
    repository.write("A.java", java).write("B.java", java + "// b\n").commit("first")
    val blob = repository.git.getRepository.resolve("HEAD:B.java").name
    val loose = repository.folder.resolve(s".git/objects/${blob.take(2)}/${blob.drop(2)}")
    Files.delete(loose)
    Files.write(loose, "this is no zlib stream".getBytes)
    val rows = byPath(git(repository.folder))
    assert(value(rows("A.java"), "error_class").isEmpty)
    assert(value(rows("B.java"), "error_class").contains("GIT_UNREADABLE"))
  }

  test("the commit whose parents a shallow clone lacks has a row saying so") {
    val repository = TestRepository.create()
    for (i <- 1 to 3) repository.write("A.java", s"class A$i {}\n").commit(s"$i")
    val copy = TestRepository.temporaryFolder().resolve("shallow")
    org.eclipse.jgit.api.Git.cloneRepository
      .setURI(repository.folder.toUri.toString)
      .setDirectory(copy.toFile)
      .setDepth(2)
      .call()
    val rows = git(copy, "commits" -> "all").collect()
    assert(rows.map(value(_, "skip_reason")).toSet == Set(None, Some("shallow clone boundary")))
    assert(rows.length == 2)
  }

  test("what is planned is pinned: later commits do not come into a loaded frame") {
    val repository = TestRepository.create()
    val first = repository.write("A.java", java).commit("first")
    val frame = git(repository.folder)
    repository.write("A.java", "class B {}\n").commit("second")
    assert(value(frame.head(), "commit_id").contains(first))
  }

  /** A file changed at random places again and again, and its texts; lines are drawn from a pool.
    */
  private def history(distinctLines: Int): (TestRepository, Seq[String]) = {
    val repository = TestRepository.create()
    val random = new scala.util.Random(7)
    var lines = Vector.fill(60)(s"line ${random.nextInt(distinctLines)}")
    val texts = (0 to 40).map { i =>
      for (_ <- 0 to random.nextInt(4)) {
        val at = random.nextInt(lines.size + 1)
        lines =
          if (random.nextBoolean() && at < lines.size) lines.patch(at, Nil, 1 + random.nextInt(3))
          else lines.patch(at, Seq(s"line ${random.nextInt(distinctLines)}"), 0)
      }
      val text = lines.mkString("", "\n", if (random.nextBoolean()) "\n" else "")
      repository.write("A.py", text).commit(s"$i")
      text
    }
    (repository, texts)
  }

  /** Changed lines by commit: side, number and text. */
  private def changedLines(frame: org.apache.spark.sql.DataFrame): Map[String, Set[String]] =
    frame
      .collect()
      .groupMapReduce(value(_, "commit_id").get) { row =>
        val hunks = value(row, "diff").map(UnifiedDiffParser.hunks(_).asScala).getOrElse(Nil)
        hunks
          .flatMap(_.lines.asScala)
          .filter(_.kind != Line.Kind.CONTEXT)
          .map(line => s"${line.kind} ${line.oldNumber} ${line.newNumber} ${line.text}")
          .toSet
      }(_ ++ _)

  test("the changed lines of every commit are those of git itself") {
    assume(Try(Seq("git", "--version").!!).isSuccess, "there is no git program")
    // Among lines that repeat there are several smallest differences, and tools differ in their choice.
    val repository = history(distinctLines = 1000000)._1
    val patch = TestRepository.temporaryFolder().resolve("log.patch")
    val log = Seq(
      "git",
      "-C",
      repository.folder.toString,
      "log",
      "-p",
      "--no-color",
      "--no-ext-diff",
      "--diff-algorithm=histogram",
      "--no-indent-heuristic"
    )
    assert((log #> patch.toFile).! == 0)
    val ours = changedLines(git(repository.folder, "commits" -> "all"))
    val gits = changedLines(diff(patch))
    assert(ours.size > 40 && ours.keySet == gits.keySet)
    for ((commit, lines) <- ours) assert(lines == gits(commit), commit)
  }

  test("applying the hunks of every commit to its parent's text gives the commit's text") {
    val (repository, texts) = history(distinctLines = 20)
    val rows = git(repository.folder, "commits" -> "all").orderBy("committed_at").collect()
    assert(rows.length >= 40)
    var before = ""
    val contents = rows.flatMap(value(_, "content"))
    assert(contents.toSet.subsetOf(texts.toSet))
    for (row <- rows; diff <- value(row, "diff")) {
      assert(HunkApplication.apply(before, diff) == value(row, "content").get.linesIterator.toSeq)
      before = value(row, "content").get
    }
  }
}
