package org.codeaudit.udf.row;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.LongType;
import static org.apache.spark.sql.types.DataTypes.StringType;
import static org.apache.spark.sql.types.DataTypes.createArrayType;

import org.apache.spark.sql.types.StructType;

/** Rows of the prompts that {@code generate} takes, and of the table {@code generations}. */
public final class GenerationSchema {

  /**
   * A prompt: {@code id} is the caller's own and comes back; {@code system} may be null; {@code
   * max_new_tokens} is the row's own limit as its source says it, or null; {@code sample} counts
   * the answers to one prompt from 0, where null is the first. A row whose {@code prompt} is null
   * fails, with {@code corrupt} as the reason if that is not null; so does one for which {@code
   * missing} names variables of the template that it has no value for.
   */
  public static final StructType PROMPTS =
      new StructType()
          .add("id", StringType, true)
          .add("prompt", StringType, true)
          .add("system", StringType, true)
          .add("max_new_tokens", StringType, true)
          .add("sample", IntegerType, true)
          .add("missing", StringType, true)
          .add("corrupt", StringType, true);

  /** What came of a command that was run over a block. */
  static final StructType CHECK =
      new StructType()
          .add("status", StringType, false)
          .add("exit_code", IntegerType, true)
          .add("ns", LongType, true)
          .add("output", StringType, true);

  /** A fenced block of an answer; {@code check} is null where nothing was run. */
  static final StructType BLOCK =
      new StructType()
          .add("language", StringType, true)
          .add("file", StringType, true)
          .add("code", StringType, false)
          .add("lines", IntegerType, false)
          .add("closed", BooleanType, false)
          .add("syntax_ok", BooleanType, true)
          .add("imports", createArrayType(StringType, false), true)
          .add("check", CHECK, true);

  /**
   * An answer: {@code text} is the decoded answer without control tokens, {@code code} its longest
   * fenced code block, with its language, file, lines and imports, {@code syntax_ok} whether it
   * parses (null where that cannot be told); {@code complete} whether the answer ended by itself
   * and its last block is closed; {@code check_ok} whether all blocks passed for which there is a
   * command (null where nothing was run); {@code blocks} all of them.
   */
  public static final StructType GENERATIONS =
      ResultColumns.addTiming(
          ResultColumns.addStatus(
                  ResultColumns.addProvenance(
                      ResultColumns.addIdentity(new StructType())
                          .add("id", StringType, true)
                          .add("sample", IntegerType, true)))
              .add("code", StringType, true)
              .add("code_language", StringType, true)
              .add("code_file", StringType, true)
              .add("code_lines", IntegerType, true)
              .add("imports", createArrayType(StringType, false), true)
              .add("syntax_ok", BooleanType, true)
              .add("check_ok", BooleanType, true)
              .add("complete", BooleanType, true)
              .add("blocks", createArrayType(BLOCK, false), true));

  private GenerationSchema() {}
}
