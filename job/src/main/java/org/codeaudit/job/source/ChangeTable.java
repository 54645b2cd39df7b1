package org.codeaudit.job.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.codeaudit.job.source.row.ChangePartition;
import org.codeaudit.job.source.row.SourcePlan;
import org.codeaudit.udf.row.ChangeSchema;

/**
 * Changes whose partitions are planned. Planning happens once, when the source is loaded: every
 * action over the same DataFrame sees the same commits, and a wrong path or range is said at once.
 */
public final class ChangeTable implements SupportsRead {
  private final String name;
  private final SourcePlan plan;

  public ChangeTable(String name, SourcePlan plan) {
    this.name = name;
    this.plan = plan;
  }

  /**
   * How many commits (git, diff mode), files (git, file mode) or patch files (diff) a DataFrame
   * reads from this package's sources; empty if it reads from none. Costs nothing: it is known from
   * planning.
   */
  public static OptionalLong plannedUnits(Dataset<?> frame) {
    List<ChangeTable> tables = tables(frame);
    return tables.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(tables.stream().mapToLong(table -> table.plan.units()).sum());
  }

  /**
   * As {@link #plannedUnits}, of each partition, in the order of the partitions of a DataFrame that
   * is a source or a union of sources.
   */
  public static int[] partitionUnits(Dataset<?> frame) {
    return tables(frame).stream()
        .flatMap(table -> table.plan.partitions().stream())
        .mapToInt(ChangePartition::units)
        .toArray();
  }

  private static List<ChangeTable> tables(Dataset<?> frame) {
    List<ChangeTable> tables = new ArrayList<>();
    scala.collection.Iterator<LogicalPlan> leaves =
        frame.queryExecution().analyzed().collectLeaves().iterator();
    while (leaves.hasNext()) {
      if (leaves.next() instanceof DataSourceV2Relation relation
          && relation.table() instanceof ChangeTable table) {
        tables.add(table);
      }
    }
    return tables;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Column[] columns() {
    return Arrays.stream(ChangeSchema.SCHEMA.fields())
        .map(field -> Column.create(field.name(), field.dataType(), field.nullable()))
        .toArray(Column[]::new);
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return () -> new ChangeScan(name, plan.partitions());
  }

  private record ChangeScan(String description, List<ChangePartition> partitions)
      implements Scan, Batch {
    @Override
    public StructType readSchema() {
      return ChangeSchema.SCHEMA;
    }

    @Override
    public Batch toBatch() {
      return this;
    }

    @Override
    public InputPartition[] planInputPartitions() {
      return partitions.toArray(InputPartition[]::new);
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
      return new ReaderFactory();
    }
  }

  private record ReaderFactory() implements PartitionReaderFactory {
    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      return new Reader(((ChangePartition) partition).rows());
    }
  }

  private static final class Reader implements PartitionReader<InternalRow> {
    private final ChangePartition.Rows rows;
    private InternalRow current;

    Reader(ChangePartition.Rows rows) {
      this.rows = rows;
    }

    @Override
    public boolean next() {
      current = rows.hasNext() ? rows.next().toInternalRow() : null;
      return current != null;
    }

    @Override
    public InternalRow get() {
      return current;
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
