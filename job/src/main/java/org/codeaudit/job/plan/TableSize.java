package org.codeaudit.job.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import scala.Function1;
import scala.collection.immutable.Map$;

/**
 * What rows take as Parquet.
 *
 * @param rowBytes compressed columns of the rows together
 * @param fileBytes what a file takes beside: mostly the footer, whose size depends on the schema
 */
record TableSize(long rowBytes, long fileBytes) {

  /**
   * Writes the rows with Spark's own writer to a file of this machine, which is removed again: a
   * table of a cluster would need a folder that executors share.
   */
  static TableSize of(SparkSession spark, StructType schema, List<Row> rows) {
    try {
      Path folder = Files.createTempDirectory("code-audit-plan");
      Path file = folder.resolve("rows.parquet");
      try {
        write(spark, schema, rows, file);
        return read(file);
      } finally {
        // The writer leaves a checksum beside the file.
        Files.deleteIfExists(folder.resolve("." + file.getFileName() + ".crc"));
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.PLAN_SAMPLE,
          "Cannot measure how large the tables will be",
          e.toString(),
          "Make room in " + System.getProperty("java.io.tmpdir"),
          e);
    }
  }

  private static void write(SparkSession spark, StructType schema, List<Row> rows, Path file)
      throws IOException {
    Job job = Job.getInstance(spark.sessionState().newHadoopConf());
    ParquetFileFormat format = new ParquetFileFormat();
    var writers = format.prepareWrite(spark, job, Map$.MODULE$.empty(), schema);
    TaskAttemptContext task =
        new TaskAttemptContextImpl(job.getConfiguration(), new TaskAttemptID());
    Function1<Object, Object> converter = CatalystTypeConverters.createToCatalystConverter(schema);
    OutputWriter writer = writers.newInstance(file.toUri().toString(), schema, task);
    try {
      rows.forEach(row -> writer.write((InternalRow) converter.apply(row)));
    } finally {
      writer.close();
    }
  }

  private static TableSize read(Path file) throws IOException {
    HadoopInputFile input =
        HadoopInputFile.fromPath(
            new org.apache.hadoop.fs.Path(file.toUri()), new Configuration(false));
    try (ParquetFileReader reader = ParquetFileReader.open(input)) {
      long data = reader.getRowGroups().stream().mapToLong(BlockMetaData::getCompressedSize).sum();
      return new TableSize(data, Files.size(file) - data);
    }
  }
}
