package org.codeaudit.rule;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.finding.Category;
import org.codeaudit.finding.Severity;
import org.codeaudit.prompt.NearestMatch;

/** Reads a file of rules; every problem of the file is named at once, with its line. */
final class RulesFileParser {
  private static final Set<String> KEYS = Set.of("exclude", "checks", "ignore");
  private static final Set<String> CHECKS_KEYS = Set.of("paths", "add");
  private static final Set<String> ENTRY_KEYS =
      Set.of(
          "paths",
          "checks",
          "categories",
          "cwe",
          "severities",
          "below",
          "fingerprint",
          "reason",
          "status",
          "expires",
          "by");

  private static final Pattern CHECK = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern CWE = Pattern.compile("(?:CWE-)?([1-9][0-9]{0,4})");
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{32}");
  private static final int MOST_PROBLEMS = 20;
  private static final int MOST_SHOWN = 60;
  private static final int MOST_PATTERN = 1000;
  private static final int MOST_PROSE = 1000;

  private final List<String> problems = new ArrayList<>();

  private RulesFileParser() {}

  static RepositoryRules read(String file, String text) {
    RulesFileParser reader = new RulesFileParser();
    try {
      YamlNode root = YamlFile.read(text);
      List<Glob> exclude = new ArrayList<>();
      List<RequestedChecks> checks = new ArrayList<>();
      List<IgnoreRule> ignore = new ArrayList<>();
      if (reader.isMapOf(root, KEYS, "the file")) {
        YamlNode globs = root.entries().get("exclude");
        if (globs != null && !globs.isEmpty()) {
          reader.values(root, "exclude").forEach(node -> reader.glob(node).ifPresent(exclude::add));
        }
        reader.list(root, "checks").forEach(node -> reader.checks(node).ifPresent(checks::add));
        reader.list(root, "ignore").forEach(node -> reader.entry(node).ifPresent(ignore::add));
      }
      if (reader.problems.isEmpty()) {
        return new RepositoryRules(file, text, exclude, checks, ignore);
      }
    } catch (YamlFile.Refused e) {
      reader.problems.add(e.getMessage());
    }
    throw invalid(file, reader.summary());
  }

  static AuditException invalid(String file, String why) {
    return new AuditException(
        ErrorClass.RULES_INVALID,
        "The rules " + file + " cannot be used",
        why,
        "docs/rules.md lists the keys and has an example");
  }

