package org.codeaudit.finding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.codeaudit.finding.ParsedAnswer.Ending;

/**
 * Reads {@code {"findings":[{"quote":…,"message":…,"suggestion":…,"category":…,"severity":…}]}} out
 * of an answer. Text before it (thoughts up to {@code </think>}, a fence) and after it is skipped,
 * and complete findings are kept when the rest is cut off or broken. Never throws.
 */
public final class FindingParser {
  /**
   * How the answers of a review begin. Nothing inside an answer can look like this, as its texts
   * escape quotation marks; a thought can, if it repeats what the code tells it to say.
   */
  private static final String FORM = "{\"findings\":[";

  private static final String THINK = "<think>";
  private static final String END_OF_THOUGHT = "</think>";

  // Field names come from a model: interning them would fill a table that is never emptied.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .build();

  private FindingParser() {}

  /** Reads as much of an answer as possible; see {@link ParsedAnswer}. */
  public static ParsedAnswer parse(String text) {
    int thought = endOfThought(text);
    if (thought < 0) {
      return new ParsedAnswer(List.of(), Ending.TRUNCATED, 0);
    }
    int form = text.lastIndexOf(FORM);
    int object = form >= thought ? form : text.indexOf('{', thought);
    if (object < 0) {
      boolean nothingYet = text.substring(thought).isBlank();
      return new ParsedAnswer(List.of(), nothingYet ? Ending.TRUNCATED : Ending.MALFORMED, thought);
    }
    return new Reading(text, object).run();
  }

  /** Where the answer proper begins; -1 if the text ends in the middle of a thought. */
  private static int endOfThought(String text) {
    String start = text.stripLeading();
    if (start.startsWith("{")) {
      return 0;
    }
    int end = text.indexOf(END_OF_THOUGHT);
    if (end >= 0) {
      return end + END_OF_THOUGHT.length();
    }
    return start.startsWith(THINK) ? -1 : 0;
  }

  /** One pass over the object that begins at an offset of the text. */
  private static final class Reading {
    private final String text;
    private final int offset;
    private final List<ParsedFinding> findings = new ArrayList<>();
    private int read;

    Reading(String text, int offset) {
      this.text = text;
      this.offset = offset;
      this.read = offset;
    }

    ParsedAnswer run() {
      return new ParsedAnswer(findings, readAll(), read);
    }

    private Ending readAll() {
      try (JsonParser json = JSON.createParser(text.substring(offset))) {
        try {
          return answer(json) ? Ending.COMPLETE : Ending.MALFORMED;
        } catch (JsonEOFException e) {
          return Ending.TRUNCATED;
        } catch (JsonProcessingException e) {
          // Between two fields the parser does not report that it hit the end of the text.
          return end(json) >= text.length() ? Ending.TRUNCATED : Ending.MALFORMED;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("reading a text fails like a file", e);
      }
    }

    /** Whether the object has a list of findings. */
    private boolean answer(JsonParser json) throws IOException {
      boolean found = false;
      json.nextToken();
      while (next(json) != JsonToken.END_OBJECT) {
        String name = json.currentName();
        if (next(json) == JsonToken.START_ARRAY && name.equals("findings")) {
          found = true;
          list(json);
        } else {
          json.skipChildren();
        }
      }
      read = end(json);
      return found;
    }

    private void list(JsonParser json) throws IOException {
      while (next(json) != JsonToken.END_ARRAY) {
        if (json.currentToken() == JsonToken.START_OBJECT) {
          finding(json);
        } else {
          json.skipChildren();
        }
      }
    }

    private void finding(JsonParser json) throws IOException {
      int start = offset + (int) json.currentTokenLocation().getCharOffset();
      Map<String, String> fields = new HashMap<>();
      while (next(json) != JsonToken.END_OBJECT) {
        String name = json.currentName();
        if (next(json) == JsonToken.VALUE_STRING) {
          fields.put(name, json.getText());
        } else {
          json.skipChildren();
        }
      }
      read = end(json);
      String quote = fields.getOrDefault("quote", "");
      String message = fields.getOrDefault("message", "");
      if (!(quote.isBlank() && message.isBlank())) {
        findings.add(
            new ParsedFinding(
                quote,
                message,
                fields.getOrDefault("suggestion", ""),
                fields.getOrDefault("category", ""),
                fields.getOrDefault("severity", ""),
                start,
                read));
      }
    }

    private JsonToken next(JsonParser json) throws IOException {
      JsonToken token = json.nextToken();
      if (token == null) {
        throw new JsonEOFException(json, null, "the answer ends here");
      }
      return token;
    }

    private int end(JsonParser json) {
      return offset + (int) json.currentLocation().getCharOffset();
    }
  }
}
