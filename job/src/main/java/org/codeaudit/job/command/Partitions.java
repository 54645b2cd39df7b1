package org.codeaudit.job.command;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.job.source.row.TokenShares;
import scala.Tuple2;

/** How prompts are spread over tasks. */
public final class Partitions {
  private Partitions() {}

  /**
   * The rows in their order, in partitions that take a model about the same time, however the files
   * are split. Reads the rows once, to know their length.
   *
   * @param rows of {@link org.codeaudit.udf.row.GenerationSchema#PROMPTS}; the same each time they
   *     are read
   */
  public static Dataset<Row> sized(Dataset<Row> rows) {
    JavaRDD<Row> read = rows.toJavaRDD();
    long[] tokens =
        read.mapPartitions(some -> List.of(sum(some)).iterator()).collect().stream()
            .mapToLong(Long::longValue)
            .toArray();
    long total = LongStream.of(tokens).sum();
    long share = TokenShares.share(total, rows.sparkSession().sparkContext().defaultParallelism());
    JavaPairRDD<Long, Row> placed =
        JavaPairRDD.fromJavaRDD(
            read.mapPartitionsWithIndex(
                (partition, some) -> {
                  long before = LongStream.of(tokens).limit(partition).sum();
                  return new PlacedRows(before, some);
                },
                true));
    JavaRDD<Row> cut =
        placed.repartitionAndSortWithinPartitions(new ByTokens(total, share)).values();
    return rows.sparkSession().createDataFrame(cut, rows.schema());
  }

  private static long sum(Iterator<Row> rows) {
    Iterable<Row> all = () -> rows;
    return StreamSupport.stream(all.spliterator(), false).mapToLong(Partitions::tokens).sum();
  }

  /** All texts of a row count; each character counts as one byte. */
  private static long tokens(Row row) {
    long characters = 0;
    for (int column = 0; column < row.length(); column++) {
      characters += row.get(column) instanceof String text ? text.length() : 0;
    }
    return TokenShares.ofRow(characters);
  }

  /** Rows with the tokens before the middle of each, which grow from row to row. */
  private static final class PlacedRows implements Iterator<Tuple2<Long, Row>> {
    private final Iterator<Row> rows;
    private long before;

    PlacedRows(long before, Iterator<Row> rows) {
      this.before = before;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public Tuple2<Long, Row> next() {
      Row row = rows.next();
      long tokens = tokens(row);
      long middle = before + tokens / 2;
      before += tokens;
      return new Tuple2<>(middle, row);
    }
  }

  /** A row belongs to the share that contains its middle. */
  private static final class ByTokens extends Partitioner implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long share;
    private final int partitions;

    ByTokens(long tokens, long share) {
      this.share = share;
      this.partitions = (int) Math.max(1, (tokens + share - 1) / share);
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object middle) {
      return (int) ((Long) middle / share);
    }
  }
}
