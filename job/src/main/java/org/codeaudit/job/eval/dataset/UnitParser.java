package org.codeaudit.job.eval.dataset;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.change.FilePatch;
import org.codeaudit.change.Languages;
import org.codeaudit.change.UnifiedDiffParser;
import org.codeaudit.finding.Category;

/** Reads one unit of a dataset; whatever is wrong with it is added to a list of problems. */
final class UnitParser {
  private static final String UNIT = "unit";
  private static final String TWIN = "twin";
  private static final String PROJECT = "project";
  private static final String TEMPLATE = "template";
  private static final String KIND = "kind";
  private static final String LANGUAGE = "language";
  private static final String PATH = "path";
  private static final String CODE = "code";
  private static final String CODE_FILE = "code_file";
  private static final String PATCH = "patch";
  private static final String LABELS = "labels";
  private static final String CATEGORY = "category";
  private static final String CWE = "cwe";
  private static final String LINE_START = "line_start";
  private static final String LINE_END = "line_end";

  private static final Set<String> UNIT_KEYS =
      Set.of(UNIT, TWIN, PROJECT, TEMPLATE, KIND, LANGUAGE, PATH, CODE, CODE_FILE, PATCH, LABELS);
  private static final Set<String> LABEL_KEYS = Set.of(CATEGORY, CWE, LINE_START, LINE_END);

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path folder;
  private final String place;
  private final List<String> problems;
  private final int problemsBefore;
  private String id = "";

  /**
   * @param folder what {@code code_file} is relative to
   * @param place the file and line, for messages
   * @param problems takes what is wrong
   */
  UnitParser(Path folder, String place, List<String> problems) {
    this.folder = folder;
    this.place = place;
    this.problems = problems;
    this.problemsBefore = problems.size();
  }

  /** The text with the lines that a label may name. */
  private record Reviewed(EvaluationUnit.Text text, BitSet lines) {}

  /** The unit of a line; empty if something is wrong with it. */
  Optional<EvaluationUnit> unit(String line) {
    Optional<JsonNode> object = object(line);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    JsonNode unit = object.get();
    refuseUnknown(unit, UNIT_KEYS, "");
    id = required(unit, UNIT);
    String language = required(unit, LANGUAGE);
    String path = required(unit, PATH);
    Optional<Reviewed> reviewed = reviewed(unit, path);
    List<Label> labels = labels(unit, reviewed.map(Reviewed::lines));
    Optional<Category> kind = text(unit, KIND).flatMap(name -> category(name, KIND));
    if (kind.isPresent() && !labels.isEmpty()) {
      problem("kind is for clean units; the labels say what this one is");
    }
    reviewed.ifPresent(text -> checkLanguage(path, language, text));
    if (problems.size() > problemsBefore) {
      return Optional.empty();
    }
    return Optional.of(
        new EvaluationUnit(
            id,
            text(unit, TWIN),
            text(unit, PROJECT),
            text(unit, TEMPLATE),
            kind,
            language,
            path,
            reviewed.orElseThrow().text(),
            reviewed.orElseThrow().lines().cardinality(),
            labels));
  }

  /** The id of the unit that was read, also if something is wrong with it; empty if it has none. */
  String id() {
    return id;
  }

