package org.codeaudit.job.triage
import java.nio.charset.StandardCharsets.{ISO_8859_1, UTF_16LE}
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.scalatest.funsuite.AnyFunSuite

class SourceFilesSuite extends AnyFunSuite {
  private val outer = Files.createTempDirectory("outer").toRealPath()
  private val source = Files.createDirectories(outer.resolve("app"))

  private def write(path: Path, bytes: Array[Byte]): Path = {
    Files.createDirectories(path.getParent)
    Files.write(path, bytes)
  }

  write(source.resolve("src/A.java"), "class A {}\n".getBytes)
  write(source.resolve("src/My Code.java"), "class B {}\n".getBytes)
  write(source.resolve("lib/src/A.java"), "class InLib {}\n".getBytes)
  write(source.resolve("latin.java"), "// \u00e9\n".getBytes(ISO_8859_1))
  write(
    source.resolve("wide.java"),
    Array(0xff.toByte, 0xfe.toByte) ++ "x = 1;\n".getBytes(UTF_16LE)
  )
  write(source.resolve("picture.bin"), Array[Byte](1, 0, 2))
  write(source.resolve("large.java"), Array.fill[Byte]((1 << 20) + 1)('a'))
  write(outer.resolve("secret.java"), "class Secret {}\n".getBytes)
  Files.createSymbolicLink(source.resolve("link.java"), outer.resolve("secret.java"))
  Files.createSymbolicLink(source.resolve("up"), outer)

  private def find(files: SourceFiles, uri: String, run: String = "", more: String = "") = {
    val log = Logs.read(Logs.run(Seq(Logs.result("r", Logs.at(uri, 1, more))), more = run))
    files.find(log.entries.get(0).result.get)
  }

  private def bases(folders: (String, String)*): String =
    folders
      .map { case (id, node) => s""""$id":{$node}""" }
      .mkString(""","originalUriBaseIds":{""", ",", "}")

  private val root = ""","uriBaseId":"ROOT""""

  test("files are found however tools write their addresses") {
    val table = Seq[(String, String, String, String)](
      ("src/A.java", "", "", "src/A.java"),
      ("./src/A.java", "", "", "src/A.java"),
      ("lib/../src/A.java", "", "", "src/A.java"),
      ("src/My%20Code.java", "", "", "src/My Code.java"),
      ("src/My Code.java", "", "", "src/My Code.java"),
      (s"file://$source/src/A.java", "", "", "src/A.java"),
      (s"file:$source/src/A.java", "", "", "src/A.java"),
      ("file:src/A.java", "", "", "src/A.java"),
      (s"$source/src/A.java", "", "", "src/A.java"),
      // a base nobody explains, one on another machine, and one that says more than SOURCE does
      ("src/A.java", root, "", "src/A.java"),
      ("src/A.java", root, bases("ROOT" -> "\"uri\":\"file:///ci/build/\""), "src/A.java"),
      ("src/A.java", root, bases("ROOT" -> s""""uri":"file://$source/lib/""""), "lib/src/A.java"),
      ("app/src/A.java", root, bases("ROOT" -> s""""uri":"file://$outer/""""), "src/A.java"),
      (
        "A.java",
        root,
        bases("ROOT" -> "\"uri\":\"src\",\"uriBaseId\":\"TOP\"", "TOP" -> "\"uri\":\"file:///x/\""),
        "src/A.java"
      ),
      ("src/A.java", root, bases("ROOT" -> "\"uriBaseId\":\"ROOT\""), "src/A.java")
    )
    for ((uri, base, run, path) <- table) {
      val found = find(new SourceFiles(source), uri, run, base)
      assert(found.path.orElse(found.reason) === path, (uri, run))
    }
  }

  test("what is no file of the folder is not read, and the reason is told") {
    val table = Seq(
      "gone.java" -> "its file is not in the source folder",
      "src" -> "its file is not in the source folder",
      "https://example.org/A.java" -> "its file is not in the source folder",
      "../secret.java" -> "its file lies outside of the source folder",
      "src/../../secret.java" -> "its file lies outside of the source folder",
      "..%2Fsecret.java" -> "its file lies outside of the source folder",
      "link.java" -> "its file lies outside of the source folder",
      "up/secret.java" -> "its file lies outside of the source folder",
      s"file://$outer/secret.java" -> "its file lies outside of the source folder",
      s"$outer/appendix/A.java" -> "its file lies outside of the source folder",
      "a%00b.java" -> "its file has a name that no file can have",
      "picture.bin" -> "its file is binary",
      "large.java" -> s"its file is too large: ${(1 << 20) + 1} bytes"
    )
    val files = new SourceFiles(source)
    for ((uri, reason) <- table) {
      val found = find(files, uri)
      assert(found.path.isEmpty && found.reason === reason, uri)
    }
    assert(files.paths.isEmpty)
    val away = bases("ROOT" -> s""""uri":"file://$outer/"""")
    assert(find(files, "secret.java", away, root).path.isEmpty)
  }

  test("a file is read once, whatever its encoding") {
    val files = new SourceFiles(source)
    for (uri <- Seq("src/A.java", "src/A.java", "latin.java", "wide.java")) find(files, uri)
    assert(files.paths.asScala === Seq("src/A.java", "latin.java", "wide.java"))
    assert(files.text("latin.java") === "// \u00e9\n" && files.text("wide.java") === "x = 1;\n")
    assert(files.name === "app")
  }

  test("a folder that is named by a link is the folder") {
    val link = Files.createSymbolicLink(outer.resolve("linked"), source)
    for (uri <- Seq("src/A.java", s"$source/src/A.java", s"$link/src/A.java")) {
      assert(find(new SourceFiles(link), uri).path.get === "src/A.java", uri)
    }
  }

  test("a source that is no folder is refused") {
    for (wrong <- Seq(outer.resolve("none"), outer.resolve("secret.java"))) {
      val error = intercept[AuditException](new SourceFiles(wrong))
      assert(error.errorClass.name === "SOURCE_PATH" && error.getMessage.contains(wrong.toString))
    }
  }
}
