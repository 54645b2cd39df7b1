package org.codeaudit.job.injection
import java.nio.file.{Files, Path}

import org.apache.spark.sql.Row

import org.codeaudit.AuditException
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.row.ChangeSchema

/** What hostile repositories and patches become as rows: data, and every part of them a row. */
class HostileSourceSuite extends SparkSuite {
  private lazy val repository = HostileSources.repository().folder
  private lazy val files = byPath(git(repository, "mode" -> "file"))
  private lazy val changes = byPath(git(repository, "range" -> "root..main"))

  private def quiet(rows: Iterable[Row]): Unit = {
    for (row <- rows) assert(!row.toString.contains(HostileSources.Secret))
    assert(!HostileSources.executed(repository, repository.resolve(".git")))
  }

  for ((attempt, name) <- HostileSources.names)
    test(s"a file is its name, whatever that says: $attempt") {
      assert(value(files(name), "content").contains(HostileSources.code))
      assert(value(changes(name), "diff").exists(_.contains("+    return 1 / 0;\n")))
      for (rows <- Seq(files, changes)) {
        val row = rows(name)
        assert(value(row, "language").contains("java"))
        assert(Seq("skip_reason", "error_class").forall(value(row, _).isEmpty))
      }
      quiet(Seq(files(name), changes(name)))
    }

  for ((attempt, name, text) <- HostileSources.contents)
    test(s"a file is its content, whatever that says: $attempt") {
      for (rows <- Seq(files, changes)) {
        val row = rows(name)
        assert(value(row, "content").forall(_ == text))
        val read = value(row, "content").isDefined || value(row, "diff").isDefined
        assert(read || value(row, "skip_reason").isDefined || value(row, "error_class").isDefined)
      }
      quiet(Seq(files(name), changes(name)))
    }

  for (name <- HostileSources.links)
    test(s"a link is not followed: $name") {
      for (rows <- Seq(files, changes)) {
        assert(value(rows(name), "skip_reason").contains("symbolic link"))
        assert(value(rows(name), "content").isEmpty && value(rows(name), "diff").isEmpty)
      }
      quiet(files.values)
    }

  test("a submodule is not entered, and no setting, hook or filter of a repository is run") {
    for (rows <- Seq(files, changes)) assert(value(rows("m"), "skip_reason").contains("submodule"))
    quiet(files.values ++ changes.values)
  }

  test("folders that no checkout would make are names like others") {
    val climbing = Seq("../outside.java", ".git/hooks/post-checkout")
    for (name <- climbing; rows <- Seq(files, changes)) assert(rows.contains(name), name)
    assert(!Files.exists(repository.resolveSibling("outside.java")))
    assert(files.size == changes.size)
  }

  for (branch <- HostileSources.branches)
    test(s"a branch is its name: $branch") {
      for (range <- Seq(s"root..$branch", s"refs/heads/root..refs/heads/$branch")) {
        val read =
          try Right(byPath(git(repository, "range" -> range)))
          catch { case e: AuditException => Left(e) }
        read match {
          case Right(rows) => assert(rows.keySet == changes.keySet)
          case Left(error) => assert(error.errorClass.name.startsWith("GIT_"), error.getMessage)
        }
        assert(read.isRight || !range.startsWith("refs/"), read.left.toOption.map(_.getMessage))
      }
      quiet(Nil)
    }

  for ((attempt, message) <- HostileSources.messages)
    test(s"what a commit says is in no row: $attempt") {
      val other = HostileSources.repository(message).folder
      val rows = byPath(git(other, "range" -> "root..main"))
      assert(rows.keySet == changes.keySet)
      for ((path, row) <- rows; column <- Seq("diff", "content", "content_sha", "skip_reason"))
        assert(value(row, column) == value(changes(path), column), path)
      assert(!rows.values.exists(_.toString.contains("No. No. ")))
      quiet(rows.values)
    }

  private lazy val folder: Path = HostileSources.patchFolder()
  private lazy val patched: Map[String, Seq[Row]] = {
    val frame = diff(folder)
    assert(frame.schema == ChangeSchema.SCHEMA)
    frame.collect().toSeq.groupBy(_.getAs[String]("repository"))
  }

  for (((attempt, _), number) <- HostileSources.patches.zipWithIndex)
    test(s"a patch is reviewed, skipped or failed, and nothing else: $attempt") {
      val rows =
        patched.filter { case (name, _) => name.contains(f"p$number%02d.patch") }.values.flatten
      assert(rows.nonEmpty)
      for (row <- rows) {
        val known = Seq("diff", "skip_reason", "error_class").exists(value(row, _).isDefined)
        assert(known, row)
        assert(value(row, "content").isEmpty, "a patch has no other file's content")
      }
      quiet(rows)
    }

  test("hostile patches harm no other, and a patch's own name is no command") {
    val named = patched.values.flatten.map(_.getAs[String]("path")).toSet
    assert(Set("good.java", "named.java").subsetOf(named))
    assert(!HostileSources.executed(folder))
  }
}
