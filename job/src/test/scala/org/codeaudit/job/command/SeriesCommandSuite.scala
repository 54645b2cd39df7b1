package org.codeaudit.job.command

import java.nio.file.{Files, Path}

import java.sql.Timestamp

import org.apache.spark.sql.{Row, SparkSession}
import org.apache.spark.sql.functions.{col, expr, max}
import org.codeaudit.disk.FolderTree
import org.codeaudit.generate.{EngineCache, EngineSettings, LoadedModel, ModelLoader}
import org.codeaudit.model.ModelSettings
import org.codeaudit.udf.setting.CheckpointLoader
import org.codeaudit.job.source.TestRepository

/** Deletes a folder while it loads a model: when a run has begun and has not asked yet. */
class DeletingLoader(folder: String) extends ModelLoader {
  override def load(settings: ModelSettings, engine: EngineSettings): LoadedModel = {
    FolderTree.delete(Path.of(folder))
    new CheckpointLoader().load(settings, engine)
  }
}

/** Audits of a repository with a history, one after the other. What is found is random weights'. */
class SeriesCommandSuite extends CommandSuite {
  override protected def reviewsOpenly: Boolean = false

  private def code(name: String, table: String): String =
    s"""class $name {
       |  List<$name> find(Connection c, String name) throws SQLException {
       |    return read(c.createStatement().executeQuery("select * from $table where name = '"
       |        + name + "'"));
       |  }
       |}
       |""".stripMargin

  private case class Audit(run: Row, coverage: Map[String, Row], states: Seq[Row], out: String) {
    def tokens: Long = run.getAs[Long]("prompt_tokens")
    def outcomes: Map[String, String] = coverage.map { case (path, row) =>
      path -> row.getAs[String]("outcome")
    }
    def statesOf(path: String): Set[String] =
      states.filter(_.getAs[String]("path") == path).map(_.getAs[String]("state")).toSet
    def identities(path: String): Set[String] =
      states.filter(_.getAs[String]("path") == path).map(_.getAs[String]("identity")).toSet
  }

  private def audit(
      repository: TestRepository,
      out: Path,
      followUp: Int = 4,
      more: Seq[String] = Nil,
      code: Int = ExitCode.OK,
      loader: ModelLoader = new CheckpointLoader
  ): Audit = {
    val outcome = audit(
      loader,
      Seq("review", repository.folder.toString, "--mode", "file", "--model", longModel) ++
        Seq("--precision", "f32", "--follow-up", followUp.toString, "--explain-from", "1") ++
        Seq("--min-confidence", "0", "--out", out.toString) ++ more: _*
    )
    assert(outcome.code === code, outcome.err)
    withTables(out) { table =>
      val run = table("runs").orderBy("run_id").collect().last
      val own = s"run_id = '${run.getAs[String]("run_id")}'"
      Audit(
        run,
        table("coverage").where(own).collect().map(row => row.getAs[String]("path") -> row).toMap,
        table("states").where(own).collect().toSeq,
        outcome.out
      )
    }
  }

