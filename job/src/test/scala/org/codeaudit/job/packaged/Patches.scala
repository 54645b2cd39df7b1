package org.codeaudit.job.packaged
import java.nio.file.{Files, Path}

import org.codeaudit.job.source.TestRepository

/** Patch files, each of which changes a file of its own. */
class Patches(count: Int) {
  private val names: Seq[String] = (0 until count).map(i => f"Part$i%03d")

  /** The files that are changed. */
  val paths: Set[String] = names.map(name => s"src/$name.java").toSet

  def write(folder: Path): Path = {
    Files.createDirectories(folder)
    for ((name, i) <- names.zipWithIndex)
      Files.writeString(folder.resolve(s"$name.patch"), Patches.patch(name, i))
    folder
  }

  /** The files as the patches leave them, in a repository. */
  def commit(folder: Path): Path = {
    val repository = TestRepository.at(folder)
    for ((name, i) <- names.zipWithIndex)
      repository.write(s"src/$name.java", Patches.code(name, i))
    repository.commit("Add the parts")
    repository.git.close()
    folder
  }
}

object Patches {

  private def code(name: String, number: Int): String =
    s"""class $name {
       |  int half = $number / 0;
       |  int value = $number;
       |}
       |""".stripMargin

  /** A prompt short enough for the golden checkpoints. */
  def writePrompt(file: Path): Path = Files.writeString(
    file,
    "<!-- system -->\nFind defects.\n<!-- user: change -->\n{{path}}\n{{code}}\n" +
      "<!-- user: file -->\n{{code}}\n"
  )

  def patch(name: String, number: Int): String =
    s"""diff --git a/src/$name.java b/src/$name.java
       |--- a/src/$name.java
       |+++ b/src/$name.java
       |@@ -1,3 +1,4 @@
       | class $name {
       |+  int half = $number / 0;
       |   int value = $number;
       | }
       |""".stripMargin
}
