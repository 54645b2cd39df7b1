package org.codeaudit.bench.truth;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.codeaudit.AuditException;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.token.jinja.ChatTemplate;

/** A chat template, in {@code templates/NAME}, rendered over conversations as jinja2 renders it. */
final class TemplateTruth {
  private static final String PART = "templates";

  private TemplateTruth() {}

  static void compare(Path folder, Tally tally) throws IOException {
    String name = folder.getFileName().toString();
    JsonNode cases = FigureFiles.JSON.readTree(folder.resolve("cases.json").toFile());
    ChatTemplate template;
    try {
      String source = Files.readString(folder.resolve("chat_template.jinja"));
      template = ChatTemplate.parse(source, Clock.systemDefaultZone());
    } catch (AuditException refused) {
      String why = name + ": " + refused.getMessage();
      tally.wrong(PART, name, "we refuse the template", cases.size(), why);
      return;
    }
    int number = 0;
    for (JsonNode each : cases) {
      compare(name, number++, template, each, tally);
    }
  }

  private static void compare(
      String name, int number, ChatTemplate template, JsonNode each, Tally tally) {
    String example = name + ", conversation " + number;
    String rendered;
    try {
      rendered = template.render(variables(each)).toString();
    } catch (AuditException refused) {
      if (each.has("error")) {
        tally.right(PART, name, "both refuse it", 1);
      } else {
        tally.wrong(PART, name, "only we refuse it", 1, example + ": " + refused.getMessage());
      }
      return;
    }
    if (each.has("error")) {
      String error = each.get("error").asText();
      tally.wrong(PART, name, "only jinja2 refuses it", 1, example + ": " + error);
    } else if (rendered.equals(each.get("expected").asText())) {
      tally.right(PART, name, "the same text", 1);
    } else {
      tally.wrong(PART, name, "another text", 1, example);
    }
  }

  private static Map<String, Object> variables(JsonNode each) {
    Map<String, Object> variables = new HashMap<>();
    each.get("variables")
        .properties()
        .forEach(
            e ->
                variables.put(
                    e.getKey(), FigureFiles.JSON.convertValue(e.getValue(), Object.class)));
    return variables;
  }
}
