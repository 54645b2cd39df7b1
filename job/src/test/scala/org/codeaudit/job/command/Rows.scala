package org.codeaudit.job.command

import org.apache.spark.sql.Row
import org.apache.spark.sql.types._

/** Rows of tables that no run has written. */
object Rows {

  /** A row of a schema: what is given by name, and of what must not be null something. */
  def of(schema: StructType, values: (String, Any)*): Row = {
    val named = values.toMap
    Row.fromSeq(schema.fields.toSeq.map { field =>
      def some = field.dataType match {
        case StringType  => ""
        case IntegerType => 0
        case LongType    => 0L
        case DoubleType  => 0.0
        case _           => new java.sql.Timestamp(0)
      }
      named.getOrElse(field.name, if (field.nullable) null else some)
    })
  }
}
