package org.codeaudit.job.sink

import org.codeaudit.job.source.SparkSuite

class AttemptsSuite extends SparkSuite {
  private case class Attempt(key: String, attempt: Int, input: String, unit: Option[Int])

  private val whole = Attempt("file", 1, "a", None)
  private def unit(number: Int, attempt: Int = 1) =
    Attempt(s"unit $number", attempt, "a", Some(number))

  /** What is in the table, and what counts. */
  private val cases = Seq[(String, Seq[Attempt], Seq[Attempt])](
    ("the last attempt counts", Seq(unit(0), unit(0, 2)), Seq(unit(0, 2))),
    ("units are rows of their own", Seq(unit(0), unit(1)), Seq(unit(0), unit(1))),
    (
      "a file that failed as a whole counts until it is split",
      Seq(whole, whole.copy(attempt = 2)),
      Seq(whole.copy(attempt = 2))
    ),
    ("a file that was split counts by its units alone", Seq(whole, unit(0)), Seq(unit(0))),
    (
      "another file counts all the same",
      Seq(whole, unit(0), whole.copy(key = "other", input = "b")),
      Seq(unit(0), whole.copy(key = "other", input = "b"))
    )
  )

  for ((name, table, counts) <- cases) {
    test(name) {
      val session = spark
      import session.implicits._
      val rows = table
        .map(row => (row.key, row.attempt, row.input, row.unit))
        .toDF("row_key", "attempt", "input_key", "unit")
      val latest = Attempts.latest(rows).collect().map { row =>
        val unit = Option.unless(row.isNullAt(3))(row.getInt(3))
        Attempt(row.getString(0), row.getInt(1), row.getString(2), unit)
      }
      assert(latest.toSet === counts.toSet)
      assert(latest.length === counts.size)
    }
  }

  test("rows of a table without units, and of groups, are each by themselves") {
    val session = spark
    import session.implicits._
    val rows = Seq(("x", 1, 1), ("x", 2, 1), ("x", 1, 2)).toDF("row_key", "attempt", "as_of")
    assert(Attempts.latest(rows).collect().map(_.getInt(1)).toSeq === Seq(2))
    val each = Attempts.latest(rows, "as_of").collect().map(row => row.getInt(2) -> row.getInt(1))
    assert(each.toSet === Set(1 -> 2, 2 -> 1))
  }
}
