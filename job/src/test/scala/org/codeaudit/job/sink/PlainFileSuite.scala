package org.codeaudit.job.sink

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}

import org.apache.hadoop.conf.Configuration
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.{AuditException, ErrorClass}

class PlainFileSuite extends AnyFunSuite {
  private def write(file: Path, text: String): Unit =
    PlainFile.write(
      text.getBytes(UTF_8),
      file.toString,
      new Configuration(),
      ErrorClass.REPORT_UNWRITABLE
    )

  test("a file is made with its folders, and replaced by another file, with nothing beside it") {
    val file = Files.createTempDirectory("plain").resolve("in/folders/report.json")
    write(file, "one")
    // What is open stays as it was: the new file is not written over it.
    val open = Files.newInputStream(file)
    try {
      write(file, "another")
      assert(new String(open.readAllBytes(), UTF_8) === "one")
    } finally open.close()
    assert(Files.readString(file) === "another")
    assert(Files.list(file.getParent).count() === 1)
  }

  test("what could not be written leaves the file of before, and nothing beside it") {
    val folder = Files.createTempDirectory("plain")
    val file = Files.writeString(folder.resolve("report.json"), "before")
    // A folder with something in it where the new file is to be written first.
    val part = Files.createDirectories(folder.resolve(".report.json.part"))
    Files.writeString(part.resolve("something"), "")
    intercept[AuditException](write(file, "after"))
    assert(Files.readString(file) === "before")
  }

  test("a link is followed, and a device takes what is written") {
    val folder = Files.createTempDirectory("plain")
    val target = Files.writeString(folder.resolve("target"), "before, and longer")
    val link = Files.createSymbolicLink(folder.resolve("link"), target)
    write(link, "after")
    assert(Files.isSymbolicLink(link) && Files.readString(target) === "after")
    assume(Files.exists(Path.of("/dev/null")))
    write(Path.of("/dev/null"), "nothing")
    assert(!Files.isRegularFile(Path.of("/dev/null")))
  }
}
