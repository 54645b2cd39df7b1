package org.codeaudit.job.source.prompt;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.codeaudit.prompt.Placeholders;
import org.codeaudit.udf.row.GenerationSchema;
import org.codeaudit.udf.row.RowBuilder;

/**
 * A row of an origin to its prompts, one for each sample. A row that lacks a value is a prompt all
 * the same, and says which: it comes back as failed.
 */
final class FillPrompts implements FlatMapFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final List<String> variables;
  private final String template;
  private final String system;
  private final int samples;

  FillPrompts(
      List<String> variables, Optional<String> template, Optional<String> system, int samples) {
    this.variables = variables;
    this.template = template.orElse(null);
    this.system = system.orElse(null);
    this.samples = samples;
  }

  @Override
  public Iterator<Row> call(Row row) {
    return IntStream.range(0, samples).mapToObj(sample -> prompt(row, sample)).iterator();
  }

  private Row prompt(Row row, int sample) {
    String corrupt = row.getAs("corrupt");
    String own = row.getAs("system");
    String systemText = own == null ? system : null;
    RowBuilder prompt =
        new RowBuilder(GenerationSchema.PROMPTS)
            .set("id", row.getAs("id"))
            .set("prompt", template == null ? row.getAs("prompt") : filled(template, row))
            .set("system", systemText == null ? own : filled(systemText, row))
            .set("max_new_tokens", row.getAs("max_new_tokens"))
            .set("sample", sample)
            .set("corrupt", corrupt);
    List<String> missing =
        Stream.of(Optional.ofNullable(template), Optional.ofNullable(systemText))
            .flatMap(Optional::stream)
            .flatMap(text -> Placeholders.names(text).stream())
            .distinct()
            .filter(name -> value(row, name) == null)
            .map(name -> "{{" + name + "}}")
            .toList();
    if (corrupt == null && !missing.isEmpty()) {
      prompt.set("missing", String.join(", ", missing));
    }
    return prompt.build();
  }

  private String filled(String text, Row row) {
    return Placeholders.fill(
        text, name -> Optional.ofNullable(value(row, name)).orElse("{{" + name + "}}"));
  }

  private String value(Row row, String variable) {
    return row.getString(PromptOrigin.COLUMNS.length() + variables.indexOf(variable));
  }
}
