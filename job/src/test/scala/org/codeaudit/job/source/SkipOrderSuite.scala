package org.codeaudit.job.source

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}

import org.codeaudit.job.source.table.ContentColumn

/** A file has the same reason not to be reviewed wherever it comes from. */
class SkipOrderSuite extends SparkSuite {
  private val code = "class A {}\n"
  private val large = "int x = 1;\n" * 200000

  /** Each has more than one thing against it. */
  private val cases = Seq(
    "package-lock.json" -> large -> "lock file",
    "vendor/Large.java" -> large -> "vendored",
    "vendor/logo.js" -> "a\u0000b" -> "vendored",
    "vendor/empty.py" -> "" -> "vendored",
    "vendor/notes.md" -> "# Notes\n" -> "vendored",
    "lib.min.js" -> large -> "minified",
    "notes.md" -> large -> "too large",
    "odd.xyz" -> large -> "too large",
    "made.md" -> "<!-- @generated -->\n# Notes\n" -> "generated",
    "picture.xyz" -> "a\u0000b" -> "binary",
    "empty.xyz" -> "" -> "empty file",
    "odd2.xyz" -> code -> "no known language",
    "A.java" -> code -> "-"
  )

  private def matches(found: Map[String, String], source: String): Unit =
    for (((path, _), reason) <- cases) assert(found(path).startsWith(reason), s"$source: $path")

  private def shown(repository: Path, commit: String): Path = {
    val patch = Files.createTempFile("commit", ".patch")
    val git = new ProcessBuilder("git", "-C", repository.toString, "show", "--format=", commit)
    assert(git.redirectOutput(patch.toFile).start().waitFor() == 0)
    patch
  }

  test("what is cheap to know comes first, from repositories, patches and tables alike") {
    val repository = TestRepository.create()
    for (((path, text), _) <- cases) repository.write(path, text.getBytes(UTF_8))
    val commit = repository.commit("all")
    val contents = spark
      .createDataFrame(cases.map { case ((path, text), _) => ("key", path, text) })
      .toDF("key", "path", "content")
    val sources = Map(
      "changes" -> git(repository.folder, "mode" -> "diff"),
      "files" -> git(repository.folder, "mode" -> "file"),
      "patch" -> diff(shown(repository.folder, commit)),
      "table" -> ContentColumn.changes(contents)
    )
    for ((name, rows) <- sources)
      matches(
        byPath(rows).view.mapValues(row => value(row, "skip_reason").getOrElse("-")).toMap,
        name
      )
  }
}
