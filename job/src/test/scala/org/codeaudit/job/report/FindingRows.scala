package org.codeaudit.job.report

import org.apache.spark.sql.Row
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema
import org.apache.spark.sql.types.StructType
import org.codeaudit.udf.row.ReviewSchema

/** Rows of the table `findings`, with the columns that reports read. */
object FindingRows {
  private val schema =
    StructType(
      ReviewSchema.REVIEWS.fields.filter(f => Set("path", "commit_id", "model_id")(f.name))
    ).fields ++ ReviewSchema.FINDING.fields

  private val plain = Map[String, Any](
    "path" -> "src/A.java",
    "category" -> "sql-injection",
    "cwe" -> "CWE-89",
    "severity" -> "critical",
    "confidence" -> 0.75,
    "title" -> "A name becomes part of the statement.",
    "message" -> "A name becomes part of the statement.",
    "suggestion" -> "Bind it.",
    "quote" -> "run(\"select \" + name);",
    "side" -> "new",
    "line_start" -> 7,
    "line_end" -> 8,
    "fingerprint" -> "f1",
    "fingerprint_loose" -> "l1",
    "anchor_status" -> "exact"
  )

  def row(own: (String, Any)*): Row = {
    val values = plain ++ own
    new GenericRowWithSchema(
      schema.map(field => values.getOrElse(field.name, null)),
      StructType(schema)
    )
  }
}
