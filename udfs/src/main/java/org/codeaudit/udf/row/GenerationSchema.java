package org.codeaudit.udf.row;

import static org.apache.spark.sql.types.DataTypes.BooleanType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import org.apache.spark.sql.types.StructType;

/** Rows of the prompts that {@code generate} takes, and of the table {@code generations}. */
public final class GenerationSchema {

  /**
   * A prompt: {@code id} is the caller's own and comes back; {@code system} may be null; a row
   * whose {@code prompt} is null fails, with {@code corrupt} as the reason if that is not null.
   */
  public static final StructType PROMPTS =
      new StructType()
          .add("id", StringType, true)
          .add("prompt", StringType, true)
          .add("system", StringType, true)
          .add("corrupt", StringType, true);

  /**
   * An answer: {@code text} is the decoded answer without control tokens, {@code code} its longest
   * fenced code block, {@code code_language} that block's language, {@code syntax_ok} whether it
   * parses (null where that cannot be told).
   */
  public static final StructType GENERATIONS =
      ResultColumns.addTiming(
          ResultColumns.addStatus(
                  ResultColumns.addProvenance(
                      ResultColumns.addIdentity(new StructType()).add("id", StringType, true)))
              .add("code", StringType, true)
              .add("code_language", StringType, true)
              .add("syntax_ok", BooleanType, true));

  private GenerationSchema() {}
}
