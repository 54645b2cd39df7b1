package org.codeaudit.job.command

import org.apache.spark.sql.types.StructType

/** Schemas for suites of other rooms. */
object ReviewTables {
  def findings: StructType = ReviewStep.findingsSchema()
}
