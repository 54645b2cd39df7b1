package org.codeaudit.udf.run;

import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.codeaudit.ErrorClass;
import org.codeaudit.change.FileChange;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.prompt.Unit;
import org.codeaudit.udf.row.ChangeSchema;

/** What a row of changes gives a model to be asked about, or why it gives nothing. */
public sealed interface FileUnits {

  /** The file cannot be read or cut; the message is not redacted yet. */
  record Failed(String errorClass, String message) implements FileUnits {
    private static Failed of(RuntimeException failure) {
      return new Failed(ErrorClass.columnValue(failure), failure.getMessage());
    }
  }

  /** Nothing of the file is asked about. */
  record Skipped(String reason) implements FileUnits {}

  /** The file and its units, at least one. */
  record Units(FileChange file, List<Unit> units) implements FileUnits {}

  /**
   * Reads a row and cuts its file into units.
   *
   * @param change of {@link ChangeSchema}
   * @param key of the row, for {@code isolation}
   * @param splitting how files are cut; asked for once there is one to cut. What it throws is not
   *     the row's fault and is rethrown
   */
  static FileUnits of(
      Row change, String key, Isolation isolation, Supplier<ReviewUnits> splitting) {
    if (change.getAs("error_class") != null) {
      return new Failed(change.getAs("error_class"), change.getAs("error_message"));
    }
    if (change.getAs("skip_reason") != null) {
      return new Skipped(change.getAs("skip_reason"));
    }
    FileChange file;
    try {
      file = isolation.run(key, () -> ReviewUnits.fileChange(change));
    } catch (TaskKilledException | ModelFailure e) {
      throw e;
    } catch (RuntimeException e) {
      return Failed.of(e);
    }
    ReviewUnits cutting = splitting.get();
    try {
      List<Unit> units = isolation.run(key, () -> cutting.split(file));
      return units.isEmpty() ? new Skipped("nothing to review") : new Units(file, units);
    } catch (TaskKilledException | ModelFailure e) {
      throw e;
    } catch (RuntimeException e) {
      return Failed.of(e);
    }
  }
}
