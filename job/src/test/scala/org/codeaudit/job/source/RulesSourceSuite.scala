package org.codeaudit.job.source

import java.nio.file.Files

import org.apache.spark.sql.DataFrame
import org.eclipse.jgit.dircache.DirCacheEntry
import org.eclipse.jgit.lib.{FileMode, ObjectId}
import org.codeaudit.rule.RepositoryRules

/** The rules of a repository on their way to where its files are reviewed. */
class RulesSourceSuite extends SparkSuite {
  private val file = RepositoryRules.FILE
  private val first = "exclude: [vendored/]\n"
  private val second = "exclude: [src/]\n"

  private def code(number: Int) = s"class A {\n  int a = $number;\n}\n"

  /** What rows say of files with code: the rules that came with them, or why they are skipped. */
  private def said(rows: DataFrame): Map[String, String] =
    byPath(rows.where("path LIKE '%.java'")).map { case (path, row) =>
      path -> value(row, "rules").orElse(value(row, "skip_reason")).getOrElse("-")
    }

  private def failed(rows: DataFrame): Seq[(String, String)] =
    rows
      .where("error_class IS NOT NULL")
      .collect()
      .map(row => row.getAs[String]("path") -> row.getAs[String]("error_message"))
      .toSeq

  private def touched(repository: TestRepository, number: Int): String =
    repository
      .write("src/A.java", code(number))
      .write("vendored/B.java", code(number))
      .commit(s"code $number")

  test("a commit is reviewed by the rules of its parent, not by those that it brings") {
    val repository = TestRepository.create()
    repository.write(file, first)
    touched(repository, 1)
    assert(
      said(git(repository.folder)) == Map("src/A.java" -> "-", "vendored/B.java" -> "vendored")
    )
    repository.write(file, second)
    touched(repository, 2)
    val excluded = "excluded by .codeaudit.yaml"
    assert(
      said(git(repository.folder)) == Map("src/A.java" -> first, "vendored/B.java" -> excluded)
    )
    touched(repository, 3)
    assert(said(git(repository.folder))("src/A.java") == excluded)
    val all = git(repository.folder, "commits" -> "all").where("path = 'src/A.java'").collect()
    assert(
      all.map(row => value(row, "rules").orElse(value(row, "skip_reason"))).toSeq ==
        Seq(Some(excluded), Some(first), None)
    )
  }

  test("all commits of a range are reviewed by the rules where it begins") {
    val repository = TestRepository.create()
    val base = repository.write(file, first).commit("base")
    repository.write(file, "ignore: [{paths: \"**\", reason: mine}]\n").commit("silence")
    touched(repository, 1)
    touched(repository, 2)
    val range = git(repository.folder, "range" -> s"$base..HEAD")
    val rows = range.where("path = 'src/A.java'").collect()
    assert(rows.map(value(_, "rules")).toSeq == Seq(Some(first), Some(first)))
    val one = git(repository.folder, "range" -> "HEAD^!").where("path = 'src/A.java'").head()
    assert(value(one, "rules").exists(_.contains("reason: mine")))
  }

  test("whole files are reviewed by the rules of their commit") {
    val repository = TestRepository.create()
    repository.write(file, first)
    val old = touched(repository, 1)
    repository.write(file, second)
    touched(repository, 2)
    val excluded = "excluded by .codeaudit.yaml"
    val now = said(git(repository.folder, "mode" -> "file"))
    assert(now == Map("src/A.java" -> excluded, "vendored/B.java" -> "vendored"))
    val then = said(git(repository.folder, "mode" -> "file", "range" -> s"$old^!"))
    assert(then == Map("src/A.java" -> first, "vendored/B.java" -> excluded))
  }

  test("only files that are reviewed carry rules") {
    val repository = TestRepository.create()
    repository.write(file, first).write("vendored/C.java", code(1)).write("notes.md", "# Notes\n")
    touched(repository, 1)
    val rows = git(repository.folder, "mode" -> "file").collect()
    val carrying = rows.filter(value(_, "rules").isDefined).map(_.getAs[String]("path")).toSet
    assert(carrying == Set(file, "src/A.java"))
  }

  /** A repository whose rules are not a file that can be used. */
  private def hostile(make: TestRepository => Unit): TestRepository = {
    val repository = TestRepository.create()
    touched(repository, 1)
    make(repository)
    repository
  }

