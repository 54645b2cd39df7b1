package org.codeaudit.job.source.prompt;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.row.LiteralPaths;
import org.codeaudit.job.source.table.SelectedRows;

/**
 * Prompts in files: texts ({@code .txt}, {@code .md}, {@code .prompt}) are a prompt each, with the
 * file's name as id; anything else is lines of JSON.
 *
 * @param path a file, or a folder of them
 */
public record PromptFiles(String path) implements PromptOrigin {
  private static final String TEXTS = "(?i).*\\.(txt|md|prompt)";
  private static final String TEXTS_GLOB = "*.{txt,md,prompt,TXT,MD}";

  @Override
  public Dataset<Row> rows(SparkSession spark, List<String> variables, boolean prompts) {
    String place = LiteralPaths.place(path);
    try {
      return areTexts(spark, place)
          ? PromptColumns.with(texts(spark, place), variables)
          : lines(spark, place, variables);
    } catch (AuditException e) {
      throw e;
    } catch (Exception e) { // Spark's AnalysisException is a checked exception that is not declared
      throw new AuditException(
          ErrorClass.PROMPTS_UNREADABLE,
          "Cannot read the prompts in " + path,
          SelectedRows.firstLine(e),
          "Name a file with lines of JSON, a text, or a folder of either",
          e);
    }
  }

  private static boolean areTexts(SparkSession spark, String place) throws IOException {
    Path root = new Path(place);
    FileSystem files = root.getFileSystem(spark.sessionState().newHadoopConf());
    if (!files.exists(root) || !files.getFileStatus(root).isDirectory()) {
      return root.getName().matches(TEXTS);
    }
    FileStatus[] found = files.listStatus(root);
    return Arrays.stream(found)
        .anyMatch(file -> file.isFile() && file.getPath().getName().matches(TEXTS));
  }

  private static Dataset<Row> texts(SparkSession spark, String place) {
    Dataset<Row> files =
        LiteralPaths.read(spark, place)
            .option("wholetext", "true")
            .option("pathGlobFilter", TEXTS_GLOB)
            .text(place);
    return files
        .select(
            col("_metadata.file_name").as("id"),
            functions.rtrim(col("value"), lit("\n\r ")).as("prompt"),
            text().as("system"),
            text().as("max_new_tokens"),
            text().as("corrupt"))
        .orderBy("id");
  }

  private static org.apache.spark.sql.Column text() {
    return lit(null).cast("string");
  }

  /** A line that is no JSON object comes back as a failed row, with the line in "corrupt". */
  private static Dataset<Row> lines(SparkSession spark, String place, List<String> variables) {
    StructType schema = COLUMNS;
    for (String variable : variables) {
      boolean known = Arrays.stream(schema.fieldNames()).anyMatch(variable::equalsIgnoreCase);
      schema = known ? schema : schema.add(variable, "string");
    }
    Dataset<Row> lines =
        LiteralPaths.read(spark, place)
            .schema(schema)
            .option("mode", "PERMISSIVE")
            .option("columnNameOfCorruptRecord", "corrupt")
            .json(place);
    return PromptColumns.with(lines, variables);
  }
}
