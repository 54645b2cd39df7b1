package org.codeaudit.job.option

import java.nio.file.{Files, Path}

import org.scalatest.funsuite.AnyFunSuite

class SourceOptionsSuite extends AnyFunSuite {
  private val folder = Files.createTempDirectory("source-options-")

  private def file(name: String): Path = {
    val path = folder.resolve(name)
    Files.createDirectories(path.getParent)
    Files.writeString(path, "")
  }

  for (
    (what, files, source, patch) <- Seq(
      ("a file", Seq("one/change.txt"), "one/change.txt", true),
      ("a folder that holds patches", Seq("two/a.patch", "two/readme"), "two", true),
      ("a patch that does not exist", Seq(), "three/a.diff", true),
      ("a folder without patches", Seq("four/a.java"), "four", false),
      ("a repository that holds patches", Seq("five/a.patch", "five/.git/HEAD"), "five", false),
      ("a linked working tree that holds patches", Seq("six/a.patch", "six/.git"), "six", false),
      ("the .git file of a linked working tree", Seq("seven/.git"), "seven/.git", false),
      (
        "a folder of linked working trees beside patches",
        Seq("eight/a.patch", "eight/tree/.git"),
        "eight",
        false
      ),
      ("a bare repository that holds patches", Seq("nine/a.patch", "nine/HEAD"), "nine", false)
    )
  ) test(s"$what is ${if (patch) "read as patches" else "no patch"}") {
    files.foreach(file)
    assert(SourceOptions.isPatch(folder.resolve(source).toString) === patch)
  }

  test("standard input is a patch, and an address on a server is none") {
    assert(SourceOptions.isPatch("-"))
    assert(!SourceOptions.isPatch("https://example.org/a.patch"))
  }
}
