package org.codeaudit.job.eval.answers;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.source.table.ContentColumn;
import org.codeaudit.job.source.table.DiffColumn;

/** A set's units as the rows that every source yields; the unit's id is the {@code repository}. */
public final class UnitRows {
  private static final StructType TEXTS =
      new StructType()
          .add("key", DataTypes.StringType)
          .add("path", DataTypes.StringType)
          .add("text", DataTypes.StringType);

  private UnitRows() {}

  /**
   * Rows of {@link org.codeaudit.udf.row.ChangeSchema}: one a file, one for each file of a patch.
   */
  public static Dataset<Row> changes(SparkSession spark, EvaluationSet set) {
    List<Row> files = new ArrayList<>();
    List<Row> patches = new ArrayList<>();
    for (EvaluationUnit unit : set.units()) {
      (unit.text().patch() ? patches : files)
          .add(RowFactory.create(unit.id(), unit.path(), unit.text().text()));
    }
    Dataset<Row> whole = ContentColumn.changes(spark.createDataFrame(files, TEXTS));
    if (patches.isEmpty()) {
      return whole;
    }
    Dataset<Row> diffs = DiffColumn.explode(spark.createDataFrame(patches, TEXTS), "text", "key");
    return files.isEmpty() ? diffs : whole.unionByName(diffs);
  }
}
