package org.codeaudit.prompt;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.Hashes;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.change.FileChange;
import org.codeaudit.token.ChatMessage;

/**
 * A prompt read from a text file of three parts, each below a line of its own: {@code <!-- system
 * -->}, {@code <!-- user: change -->} (a diff is reviewed) and {@code <!-- user: file -->} (a whole
 * file is). {@code {{path}}}, {@code {{language}}}, {@code {{kind}}} and {@code {{code}}} stand for
 * what is reviewed. Substitution is one pass over the template: braces in a value are only text.
 *
 * @param name file name without its ending, e.g. {@code review}
 * @param version the first 12 hexadecimal digits of the SHA-256 of the file
 * @param system what the model is told about its task
 * @param change the user's turn for a diff
 * @param file the user's turn for a whole file
 */
public record PromptTemplate(String name, String version, String system, String change, String file)
    implements Serializable {

  private static final Pattern SEPARATOR =
      Pattern.compile("^<!-- *([^\\n]*?) *-->[ \\t]*\\r?\\n", Pattern.MULTILINE);
  private static final int VERSION_DIGITS = 12;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");
  private static final Set<String> PLACEHOLDERS = Set.of("path", "language", "kind", "code");
  private static final String SYSTEM = "system";
  private static final String CHANGE = "user: change";
  private static final String FILE = "user: file";
  private static final List<String> PARTS = List.of(SYSTEM, CHANGE, FILE);

  /**
   * Reads a template from a file in UTF-8.
   *
   * @throws AuditException if it cannot be read, misses a part or has an unknown placeholder
   */
  public static PromptTemplate load(Path path) {
    try {
      return parse(nameOf(path), Files.readString(path));
    } catch (CharacterCodingException e) {
      throw unreadable(path.toString(), "it is not UTF-8", "Save it as UTF-8.", e);
    } catch (IOException e) {
      throw unreadable(path.toString(), e.toString(), "Name a readable template file.", e);
    }
  }

  /**
   * Reads the template of that name which the jar carries.
   *
   * @throws AuditException if there is none
   */
  public static PromptTemplate bundled(String name) {
    String resource = "/prompts/" + name + ".md";
    try (InputStream in = PromptTemplate.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw unreadable(
            name, "the jar carries no " + resource, "Name the file of a template.", null);
      }
      return parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unreadable(name, e.toString(), "Check the jar " + resource + " is in.", e);
    }
  }

  /**
   * A template from its text.
   *
   * @throws AuditException naming every problem of it
   */
  public static PromptTemplate parse(String name, String text) {
    Map<String, String> parts = new TreeMap<>();
    List<String> problems =
        Stream.concat(separate(text, parts).stream(), misspeltPlaceholders(text).stream()).toList();
    if (!problems.isEmpty()) {
      throw new AuditException(
          ErrorClass.PROMPT_INVALID,
          "The prompt template " + name + " cannot be used",
          String.join("; ", problems),
          "The parts are " + PARTS + ", the placeholders " + sorted(PLACEHOLDERS));
    }
    return new PromptTemplate(
        name, version(text), parts.get(SYSTEM), parts.get(CHANGE), parts.get(FILE));
  }

  /** The messages that ask for a review of one unit of a change. */
  public List<ChatMessage> messages(FileChange reviewed, Unit unit) {
    return messages(reviewed, unit.text());
  }

  /**
   * As {@link #messages(FileChange, Unit)}, of any text; empty to see what the prompt itself costs.
   */
  public List<ChatMessage> messages(FileChange reviewed, String code) {
    Map<String, String> values =
        Map.of(
            "path", oneLine(reviewed.path()),
            "language", oneLine(reviewed.language().orElse("unknown language")),
            "kind", reviewed.kind().columnValue(),
            "code", code);
    String user = reviewed.kind() == ChangeKind.FILE ? file : change;
    return List.of(
        new ChatMessage("system", Placeholders.fill(system, values::get)),
        new ChatMessage("user", Placeholders.fill(user, values::get)));
  }

  /** A file's name may hold line breaks; the prompt's lines are the template's alone. */
  private static String oneLine(String text) {
    return CONTROL.matcher(text).replaceAll(" ");
  }

  private static List<String> separate(String text, Map<String, String> parts) {
    List<String> problems = new ArrayList<>();
    Matcher separator = SEPARATOR.matcher(text);
    String part = null;
    int from = 0;
    while (separator.find()) {
      close(part, text.substring(from, separator.start()), parts, problems);
      part = separator.group(1);
      from = separator.end();
    }
    close(part, text.substring(from), parts, problems);
    PARTS.stream()
        .filter(p -> !parts.containsKey(p))
        .forEach(p -> problems.add("the part <!-- " + p + " --> is missing"));
    return problems;
  }

  private static void close(
      String part, String body, Map<String, String> parts, List<String> problems) {
    if (part == null) {
      if (!body.isBlank()) {
        problems.add("text stands before the first <!-- part -->");
      }
    } else if (!PARTS.contains(part)) {
      problems.add("unknown part <!-- " + part + " -->" + suggestion(part, PARTS));
    } else if (parts.put(part, body.strip()) != null) {
      problems.add("the part <!-- " + part + " --> comes twice");
    }
  }

  private static List<String> misspeltPlaceholders(String text) {
    return Placeholders.names(text).stream()
        .filter(name -> !PLACEHOLDERS.contains(name))
        .map(name -> "unknown placeholder {{" + name + "}}" + suggestion(name, PLACEHOLDERS))
        .toList();
  }

  private static String suggestion(String name, Collection<String> known) {
    return NearestMatch.of(name, known).map(k -> " (did you mean " + k + "?)").orElse("");
  }

  private static String sorted(Set<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }

  private static String nameOf(Path path) {
    String fileName = path.getFileName().toString();
    int dot = fileName.lastIndexOf('.');
    return dot > 0 ? fileName.substring(0, dot) : fileName;
  }

  private static String version(String text) {
    return Hashes.hex(text).substring(0, VERSION_DIGITS);
  }

  private static AuditException unreadable(String what, String why, String fix, Throwable cause) {
    return new AuditException(
        ErrorClass.PROMPT_UNREADABLE,
        "The prompt template " + what + " cannot be read",
        why,
        fix,
        cause);
  }
}
