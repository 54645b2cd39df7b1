package org.codeaudit.udf.sample;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.codeaudit.udf.row.ChangeSchema;

/**
 * A row of changes and its place in the source: reading the same partition again finds it there.
 *
 * @param partition 0-based number among the source's partitions
 * @param ordinal 0-based position in the partition
 * @param change a row of {@link ChangeSchema}
 */
public record PlacedChange(int partition, int ordinal, Row change) implements Serializable {}
