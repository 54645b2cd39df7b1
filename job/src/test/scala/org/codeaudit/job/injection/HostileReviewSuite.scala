package org.codeaudit.job.injection

import java.nio.file.Path

import org.apache.spark.sql.Row
import org.codeaudit.finding.{Category, Severity}
import org.codeaudit.job.command.{CommandSuite, ExitCode}
import org.codeaudit.job.Main
import org.codeaudit.udf.row.ReviewSchema

/** Whole reviews of hostile sources: what is written stays in its schema, what is shown is text. */
class HostileReviewSuite extends CommandSuite {
  private val states = Set("ok", "truncated", "skipped", "failed")
  private val categories = Category.values.map(_.columnValue).toSet
  private val severities = Severity.values.map(_.columnValue).toSet

  private def review(arguments: Seq[String]): (Outcome, Seq[Row], Seq[Row]) = {
    val out = folder("hostile").resolve("tables")
    val outcome = audit(
      Seq("review") ++ arguments ++ Seq("--out", out.toString, "--model", golden("llama-tiny")) ++
        Seq("--prompt", shortPrompt, "--max-new-tokens", "60"): _*
    )
    assert(Set(ExitCode.OK, ExitCode.ROWS_FAILED)(outcome.code), outcome.err)
    withTables(out) { table =>
      assert(table("reviews").columns.toSet.subsetOf(ReviewSchema.REVIEWS.fieldNames.toSet))
      (outcome, table("reviews").collect().toSeq, table("findings").collect().toSeq)
    }
  }

  private def check(outcome: Outcome, reviews: Seq[Row], findings: Seq[Row], folder: Path): Unit = {
    for (row <- reviews) {
      assert(states(row.getAs[String]("status")))
      if (row.getAs[String]("status") == "failed") assert(row.getAs[String]("error_class") != null)
      if (row.getAs[String]("status") == "skipped") assert(row.getAs[String]("skip_reason") != null)
    }
    for (row <- findings) {
      assert(categories(row.getAs[String]("category")) && severities(row.getAs[String]("severity")))
      assert(Set("exact", "ambiguous", "unmatched")(row.getAs[String]("anchor_status")))
    }
    val own = reviews.map(row => Option(row.getAs[collection.Seq[Row]]("findings")).fold(0)(_.size))
    assert(own.sum == findings.size, "every finding of a review is in the table of findings")
    val written = (reviews ++ findings).map(_.toString) ++ Seq(outcome.out, outcome.err)
    assert(!written.exists(_.contains(HostileSources.Secret)))
    assert(!outcome.out.exists(c => c < ' ' && c != '\n'), "no escape reaches a terminal")
    assert(!HostileSources.executed(folder))
  }

  test("a hostile repository has a row for each of its files") {
    val repository = HostileSources.repository()
    val (outcome, reviews, findings) =
      review(Seq(repository.folder.toString, "--range", "root..main"))
    val paths = reviews.map(_.getAs[String]("path")).toSet
    val expected = HostileSources.names.map(_._2) ++ HostileSources.contents.map(_._2)
    assert(expected.filterNot(paths).isEmpty)
    for (name <- HostileSources.names.map(_._2)) {
      val states = reviews.filter(_.getAs[String]("path") == name).map(_.getAs[String]("status"))
      assert(states.forall(Set("ok", "truncated")), name)
    }
    check(outcome, reviews, findings, repository.folder)
  }

  test("hostile patches have a row each, and the harmless one among them is reviewed") {
    val patches = HostileSources.patchFolder()
    val (outcome, reviews, findings) = review(Seq(patches.toString))
    val states = reviews.map(row => row.getAs[String]("path") -> row.getAs[String]("status")).toMap
    assert(
      Set("ok", "truncated")(states("good.java")) && Set("ok", "truncated")(states("named.java"))
    )
    assert(reviews.size >= HostileSources.patches.size + 2)
    check(outcome, reviews, findings, patches)
  }
}
