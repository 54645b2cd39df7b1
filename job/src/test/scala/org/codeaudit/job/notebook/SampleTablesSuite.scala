package org.codeaudit.job.notebook

import java.nio.file.Path
import java.time.LocalDate

import org.apache.spark.sql.DataFrame
import org.apache.spark.sql.functions.col
import org.apache.spark.sql.types.StructType
import org.codeaudit.job.command.ReviewTables
import org.codeaudit.job.report.LatestFindings
import org.codeaudit.job.series.{CoverageTable, States}
import org.codeaudit.job.sink.RunSchema
import org.codeaudit.job.source.SparkSuite
import org.codeaudit.rule.RepositoryRules
import org.codeaudit.udf.row.{Decisions, GenerationSchema, ReviewSchema}

/** The tables that the notebooks are tried on: they must be such as the job writes. */
class SampleTablesSuite extends SparkSuite {
  private val sample = Path.of(System.getProperty("codeaudit.root")).resolve("notebooks/sample")

  private def table(name: String): DataFrame = spark.read.parquet(sample.resolve(name).toString)

  private def columns(schema: StructType): Seq[(String, String)] =
    schema.fields.toSeq.map(field => field.name -> field.dataType.catalogString)

  private val schemas = Seq(
    "reviews" -> ReviewSchema.REVIEWS,
    "findings" -> ReviewTables.findings,
    "coverage" -> CoverageTable.SCHEMA,
    "states" -> States.SCHEMA,
    "generations" -> GenerationSchema.GENERATIONS,
    "runs" -> RunSchema.RUNS
  )
  for ((name, schema) <- schemas) {
    test(s"the table $name has the columns that the job writes") {
      assert(columns(table(name).schema) == columns(schema))
    }

    test(s"the table $name has a value wherever the job's has one") {
      val rows = table(name)
      assert(!rows.isEmpty)
      for (field <- schema.fields if !field.nullable) {
        assert(rows.where(col(field.name).isNull).isEmpty, field.name)
      }
    }
  }

  test("as many findings stand, and are not suppressed, as the notebooks count") {
    // test_notebooks.py has the same numbers: it is how both know to follow the same rules.
    val standing = LatestFindings.reviews(table("reviews"), table("coverage"))
    val found = LatestFindings.of(standing, table("findings"), 0.25)
    val decided = new Decisions(RepositoryRules.NONE, LocalDate.of(2026, 5, 12)).of(found)
    assert(found.count() == 18)
    assert(decided.where(col("suppressed").isNull).count() == 15)
  }
}
