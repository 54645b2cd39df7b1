package org.codeaudit.udf.row;

import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import org.apache.spark.sql.types.StructType;

/**
 * The rows every source yields and every review takes: one row per file of a commit or patch. Files
 * that are not reviewed have a row too, with {@code skip_reason}; what could not be read has one
 * with {@code error_class} and {@code error_message}.
 */
public final class ChangeSchema {

  /**
   * {@code diff} is the file's hunks as unified diff text from the first {@code @@} on (null in
   * file mode and for skipped rows); {@code content} is the whole new file if it is available;
   * {@code content_sha} is the SHA-256 of what would be reviewed, 64 hexadecimal digits; {@code
   * bytes} the size of the new file, or of the diff if the file is not available; {@code rules} the
   * text of the repository's rules ({@link org.codeaudit.rule.RepositoryRules}) that were in force,
   * if it has some and there is something to review.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add("repository", StringType, false)
          .add("commit_id", StringType, true)
          .add("parent_id", StringType, true)
          .add("committed_at", TimestampType, true)
          .add("path", StringType, false)
          .add("old_path", StringType, true)
          .add("language", StringType, true)
          .add("change_kind", StringType, false)
          .add("diff", StringType, true)
          .add("content", StringType, true)
          .add("content_sha", StringType, true)
          .add("bytes", LongType, true)
          .add("skip_reason", StringType, true)
          .add("error_class", StringType, true)
          .add("error_message", StringType, true)
          .add("rules", StringType, true);

  private ChangeSchema() {}
}
