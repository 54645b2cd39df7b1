package org.codeaudit.udf;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.codeaudit.code.AnswerCode;
import org.codeaudit.code.CheckCommands;
import org.codeaudit.code.CheckOutcome;
import org.codeaudit.code.CheckRun;
import org.codeaudit.code.CodeBlock;
import org.codeaudit.code.JudgedBlock;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.udf.row.AnswerRow;
import org.codeaudit.udf.row.CodeBlockRow;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.row.RowBuilder;

/** The columns of an answer that are about its code; secrets are redacted in all of them. */
public final class CodeColumns {
  private static final String CHECK_OK = "check_ok";
  private static final String BLOCKS = "blocks";

  private CodeColumns() {}

  /**
   * Sets them.
   *
   * @param outcomes of the user's command for each block
   */
  static void set(AnswerRow row, AnswerCode code, List<Optional<CheckOutcome>> outcomes) {
    code.main().ifPresent(main -> setMain(row, main));
    row.set(CHECK_OK, passed(outcomes)).set(BLOCKS, blocks(code, outcomes));
  }

  /**
   * A row of {@link GenerationSchema#GENERATIONS} whose code was not checked yet, with what the
   * user's commands say of it.
   */
  public static Row checked(Row row, CheckCommands commands) {
    String text = row.getAs("text");
    if (text == null || commands.none()) {
      return row;
    }
    AnswerCode code = AnswerCode.of(text);
    List<Optional<CheckOutcome>> outcomes = CheckRun.of(code, commands);
    RowBuilder checked = new RowBuilder(row.schema());
    for (String column : row.schema().fieldNames()) {
      checked.set(column, row.getAs(column));
    }
    return checked.set(CHECK_OK, passed(outcomes)).set(BLOCKS, blocks(code, outcomes)).build();
  }

  private static Boolean passed(List<Optional<CheckOutcome>> outcomes) {
    List<CheckOutcome> checked = outcomes.stream().flatMap(Optional::stream).toList();
    return checked.isEmpty()
        ? null
        : checked.stream().allMatch(outcome -> outcome.status() == CheckOutcome.Status.PASSED);
  }

  private static Row[] blocks(AnswerCode code, List<Optional<CheckOutcome>> outcomes) {
    return IntStream.range(0, outcomes.size())
        .mapToObj(i -> CodeBlockRow.of(code.blocks().get(i), outcomes.get(i)))
        .toArray(Row[]::new);
  }

  private static void setMain(AnswerRow row, JudgedBlock main) {
    CodeBlock block = main.block();
    row.set("code", SecretRedactor.SHAPES.redact(block.code()))
        .set("code_language", block.language().orElse(null))
        .set("code_file", block.file().orElse(null))
        .set("code_lines", block.lines())
        .set("imports", main.imports().map(CodeBlockRow::array).orElse(null))
        .set("syntax_ok", main.syntaxOk().orElse(null));
  }
}