  test("a series asks what has changed and says what became of its findings") {
    val out = folder("series").resolve("tables")
    val repository = TestRepository.create()
    repository
      .write("src/Users.java", code("User", "users"))
      .write("src/Orders.java", code("Order", "orders"))
      .write("src/Gone.java", code("Gone", "gone"))
      .write("README.md", "# An example\n")
    repository.commit("one")

    val first = audit(repository, out)
    assert(
      first.outcomes === Map(
        "src/Users.java" -> "reviewed",
        "src/Orders.java" -> "reviewed",
        "src/Gone.java" -> "reviewed",
        "README.md" -> "skipped"
      )
    )
    for (path <- Seq("src/Users.java", "src/Orders.java", "src/Gone.java"))
      assert(first.statesOf(path) === Set("new"), "nothing could be said of nothing")
    assert(first.coverage("README.md").getAs[String]("reason") === "prose, not code")
    assert(first.tokens > 0)
    assert(first.states.forall(_.isNullAt(first.states.head.fieldIndex("compared_with"))))

    repository.write("src/Empty.java", "\n")
    repository.commit("another commit does not make another file")
    val again = audit(repository, out)
    assert(again.tokens === 0)
    assert(
      again.outcomes === Map(
        "src/Users.java" -> "unchanged",
        "src/Orders.java" -> "unchanged",
        "src/Gone.java" -> "unchanged",
        "src/Empty.java" -> "skipped",
        "README.md" -> "skipped"
      )
    )
    assert(again.states.map(_.getAs[String]("state")).toSet === Set("existing"))
    assert(again.states.size === first.states.size)
    assert(again.out.contains(s"Compared   ${first.states.size} existing"), again.out)
    assert(again.out.contains("Files      5: 3 unchanged, 2 skipped"), again.out)

    repository
      .move("src/Users.java", "src/db/People.java")
      .write(
        "src/Orders.java",
        "// comments and lines change nothing\n\n" + code("Order", "orders")
      )
      .delete("src/Gone.java")
      .write("src/New.java", code("New", "news"))
    repository.commit("moved, shifted, deleted and added")
    val changed = audit(repository, out)
    assert(changed.outcomes("src/db/People.java") === "reviewed")
    assert(changed.coverage("src/db/People.java").getAs[Int]("asked") === 0)
    assert(changed.coverage("src/db/People.java").getAs[Int]("carried") === 1)
    assert(changed.coverage("src/Orders.java").getAs[Int]("carried") === 1)
    assert(changed.coverage("src/New.java").getAs[Int]("asked") === 1)
    assert(changed.outcomes("src/Gone.java") === "gone")
    assert(changed.outcomes("src/Users.java") === "gone")
    assert(
      changed.out.contains("Files      5: 3 reviewed, 1 skipped, 1 unchanged; 2 gone"),
      changed.out
    )
    assert(changed.statesOf("src/db/People.java") === Set("moved"))
    assert(changed.identities("src/db/People.java") === first.identities("src/Users.java"))
    assert(changed.statesOf("src/Orders.java") === Set("existing"))
    assert(changed.statesOf("src/Gone.java") === Set("fixed"))
    assert(changed.statesOf("src/New.java") === Set("new"))
    assert(changed.tokens < first.tokens, "one file of three was asked about")
    assert(
      changed.states
        .filter(_.getAs[String]("state") == "moved")
        .forall(_.getAs[String]("moved_from") == "src/Users.java")
    )
    val lines = changed.states.filter(_.getAs[String]("path") == "src/Orders.java").map { row =>
      row.getAs[String]("identity") -> row.getAs[Int]("line_start")
    }
    val before = first.states.filter(_.getAs[String]("path") == "src/Orders.java").map { row =>
      row.getAs[String]("identity") -> (row.getAs[Int]("line_start") + 2)
    }
    assert(lines.toSet === before.toSet, "a finding follows its line")

    repository
      .write("src/Gone.java", code("Gone", "gone"))
      .write(
        "src/Orders.java",
        "class Order {\n  List<Order> all(Orders orders) {\n    return orders.all();\n  }\n}\n"
      )
    repository.commit("one is back, one is mended")
    val back = audit(repository, out)
    assert(back.statesOf("src/Gone.java") === Set("reopened"))
    assert(back.tokens > 0)
    assert(back.identities("src/Gone.java") === first.identities("src/Gone.java"))
    val orders = back.states.filter(_.getAs[String]("path") == "src/Orders.java")
    for (row <- orders if first.identities("src/Orders.java")(row.getAs[String]("identity")))
      assert(row.getAs[String]("state") === "fixed")

    val less = audit(repository, out, followUp = 1)
    assert(less.statesOf("src/Gone.java").subsetOf(Set("existing", "not_reproduced")))
    assert(less.states.exists(_.getAs[String]("state") == "not_reproduced"))
    assert(!less.states.exists(_.getAs[String]("state") == "fixed"), "no code has changed")

    val doubtful = less.states.filter(_.getAs[String]("state") == "not_reproduced")
    val paths = doubtful.map(_.getAs[String]("path")).toSet
    val identities = (rows: Seq[Row]) => rows.map(_.getAs[String]("identity")).toSet
    def auditMoved(round: String): Seq[Row] = {
      repository.commit(round)
      val moved = audit(repository, out, followUp = 1)
      assert(moved.tokens === 0, round)
      assert(!moved.states.exists(_.getAs[String]("state") == "fixed"), s"$round: it has moved")
      moved.states.filter(_.getAs[String]("state") == "not_reproduced")
    }
    for (path <- paths) repository.move(path, s"moved/$path")
    val there = auditMoved("moved once more")
    assert(identities(there) === identities(doubtful))
    for (row <- there) {
      val from = row.getAs[String]("moved_from")
      assert(paths(from) && row.getAs[String]("path") === s"moved/$from")
    }
    repository.write("src/Empty.java", "\n\n")
    assert(auditMoved("left there").isEmpty, "it was said")
    for (path <- paths) repository.move(s"moved/$path", path)
    val home = auditMoved("moved back")
    assert(identities(home) === identities(doubtful))
    assert(home.map(_.getAs[String]("path")).toSet === paths)

    val page = out.resolveSibling("audit.sarif")
    assert(
      audit("report", out.toString, "--sarif", page.toString, "--min-confidence", "0").code === 0
    )
    val log = java.nio.file.Files.readString(page)
    assert(!log.contains("src/Users.java"), "a file that is gone is not reported")
  }

  private def methods(name: String, tables: Seq[String]): String = {
    val each = tables.zipWithIndex.map { case (table, i) =>
      s"""  List<$name> find$i(Connection c, String name) throws SQLException {
         |    return read(c.createStatement().executeQuery("select * from $table where name = '"
         |        + name + "'"));
         |  }
         |""".stripMargin
    }
    each.mkString(s"class $name {\n", "\n", "}\n")
  }

