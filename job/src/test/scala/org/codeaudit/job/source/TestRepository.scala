package org.codeaudit.job.source

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.time.{Instant, ZoneOffset}

import org.eclipse.jgit.api.Git
import org.eclipse.jgit.lib.PersonIdent

/** A repository built in a temporary folder, with times and names that are always the same. */
class TestRepository(val folder: Path) {
  val git: Git = Git.init.setDirectory(folder.toFile).setInitialBranch("main").call()
  private var seconds = 1700000000L

  def write(path: String, text: String): TestRepository = write(path, text.getBytes(UTF_8))

  def write(path: String, bytes: Array[Byte]): TestRepository = {
    val file = folder.resolve(path)
    Files.createDirectories(file.getParent)
    Files.write(file, bytes)
    this
  }

  def delete(path: String): TestRepository = {
    Files.delete(folder.resolve(path))
    this
  }

  def move(from: String, to: String): TestRepository = {
    Files.createDirectories(folder.resolve(to).getParent)
    Files.move(folder.resolve(from), folder.resolve(to))
    this
  }

  /** Commits the whole working tree; returns the commit's id. */
  def commit(message: String): String = {
    git.add.addFilepattern(".").call()
    git.add.addFilepattern(".").setUpdate(true).call()
    seconds += 60
    val who = new PersonIdent("A", "a@example.org", Instant.ofEpochSecond(seconds), ZoneOffset.UTC)
    git.commit.setMessage(message).setAuthor(who).setCommitter(who).setSign(false).call().name
  }
}

object TestRepository {
  def temporaryFolder(): Path = Files.createTempDirectory("source")

  def create(): TestRepository = new TestRepository(temporaryFolder())

  def at(folder: Path): TestRepository = {
    Files.createDirectories(folder)
    new TestRepository(folder)
  }
}
