package org.codeaudit.udf.row;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;

/** Builds one row of a schema column by column; columns that are not set are null. */
public final class RowBuilder {
  private final StructType schema;
  private final Object[] values;

  public RowBuilder(StructType schema) {
    this.schema = schema;
    this.values = new Object[schema.length()];
  }

  /**
   * Sets a column.
   *
   * @throws IllegalArgumentException if the schema has no such column
   */
  public RowBuilder set(String column, Object value) {
    values[schema.fieldIndex(column)] = value;
    return this;
  }

  /** The row; the builder must not be used again. */
  public Row build() {
    return new GenericRowWithSchema(values, schema);
  }
}