  private Optional<JsonNode> object(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.isObject()) {
        return Optional.of(node);
      }
      problem("the line is no JSON object");
    } catch (JsonProcessingException e) {
      // The message without the place in the text, which is that of the line alone.
      problem("the line is no JSON object: " + e.getOriginalMessage());
    }
    return Optional.empty();
  }

  private void refuseUnknown(JsonNode object, Set<String> known, String where) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        problem(where + "unknown key " + name);
      }
    }
  }

  private String required(JsonNode object, String key) {
    Optional<String> value = text(object, key);
    if (value.isEmpty() && !object.has(key)) {
      problem(key + " is missing");
    }
    return value.orElse("");
  }

  /** A text that is not blank; null counts as absent. */
  private Optional<String> text(JsonNode object, String key) {
    JsonNode value = object.get(key);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual() || value.textValue().isBlank()) {
      problem(key + " must be a text that is not blank");
      return Optional.empty();
    }
    return Optional.of(value.textValue());
  }

  private Optional<Reviewed> reviewed(JsonNode unit, String path) {
    List<String> given = Stream.of(CODE, CODE_FILE, PATCH).filter(unit::hasNonNull).toList();
    if (given.size() != 1) {
      problem(
          given.isEmpty()
              ? "one of code, code_file and patch is needed"
              : String.join(" and ", given) + " are given; one of them is needed");
      return Optional.empty();
    }
    Optional<String> value = text(unit, given.get(0));
    return switch (given.get(0)) {
      case CODE -> value.map(UnitParser::whole);
      case CODE_FILE -> value.flatMap(this::file).map(UnitParser::whole);
      default -> value.flatMap(patch -> patch(patch, path));
    };
  }

  private static Reviewed whole(String code) {
    BitSet lines = new BitSet();
    lines.set(1, (int) code.lines().count() + 1);
    return new Reviewed(new EvaluationUnit.Text(code, false), lines);
  }

  private Optional<String> file(String name) {
    try {
      String code = Files.readString(folder.resolve(name));
      if (code.isBlank()) {
        problem("the code_file " + name + " is empty");
        return Optional.empty();
      }
      return Optional.of(code);
    } catch (IOException | InvalidPathException e) {
      problem("the code_file " + name + " cannot be read: " + e);
      return Optional.empty();
    }
  }

  /** The lines of a patch are those that its hunks show of the new file. */
  private Optional<Reviewed> patch(String patch, String path) {
    try {
      List<FilePatch> files =
          UnifiedDiffParser.parse(patch, place).stream()
              .filter(file -> file.path().equals(path))
              .toList();
      if (files.isEmpty()) {
        problem("the patch does not change " + path);
        return Optional.empty();
      }
      BitSet lines = new BitSet();
      for (FilePatch file : files) {
        file.error().ifPresent(error -> problem(error.getMessage()));
        file.hunks().stream()
            .flatMap(hunk -> hunk.lines().stream())
            .filter(line -> line.newNumber() > 0)
            .forEach(line -> lines.set(line.newNumber()));
      }
      return Optional.of(new Reviewed(new EvaluationUnit.Text(patch, true), lines));
    } catch (AuditException e) {
      problem(e.getMessage());
      return Optional.empty();
    }
  }

  private List<Label> labels(JsonNode unit, Optional<BitSet> lines) {
    JsonNode list = unit.get(LABELS);
    List<Label> labels = new ArrayList<>();
    if (list == null || !list.isArray()) {
      problem("labels must be a list, empty for a clean unit");
      return labels;
    }
    for (int i = 0; i < list.size(); i++) {
      String where = list.size() == 1 ? "the label" : "label " + (i + 1);
      if (list.get(i).isObject()) {
        label(list.get(i), where, lines).ifPresent(labels::add);
      } else {
        problem(where + " is no JSON object");
      }
    }
    return labels;
  }

  private Optional<Label> label(JsonNode label, String where, Optional<BitSet> lines) {
    refuseUnknown(label, LABEL_KEYS, where + " has the ");
    Optional<Category> category =
        Optional.of(required(label, CATEGORY))
            .filter(name -> !name.isEmpty())
            .flatMap(name -> category(name, where));
    Optional<String> cwe = text(label, CWE);
    if (cwe.isPresent() && !cwe.get().matches("CWE-[1-9][0-9]*")) {
      problem(where + " has the cwe " + cwe.get() + ", which is not of the form CWE-89");
    }
    Optional<LineRange> range = range(label, where);
    if (range.isPresent() && lines.isPresent() && !within(range.get(), lines.get())) {
      problem(
          where
              + " names lines "
              + range.get().start()
              + " to "
              + range.get().end()
              + ", which are not all in the unit");
    }
    return category.map(known -> new Label(known, cwe.isPresent() ? cwe : known.cwe(), range));
  }

  private Optional<LineRange> range(JsonNode label, String where) {
    JsonNode start = label.path(LINE_START);
    JsonNode end = label.path(LINE_END);
    boolean unknown =
        (start.isNull() || start.isMissingNode()) && (end.isNull() || end.isMissingNode());
    if (unknown) {
      // To forget a line is not to say that it is not known.
      if (start.isMissingNode()) {
        problem(where + " has no line_start; null says that the line is not known");
      }
      return Optional.empty();
    }
    boolean numbers = start.isInt() && end.isInt();
    if (!numbers || start.intValue() < 1 || end.intValue() < start.intValue()) {
      problem(
          where
              + " needs line_start and line_end, 1-based and inclusive, the one not after the other");
      return Optional.empty();
    }
    return Optional.of(new LineRange(start.intValue(), end.intValue()));
  }

  private static boolean within(LineRange range, BitSet lines) {
    return lines.nextClearBit(range.start()) > range.end();
  }

  private Optional<Category> category(String name, String where) {
    // Only the name itself: Category.of forgives what a model writes.
    Optional<Category> category =
        Category.of(name).filter(known -> known.columnValue().equals(name));
    if (category.isEmpty()) {
      problem(where + " has the unknown category " + name);
    }
    return category;
  }

  /** A unit in another language than its path says would be reviewed, and counted, as that. */
  private void checkLanguage(String path, String language, Reviewed reviewed) {
    Optional<String> told =
        Languages.ofPath(path).or(() -> Languages.ofFirstLine(reviewed.text().text()));
    if (!path.isEmpty() && !language.isEmpty() && !told.equals(Optional.of(language))) {
      problem(
          "the language is "
              + language
              + " and the path says "
              + told.orElse("none that is known"));
    }
  }

  private void problem(String what) {
    problems.add(place + ": " + what);
  }
}