  test(
    "a file of which a budget left units was not seen, and is once the next run has asked them"
  ) {
    val out = folder("budget").resolve("tables")
    val repository = TestRepository.create()
    val path = "src/Users.java"
    val small = Seq("--unit-tokens", "150", "--batch", "1")
    repository.write(path, methods("User", Seq.fill(10)("users")))
    repository.commit("one")
    val first = audit(repository, out, more = small)
    val units = first.coverage(path).getAs[Int]("units")
    assert(units > 3 && first.identities(path).size > 1)

    repository.write(path, methods("User", (1 to 10).map("users" + _)))
    repository.commit("all have changed")
    val budget = Seq("--max-tokens", (first.tokens / 3).toString, "--fail-on", "info")
    val some = audit(repository, out, more = small ++ budget, code = ExitCode.GATE_SHUT)
    assert(some.out.contains("Stopped ") && some.out.contains("The gate info is shut by"))
    val begun = some.run.getAs[Long]("rows")
    assert(begun > 0 && begun < units)
    assert(some.outcomes === Map.empty && some.states === Nil)
    val log = out.resolveSibling("audit.sarif")
    val report = Seq("report", out.toString, "--sarif", log.toString, "--min-confidence", "0")
    assert(audit(report: _*).code === ExitCode.OK)
    assert(java.nio.file.Files.readString(log).contains("from users where"), "as it was read whole")

    val rest = audit(repository, out, more = small)
    val asked = rest.run.getAs[Long]("rows")
    val seen = rest.coverage(path)
    assert(rest.outcomes === Map(path -> "reviewed"))
    assert(seen.getAs[Int]("units") === begun + asked && seen.getAs[Int]("asked") === asked)
    assert(rest.states.nonEmpty && !rest.statesOf(path)("reopened"))
    val runs = withTables(out) { table =>
      val stated = rest.states.map(_.getAs[String]("finding_id")).toSet
      val findings = table("findings").select("finding_id", "run_id").collect()
      findings.filter(row => stated(row.getString(0))).map(_.getString(1)).toSet
    }
    assert(Seq(some, rest).forall(audit => runs(audit.run.getAs[String]("run_id"))), "both count")
  }

  test("what was said last is told by the order of runs, whatever their clocks say") {
    val out = folder("clock").resolve("tables")
    val repository = TestRepository.create().write("src/Users.java", code("User", "users"))
    repository.commit("one")
    audit(repository, out)
    SparkSession.getDefaultSession.foreach(_.stop())
    val ahead = withTables(out) { table =>
      val times = Seq("coverage" -> "seen_at", "states" -> "stated_at")
      for ((name, time) <- times) {
        val later = table(name).withColumn(time, col(time) + expr("interval 2 days"))
        later.localCheckpoint().write.mode("overwrite").parquet(out.resolve(name).toString)
      }
      table("states").agg(max("stated_at")).head().getTimestamp(0)
    }
    repository.write("src/Users.java", "class User {\n  int size() {\n    return 1;\n  }\n}\n")
    repository.commit("mended")
    val mended = audit(repository, out)
    val times = (mended.states.map(_.getAs[Timestamp]("stated_at")) ++
      mended.coverage.values.map(_.getAs[Timestamp]("seen_at"))).distinct
    assert(times.size === 1 && times.head.after(ahead))
    assert(mended.statesOf("src/Users.java")("fixed"))
    val again = audit(repository, out)
    assert(!again.statesOf("src/Users.java")("fixed"), "that was said")
  }

  test("a run may be compared with what another series knows") {
    val home = folder("baseline")
    val repository = TestRepository.create()
    repository
      .write("src/Users.java", code("User", "users"))
      .write("src/Orders.java", code("Order", "orders"))
    repository.commit("the main branch")
    val main = audit(repository, home.resolve("main"))

    repository
      .write("src/Users.java", "// shifted\n" + code("User", "users"))
      .delete("src/Orders.java")
      .write("src/New.java", code("New", "news"))
    repository.commit("a branch")
    val baseline = Seq("--baseline", home.resolve("main").toString)
    for (round <- Seq("first", "second")) {
      val branch = audit(repository, home.resolve("branch"), more = baseline)
      assert(branch.statesOf("src/Users.java") === Set("existing"), round)
      assert(branch.identities("src/Users.java") === main.identities("src/Users.java"), round)
      assert(branch.statesOf("src/New.java") === Set("new"), s"$round: the main branch has none")
    }

    EngineCache.shared().clear()
    val deleting = new DeletingLoader(home.resolve("main/states").toString)
    val rewritten = audit(repository, home.resolve("late"), more = baseline, loader = deleting)
    assert(!Files.exists(home.resolve("main/states")))
    assert(rewritten.statesOf("src/Users.java") === Set("existing"), "as it was at the beginning")
    assert(entries(home.resolve("late/_audit/staging")) === Set())

    val missing = audit(
      Seq("review", repository.folder.toString, "--model", longModel, "--baseline") ++
        Seq(home.resolve("nowhere").toString, "--out", home.resolve("other").toString): _*
    )
    assert(missing.code === ExitCode.USAGE)
    assert(missing.err.contains("It holds no table states"), missing.err)
  }
}
