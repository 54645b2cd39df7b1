package org.codeaudit.udf.row;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.codeaudit.code.CheckOutcome;
import org.codeaudit.code.CodeBlock;
import org.codeaudit.code.JudgedBlock;
import org.codeaudit.finding.SecretRedactor;

/** Blocks of code as values of the column {@code blocks} of {@link GenerationSchema}. */
public final class CodeBlockRow {
  private CodeBlockRow() {}

  /** A block, secrets redacted, with what came of the user's command for it. */
  public static Row of(JudgedBlock judged, Optional<CheckOutcome> outcome) {
    CodeBlock block = judged.block();
    return new RowBuilder(GenerationSchema.BLOCK)
        .set("language", block.language().orElse(null))
        .set("file", block.file().orElse(null))
        .set("code", SecretRedactor.SHAPES.redact(block.code()))
        .set("lines", block.lines())
        .set("closed", block.closed())
        .set("syntax_ok", judged.syntaxOk().orElse(null))
        .set("imports", judged.imports().map(CodeBlockRow::array).orElse(null))
        .set("check", outcome.map(CodeBlockRow::check).orElse(null))
        .build();
  }

  /** Texts as the value of an array. */
  public static String[] array(List<String> texts) {
    return texts.toArray(String[]::new);
  }

  private static Row check(CheckOutcome outcome) {
    return new RowBuilder(GenerationSchema.CHECK)
        .set("status", outcome.status().columnValue())
        .set("exit_code", outcome.exitCode().isPresent() ? outcome.exitCode().getAsInt() : null)
        .set("ns", outcome.nanos())
        .set("output", SecretRedactor.SHAPES.redact(outcome.output()))
        .build();
  }
}