  /** What a file says, cut where it is too long to be shown; control characters are left out. */
  static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ");
    return plain.length() <= MOST_SHOWN ? plain : plain.substring(0, MOST_SHOWN) + "…";
  }

  private String summary() {
    int more = problems.size() - MOST_PROBLEMS;
    return String.join("; ", problems.subList(0, Math.min(problems.size(), MOST_PROBLEMS)))
        + (more > 0 ? "; and " + more + " more" : "");
  }

  private void problem(YamlNode at, String problem) {
    problems.add("line " + at.line() + ": " + problem);
  }

  /** Empty if the entry cannot be used, which was said. */
  private Optional<RequestedChecks> checks(YamlNode node) {
    int before = problems.size();
    if (!isMapOf(node, CHECKS_KEYS, "an entry of checks")) {
      return Optional.empty();
    }
    RequestedChecks checks = new RequestedChecks(paths(node), set(node, "add", this::check));
    if (checks.ids().isEmpty() && problems.size() == before) {
      problem(node, "the entry needs add, with the ids of checks");
    }
    return problems.size() == before ? Optional.of(checks) : Optional.empty();
  }

  private List<Glob> paths(YamlNode node) {
    List<Glob> paths = new ArrayList<>();
    values(node, "paths").forEach(value -> glob(value).ifPresent(paths::add));
    return paths;
  }

  /** Empty if the entry cannot be used, which was said. */
  private Optional<IgnoreRule> entry(YamlNode node) {
    int before = problems.size();
    if (!isMapOf(node, ENTRY_KEYS, "an entry of ignore")) {
      return Optional.empty();
    }
    String reason = prose(node, "reason");
    if (reason.isEmpty()) {
      problem(node, "the entry needs a reason");
    }
    String by = prose(node, "by");
    IgnoreRule rule =
        new IgnoreRule(
            paths(node),
            set(node, "checks", this::check),
            set(node, "categories", this::category),
            set(node, "cwe", this::cwe),
            severities(node),
            set(node, "fingerprint", this::fingerprint),
            one(node, "status", this::decision).orElse(Decision.ACCEPTED),
            reason,
            one(node, "expires", this::day),
            by.isEmpty() ? Optional.empty() : Optional.of(by));
    if (rule.meansAll() && problems.size() == before) {
      problem(
          node, "the entry does not say which findings it means; paths: \"**\" means all of them");
    }
    return problems.size() == before ? Optional.of(rule) : Optional.empty();
  }

  private Set<Severity> severities(YamlNode node) {
    Set<Severity> severities = set(node, "severities", this::severity);
    Optional<Severity> below = one(node, "below", this::severity);
    if (below.isEmpty()) {
      return severities;
    }
    if (!severities.isEmpty()) {
      problem(node, "severities and below exclude each other");
    }
    if (below.get() == Severity.INFO) {
      problem(node.entries().get("below"), "nothing is below info");
      return Set.of();
    }
    return EnumSet.range(Severity.values()[below.get().ordinal() + 1], Severity.INFO);
  }

  private Optional<Glob> glob(YamlNode node) {
    try {
      if (node.text().length() > MOST_PATTERN) {
        throw new IllegalArgumentException("has more than " + MOST_PATTERN + " characters");
      }
      return Optional.of(Glob.of(node.text()));
    } catch (IllegalArgumentException e) {
      problem(node, "the pattern " + shown(node.text()) + " " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<String> check(YamlNode node) {
    return matching(node, CHECK, "is no check's id: words of a-z and 0-9 joined by -");
  }

  private Optional<String> fingerprint(YamlNode node) {
    return matching(node, FINGERPRINT, "is no fingerprint: 32 digits of 0-9 and a-f");
  }

  private Optional<String> matching(YamlNode node, Pattern pattern, String problem) {
    if (pattern.matcher(node.text()).matches()) {
      return Optional.of(node.text());
    }
    problem(node, shown(node.text()) + " " + problem);
    return Optional.empty();
  }

  private Optional<String> cwe(YamlNode node) {
    var number = CWE.matcher(node.text().toUpperCase(Locale.ROOT));
    if (number.matches()) {
      return Optional.of("CWE-" + number.group(1));
    }
    problem(node, "cwe is written like CWE-89, not " + shown(node.text()));
    return Optional.empty();
  }

  private Optional<String> category(YamlNode node) {
    return known(node, "category", Category.of(node.text()), names(Category.values()))
        .map(Category::columnValue);
  }

  private Optional<Severity> severity(YamlNode node) {
    return known(node, "severity", Severity.of(node.text()), names(Severity.values()));
  }

  private Optional<Decision> decision(YamlNode node) {
    return known(node, "status", Decision.of(node.text()), names(Decision.values()));
  }

  private <T> Optional<T> known(YamlNode node, String what, Optional<T> value, List<String> names) {
    if (value.isEmpty()) {
      problem(node, what + " " + shown(node.text()) + " is not known" + meant(node.text(), names));
    }
    return value;
  }

  private static List<String> names(Enum<?>[] constants) {
    return Arrays.stream(constants)
        .map(constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }

  private Optional<LocalDate> day(YamlNode node) {
    try {
      return Optional.of(LocalDate.parse(node.text()));
    } catch (DateTimeParseException e) {
      problem(node, "expires is a day written like 2027-01-31, not " + shown(node.text()));
      return Optional.empty();
    }
  }

  /** A text in somebody's own words; empty if there is none. */
  private String prose(YamlNode node, String key) {
    String text = one(node, key, value -> Optional.of(value.text())).orElse("");
    if (text.length() > MOST_PROSE) {
      problem(node.entries().get(key), key + " has more than " + MOST_PROSE + " characters");
    }
    return text;
  }

  private <T> Set<T> set(YamlNode node, String key, Function<YamlNode, Optional<T>> reading) {
    Set<T> found = new LinkedHashSet<>();
    values(node, key).forEach(value -> reading.apply(value).ifPresent(found::add));
    return found;
  }

  private <T> Optional<T> one(YamlNode node, String key, Function<YamlNode, Optional<T>> reading) {
    YamlNode value = node.entries().get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isText() || value.isEmpty()) {
      problem(value, key + " is one text");
      return Optional.empty();
    }
    return reading.apply(value);
  }

  /** Texts, of which one may stand without a list around it. */
  private List<YamlNode> values(YamlNode node, String key) {
    YamlNode value = node.entries().get(key);
    if (value == null) {
      return List.of();
    }
    List<YamlNode> texts = new ArrayList<>();
    for (YamlNode each : value.each()) {
      if (each.isText() && !each.isEmpty()) {
        texts.add(each);
      } else {
        problem(each, key + " is a list of texts");
      }
    }
    if (value.each().isEmpty()) {
      problem(value, key + " names nothing");
    }
    return texts;
  }

  private List<YamlNode> list(YamlNode node, String key) {
    YamlNode value = node.entries().get(key);
    if (value == null || value.isEmpty()) {
      return List.of();
    }
    if (value.items() == null) {
      problem(value, key + " is a list");
      return List.of();
    }
    return value.items();
  }

  private boolean isMapOf(YamlNode node, Set<String> keys, String what) {
    if (!node.isMap()) {
      problem(node, what + " has the keys " + String.join(", ", keys.stream().sorted().toList()));
      return false;
    }
    for (Map.Entry<String, YamlNode> entry : node.entries().entrySet()) {
      if (!keys.contains(entry.getKey())) {
        problem(
            entry.getValue(), "unknown key " + shown(entry.getKey()) + meant(entry.getKey(), keys));
      }
    }
    return true;
  }

  private static String meant(String name, java.util.Collection<String> known) {
    String likely = name.substring(0, Math.min(name.length(), MOST_SHOWN));
    return NearestMatch.of(likely, known).map(k -> " (did you mean " + k + "?)").orElse("");
  }
}
