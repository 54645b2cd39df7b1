package org.codeaudit.job.command

import java.nio.file.Files
import org.codeaudit.job.source.{GitHttpServer, TestRepository}

class RepositoriesCommandSuite extends CommandSuite {

  test("a list of repositories is reviewed, and one that cannot be reached is a failed row") {
    val root = folder("served")
    val server = new GitHttpServer(root)
    try {
      TestRepository.at(root.resolve("shop")).write("A.java", "class A {}\n").commit("first")
      val host = server.address.stripPrefix("http://")
      val list = file("list.txt", s"${server.address}/shop HEAD^!\n${server.address}/nowhere\n")
      val output = folder("out").resolve("tables")
      val outcome = audit(
        "review",
        "--repositories",
        list.toString,
        "--model",
        golden("llama-tiny"),
        "--prompt",
        shortPrompt,
        "--unit-tokens",
        "200",
        "--max-new-tokens",
        "8",
        "--master",
        "local[1]",
        "--source-option",
        s"mirrorCache=${folder("mirrors")}",
        "--out",
        output.toString
      )
      assert(outcome.code == ExitCode.ROWS_FAILED, outcome.err)
      withTables(output) { table =>
        val rows = table("reviews").select("repository", "path", "error_class").collect()
        val found = rows.map(row => (row.getString(0), row.getString(1), row.getString(2))).toSet
        assert(found.contains((s"$host/nowhere", "", "GIT_NOT_FOUND")))
        assert(found.exists(row => row._1 == s"$host/shop" && row._2 == "A.java"))
        assert(found.size == 2)
      }
    } finally server.close()
  }

  test("without a source or a list there is nothing to review") {
    val output = folder("out").resolve("tables")
    val outcome = audit(
      "review",
      "--model",
      golden("llama-tiny"),
      "--master",
      "local[1]",
      "--out",
      output.toString
    )
    assert(outcome.code == ExitCode.USAGE && outcome.err.contains("--repositories"), outcome.err)
    assert(!Files.exists(output.resolve("reviews")))
  }
}