  /** Puts something of another mode in the place of the rules. */
  private def linked(repository: TestRepository, mode: FileMode, id: ObjectId): Unit = {
    val index = repository.git.getRepository.lockDirCache()
    val builder = index.builder()
    for (i <- 0 until index.getEntryCount) builder.add(index.getEntry(i))
    val entry = new DirCacheEntry(file)
    entry.setFileMode(mode)
    entry.setObjectId(id)
    builder.add(entry)
    assert(builder.commit())
    repository.git.commit.setMessage("linked").setSign(false).call()
  }

  private val outside = Files.writeString(Files.createTempFile("outside", ".yaml"), second)

  private val broken = Seq[(String, TestRepository => Unit, String)](
    ("wrong keys", _.write(file, "exclud: [src/]\n").commit("rules"), "did you mean exclude?"),
    ("too much", _.write(file, "# " + "x" * 70000).commit("rules"), "more than 65536"),
    ("no text", _.write(file, Array[Byte](0, -1, 7)).commit("rules"), "no text in UTF-8"),
    ("tags", _.write(file, "!!java.io.File [/etc/passwd]").commit("rules"), "tags are not"),
    (
      "aliases",
      _.write(file, "exclude: &a [x]\nignore: *a\n").commit("rules"),
      "anchors and aliases"
    ),
    ("a folder", _.write(s"$file/x.yaml", second).commit("rules"), "no file but a folder"),
    (
      "a link out of the repository",
      repository => {
        val blobs = repository.git.getRepository.newObjectInserter()
        val id = blobs.insert(org.eclipse.jgit.lib.Constants.OBJ_BLOB, outside.toString.getBytes)
        blobs.flush()
        linked(repository, FileMode.SYMLINK, id)
      },
      "a symbolic link"
    ),
    (
      "a submodule",
      linked(_, FileMode.GITLINK, ObjectId.fromString("1" * 40)),
      "no file but a folder or submodule"
    )
  )

  for ((name, make, words) <- broken) {
    test(s"rules that are $name have one failed row, and files are reviewed without them") {
      val repository = hostile(make)
      val files = git(repository.folder, "mode" -> "file", "filesPerPartition" -> "1")
      assert(said(files) == Map("src/A.java" -> "-", "vendored/B.java" -> "vendored"))
      val Seq((path, message)) = failed(files)
      assert(path == file && message.contains(words), message)
      val base = repository.git.getRepository.resolve("HEAD").name
      for (number <- 2 to 4) touched(repository, number)
      val range = git(repository.folder, "range" -> s"$base..HEAD", "commitsPerPartition" -> "1")
      assert(said(range) == Map("src/A.java" -> "-", "vendored/B.java" -> "vendored"))
      assert(failed(range).map(_._1) == Seq(file))
    }
  }

  test("what the rules of a run exclude is skipped whatever it comes from") {
    val repository = TestRepository.create()
    repository.write(file, first).write("lib/C.java", code(1)).write("lib/c.lock.json", "{}")
    touched(repository, 1)
    val rules = RepositoryRules.parse("run", "exclude: [src/, package-lock.json, notes.md]")
    val patch = Files.createTempFile("some", ".patch")
    Files.writeString(
      patch,
      Seq("src/A.java", "lib/C.java", "package-lock.json")
        .map(path => s"--- a/$path\n+++ b/$path\n@@ -1 +1 @@\n-a\n+b\n")
        .mkString
    )
    val skipped = "excluded by --rules"
    val files = byPath(ExcludedFiles.skip(git(repository.folder, "mode" -> "file"), rules))
    assert(value(files("src/A.java"), "skip_reason").contains(skipped))
    for (column <- Seq("content", "content_sha", "rules"))
      assert(value(files("src/A.java"), column).isEmpty, column)
    assert(value(files("lib/C.java"), "content").isDefined)
    val patched = byPath(ExcludedFiles.skip(diff(patch), rules))
    assert(value(patched("src/A.java"), "skip_reason").contains(skipped))
    assert(value(patched("lib/C.java"), "skip_reason").isEmpty)
    assert(value(patched("package-lock.json"), "skip_reason").contains("lock file"))
    val all = git(repository.folder)
    assert(ExcludedFiles.skip(all, RepositoryRules.NONE) eq all)
  }
}
