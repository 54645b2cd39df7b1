package org.codeaudit.job.option;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.job.source.prompt.PromptFiles;
import org.codeaudit.job.source.prompt.PromptOrigin;
import org.codeaudit.job.source.prompt.PromptSource;
import org.codeaudit.job.source.prompt.PromptTable;
import org.codeaudit.job.source.prompt.TextPrompt;
import org.codeaudit.job.source.table.SelectedRows;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What {@code generate} asks. */
public final class PromptOptions {
  /** Where prompts come from: one of these. */
  static final class Origin {
    @Option(
        names = "--prompts",
        paramLabel = "PATH",
        description =
            "JSON lines with \"id\", \"prompt\" and, if wanted, \"system\" and \"max_new_tokens\"; a"
                + " text (.txt, .md, .prompt), which is one prompt; or a folder of either.")
    String files;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "One prompt.")
    String text;

    @Option(
        names = "--table",
        paramLabel = "PATH",
        description = "A table Spark can read; see --table-format and --prompt-column.")
    String table;
  }

  @ArgGroup(exclusive = true, multiplicity = "1")
  Origin origin;

  @Option(
      names = "--table-format",
      paramLabel = "F",
      description =
          "Format of --table, any Spark can read, or 'table' for a name in the catalog; default"
              + " ${DEFAULT-VALUE}.")
  String tableFormat = "parquet";

  @Option(
      names = "--table-option",
      paramLabel = "KEY=VALUE",
      description = "An option for Spark's reader of --table, e.g. header; may be repeated.")
  Map<String, String> tableOptions = new LinkedHashMap<>();

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Ask only about rows of --table for which this is true.")
  String where;

  @Option(
      names = "--prompt-column",
      paramLabel = "C",
      description =
          "Column of --table that holds the prompt; default ${DEFAULT-VALUE}. Not needed with"
              + " --template.")
  String promptColumn = "prompt";

  @Option(
      names = "--id-column",
      paramLabel = "C",
      description = "Column of --table that is kept as id; default ${DEFAULT-VALUE}.")
  String idColumn = "id";

  @Option(
      names = "--system-column",
      paramLabel = "C",
      description = "Column of --table that holds a system message; default none.")
  String systemColumn;

  @Option(
      names = "--max-new-tokens-column",
      paramLabel = "C",
      description =
          "Column of --table that holds a row's own --max-new-tokens; where it is null, the option"
              + " counts.")
  String limitColumn;

  @Option(
      names = "--template",
      paramLabel = "FILE",
      description =
          "A text in which {{column}} stands for a row's value of that column of --table, or of that"
              + " field of a line of JSON; it is then the prompt.")
  Path template;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description =
          "System message of all prompts that have none of their own; may have {{column}} too.")
  String system;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Answers to each prompt, drawn apart; default ${DEFAULT-VALUE}.")
  public int samples = 1;

  /**
   * What was asked for; nothing but the template is read yet.
   *
   * @throws AuditException if options do not go together, or the template cannot be read
   */
  public PromptSource source() {
    AnswerOptions.atLeast("--samples", samples, 1);
    boolean selects =
        !tableOptions.isEmpty() || where != null || systemColumn != null || limitColumn != null;
    if (origin.table == null && selects) {
      throw new AuditException(
          ErrorClass.OPTION,
          "The options of prompts do not fit together",
          "--table-option, --where and --…-column are about a table, and --table names none",
          "Add --table, or leave them out");
    }
    return new PromptSource(
        origin(),
        Optional.ofNullable(template).map(PromptOptions::text),
        Optional.ofNullable(system),
        samples);
  }

  private PromptOrigin origin() {
    if (origin.text != null) {
      return new TextPrompt(origin.text);
    }
    return origin.files != null
        ? new PromptFiles(origin.files)
        : new PromptTable(
            new SelectedRows(origin.table, tableFormat, tableOptions, Optional.ofNullable(where)),
            idColumn,
            promptColumn,
            Optional.ofNullable(systemColumn),
            Optional.ofNullable(limitColumn));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).stripTrailing();
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.PROMPT_UNREADABLE,
          "The template " + file + " cannot be read",
          e instanceof CharacterCodingException ? "it is not UTF-8" : e.toString(),
          "Name a readable file in UTF-8",
          e);
    }
  }
}
