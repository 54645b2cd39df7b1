package org.codeaudit.udf.row;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.TimestampType;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The table {@code reviews}: one row per reviewed unit of a file, and one per file that was skipped
 * or failed before it was split ({@code unit} is null then). Line numbers are 1-based and
 * inclusive.
 */
public final class ReviewSchema {

  /**
   * One finding, as an element of {@code reviews.findings} and as columns of {@code findings}.
   * {@code check} is null for the open question, {@code code_sha} ({@link
   * org.codeaudit.finding.AnchoredCode}) for changes; {@code tool}, {@code rule} and {@code
   * report_id} are null where the model found it itself. The last columns say who has decided that
   * it needs no attention; {@code suppressed} is null where nobody has.
   */
  public static final StructType FINDING =
      new StructType()
          .add("finding_id", StringType, false)
          .add("fingerprint", StringType, false)
          .add("fingerprint_loose", StringType, false)
          .add("check", StringType, true)
          .add("category", StringType, false)
          .add("cwe", StringType, true)
          .add("severity", StringType, false)
          .add("confidence", DoubleType, true)
          .add("title", StringType, false)
          .add("message", StringType, false)
          .add("suggestion", StringType, true)
          .add("quote", StringType, false)
          .add("side", StringType, true)
          .add("line_start", IntegerType, true)
          .add("line_end", IntegerType, true)
          .add("anchor_status", StringType, false)
          .add("code_sha", StringType, true)
          .add("tool", StringType, true)
          .add("rule", StringType, true)
          .add("report_id", StringType, true)
          .add("suppressed", StringType, true)
          .add("suppressed_by", StringType, true)
          .add("suppression_reason", StringType, true)
          .add("suppression_expires", StringType, true)
          .add("suppression_decided_by", StringType, true)
          .add("suppression_note", StringType, true);

  /**
   * The result of one check: scores are log P(yes) - log P(no); the columns after the first
   * probability are null if the check was not followed up.
   */
  public static final StructType CHECK =
      new StructType()
          .add("check", StringType, false)
          .add("category", StringType, false)
          .add("screen_score", DoubleType, false)
          .add("comment_shift", DoubleType, true)
          .add("flow", DoubleType, true)
          .add("sign", DoubleType, true)
          .add("screen_probability", DoubleType, false)
          .add("quote", StringType, true)
          .add("verdict_score", DoubleType, true)
          .add("confidence", DoubleType, true)
          .add("report_id", StringType, true);

  /** What a unit is and where it comes from. */
  static final StructType UNIT =
      ResultColumns.addIdentity(new StructType())
          .add("repository", StringType, false)
          .add("commit_id", StringType, true)
          .add("parent_id", StringType, true)
          .add("committed_at", TimestampType, true)
          .add("path", StringType, false)
          .add("old_path", StringType, true)
          .add("language", StringType, true)
          .add("change_kind", StringType, false)
          .add("unit", IntegerType, true)
          .add("start_line", IntegerType, true)
          .add("end_line", IntegerType, true)
          .add("content_sha", StringType, true)
          .add("input_key", StringType, false)
          .add("unit_count", IntegerType, false);

  /** The whole row. */
  public static final StructType REVIEWS =
      ResultColumns.addTiming(
          ResultColumns.addStatus(
                  ResultColumns.addProvenance(
                      copy(UNIT)
                          .add("prompt_name", StringType, true)
                          .add("prompt_version", StringType, true)))
              .add("findings", DataTypes.createArrayType(FINDING, false), true)
              .add("checks", DataTypes.createArrayType(CHECK, false), true)
              .add("framed", BooleanType, true));

  /**
   * What executors make of an input: its rows of {@link #REVIEWS}, or one with the status {@code
   * unchanged} if earlier runs have answered it. A unit, or an input, that is not asked again, for
   * it has ended its executor, is {@code unchanged} with an {@code error_class}. {@code held_code}
   * is the fingerprints of earlier findings of the repository whose code is in the file as it was;
   * null if there were none. {@code rows_due} is how many rows the input gets in this run, unless a
   * budget leaves some of them.
   */
  public static final StructType MADE =
      copy(REVIEWS)
          .add("held_code", DataTypes.createArrayType(StringType, false), true)
          .add("rows_due", IntegerType, false);

  private ReviewSchema() {}

  private static StructType copy(StructType schema) {
    return new StructType(schema.fields());
  }
}
