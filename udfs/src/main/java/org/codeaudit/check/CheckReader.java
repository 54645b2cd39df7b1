package org.codeaudit.check;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.change.Languages;
import org.codeaudit.finding.Category;
import org.codeaudit.finding.Severity;
import org.codeaudit.prompt.NearestMatch;

/** Reads one check of a YAML file; every problem of the file is named at once. */
final class CheckReader {
  /** The placeholder in a question for what is asked about. */
  static final String PLACEHOLDER = "{{code}}";

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
  private static final Pattern PART = Pattern.compile("\\{\\{(\\w+)}}");
  private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern CWE = Pattern.compile("CWE-[1-9][0-9]{0,4}");
  private static final List<String> TEXTS =
      List.of(
          "id", "category", "severity", "question", "counts", "harmless", "message", "suggestion");
  private static final Set<String> KEYS =
      union(
          TEXTS,
          "cwe",
          "languages",
          "on-request",
          "where",
          "unless",
          "needs",
          "absent",
          "parts",
          "signs",
          "taint",
          "example");

  private static final Set<String> LANGUAGES = Languages.names();

  private final String file;
  private final Taint common;
  private final List<String> problems = new ArrayList<>();

  private CheckReader(String file, Taint common) {
    this.file = file;
    this.common = common;
  }

  /**
   * The check that a file describes.
   *
   * @param file its name, for errors
   * @param common sources and ends that all checks of values have in common
   * @throws AuditException {@code CHECK_INVALID} naming all that is wrong with it
   */
  static Check read(String file, String text, Taint common) {
    return new CheckReader(file, common).read(text);
  }

  /**
   * What checks have in common, as a file of its own describes it.
   *
   * @throws AuditException {@code CHECK_INVALID} naming all that is wrong with it
   */
  static Taint readTaint(String file, String text) {
    CheckReader reader = new CheckReader(file, Taint.NONE);
    Taint taint = reader.taint(reader.root(text));
    if (!reader.problems.isEmpty()) {
      throw reader.invalid();
    }
    return taint;
  }

  private JsonNode root(String text) {
    JsonNode root;
    try {
      root = YAML.readTree(text);
    } catch (JsonProcessingException e) {
      problems.add("it is not YAML: " + e.getOriginalMessage());
      throw invalid();
    }
    if (root == null || !root.isObject()) {
      problems.add("it has no keys");
      throw invalid();
    }
    return root;
  }

  private Check read(String text) {
    JsonNode root = root(text);
    root.fieldNames().forEachRemaining(key -> known(key, KEYS));
    Map<String, String> texts = new LinkedHashMap<>();
    TEXTS.forEach(key -> texts.put(key, text(root, key)));
    JsonNode example = root.path("example");
    example.fieldNames().forEachRemaining(key -> known(key, Set.of("defect", "clean")));
    String defect = text(example, "defect");
    String clean = text(example, "clean");
    String cwe = optional(root, "cwe").orElse("");
    JsonNode onRequest = root.path("on-request");
    require(onRequest.isBoolean() || onRequest.isMissingNode(), "on-request must be true or false");
    List<Pattern> where = patterns(root, "where");
    List<Pattern> needs = optional(root, "needs").flatMap(this::pattern).stream().toList();
    List<Pattern> unless = patterns(root, "unless");
    List<Pattern> absent = optional(root, "absent").flatMap(this::pattern).stream().toList();
    Signs signs = signs(root.path("signs"), parts(root.path("parts")));
    Taint taint = root.has("taint") ? common.and(taint(root.path("taint"))) : Taint.NONE;
    Set<String> languages = new HashSet<>();
    list(root, "languages").forEach(language -> languages.add(language.toLowerCase(Locale.ROOT)));
    languages.forEach(this::knownLanguage);
    Optional<Category> category = Category.of(texts.get("category"));
    Optional<Severity> severity = Severity.of(texts.get("severity"));
    require(ID.matcher(texts.get("id")).matches(), "id must be words of a-z and 0-9 joined by -");
    require(
        category.isPresent(), "category " + texts.get("category") + " is not one of " + names());
    require(severity.isPresent(), "severity must be critical, high, medium, low or info");
    require(cwe.isEmpty() || CWE.matcher(cwe).matches(), "cwe is written like CWE-89");
    require(
        texts.get("question").contains(PLACEHOLDER),
        "question needs the placeholder " + PLACEHOLDER + " for what is asked about");
    require(!where.isEmpty(), "where needs a regular expression at least");
    if (!problems.isEmpty()) {
      throw invalid();
    }
    return new Check(
        texts.get("id"),
        category.get(),
        cwe,
        languages,
        onRequest.asBoolean(),
        severity.get(),
        texts.get("question"),
        texts.get("counts"),
        texts.get("harmless"),
        where,
        unless,
        needs,
        absent,
        signs,
        taint,
        texts.get("message"),
        texts.get("suggestion"),
        defect,
        clean);
  }

  /** Named expressions that several signs use. */
  private Map<String, String> parts(JsonNode node) {
    require(node.isObject() || node.isMissingNode(), "parts has a text for each name");
    Map<String, String> parts = new HashMap<>();
    node.fieldNames().forEachRemaining(name -> parts.put(name, text(node, name)));
    return parts;
  }

  private String whole(String expression, Map<String, String> parts) {
    return PART.matcher(expression)
        .replaceAll(
            named -> {
              String part = parts.get(named.group(1));
              require(part != null, "there is no part " + named.group(1));
              return Matcher.quoteReplacement(part == null ? "" : part);
            });
  }

  /** Lists by languages; a key may name several, with commas between them. */
  private Signs signs(JsonNode node, Map<String, String> parts) {
    require(
        node.isObject() || node.isMissingNode(),
        "signs has a list for each language, or for " + Signs.ANY);
    Map<String, List<Pattern>> signs = new HashMap<>();
    node.fieldNames()
        .forEachRemaining(
            key -> {
              List<Pattern> patterns =
                  list(node, key).stream()
                      .flatMap(text -> pattern(whole(text, parts), Pattern.MULTILINE).stream())
                      .toList();
              for (String language : key.toLowerCase(Locale.ROOT).split("\\s*,\\s*")) {
                if (!language.equals(Signs.ANY)) {
                  knownLanguage(language);
                }
                signs.merge(
                    language,
                    patterns,
                    (some, more) -> Stream.concat(some.stream(), more.stream()).toList());
              }
            });
    return new Signs(signs);
  }

  private Taint taint(JsonNode node) {
    require(node.isObject(), "taint has the keys sources, sanitizers and guards");
    node.fieldNames()
        .forEachRemaining(key -> known(key, Set.of("sources", "sanitizers", "guards")));
    return new Taint(
        patterns(node, "sources"), patterns(node, "sanitizers"), patterns(node, "guards"));
  }

  private List<Pattern> patterns(JsonNode node, String key) {
    return list(node, key).stream().flatMap(text -> pattern(text).stream()).toList();
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      problems.add(problem);
    }
  }

  private void known(String key, Set<String> keys) {
    known("key", key, keys);
  }

  /** What is said about a language that no file has would never be used. */
  private void knownLanguage(String name) {
    known("language", name, LANGUAGES);
  }

  private void known(String what, String name, Set<String> names) {
    String meant = NearestMatch.of(name, names).map(k -> " (did you mean " + k + "?)").orElse("");
    require(names.contains(name), "unknown " + what + " " + name + meant);
  }

  private String text(JsonNode node, String key) {
    String text = node.path(key).isTextual() ? node.path(key).asText().strip() : "";
    require(!text.isEmpty(), key + " is missing or no text");
    return text;
  }

  private Optional<String> optional(JsonNode node, String key) {
    return node.has(key) ? Optional.of(text(node, key)) : Optional.empty();
  }

  private List<String> list(JsonNode node, String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : node.path(key)) {
      require(item.isTextual(), key + " must be a list of texts");
      texts.add(item.asText());
    }
    require(!node.has(key) || node.path(key).isArray(), key + " must be a list");
    return texts;
  }

  private Optional<Pattern> pattern(String expression) {
    return pattern(expression, 0);
  }

  private Optional<Pattern> pattern(String expression, int flags) {
    try {
      return Optional.of(Pattern.compile(expression, flags));
    } catch (PatternSyntaxException e) {
      problems.add("the regular expression " + expression + " is wrong: " + e.getDescription());
      return Optional.empty();
    }
  }

  private static String names() {
    return String.join(
        ", ", List.of(Category.values()).stream().map(Category::columnValue).toList());
  }

  private static Set<String> union(List<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(List.of(more));
    return Set.copyOf(all);
  }

  private AuditException invalid() {
    return CheckErrors.invalid(file, problems);
  }
}
