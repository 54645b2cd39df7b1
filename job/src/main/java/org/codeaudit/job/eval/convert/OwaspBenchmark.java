package org.codeaudit.job.eval.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.eval.dataset.Label;

/**
 * OWASP's BenchmarkJava 1.2 (https://github.com/OWASP-Benchmark/BenchmarkJava), checked out on
 * disk: 2,740 servlets of eleven categories. Each has or has not the defect of its category; on
 * which line is not told.
 */
public final class OwaspBenchmark {
  private static final String ANSWERS = "expectedresults-1.2.csv";
  private static final String SERVLETS = "src/main/java/org/owasp/benchmark/testcode";

  private static final Map<String, Category> CATEGORIES =
      Map.ofEntries(
          Map.entry("cmdi", Category.COMMAND_INJECTION),
          Map.entry("crypto", Category.WEAK_CRYPTOGRAPHY),
          Map.entry("hash", Category.WEAK_HASH),
          Map.entry("ldapi", Category.LDAP_INJECTION),
          Map.entry("pathtraver", Category.PATH_TRAVERSAL),
          Map.entry("securecookie", Category.INSECURE_COOKIE),
          Map.entry("sqli", Category.SQL_INJECTION),
          Map.entry("trustbound", Category.TRUST_BOUNDARY),
          Map.entry("weakrand", Category.WEAK_RANDOMNESS),
          Map.entry("xpathi", Category.XPATH_INJECTION),
          Map.entry("xss", Category.CROSS_SITE_SCRIPTING));

  private final Path folder;

  /**
   * @param folder the checkout
   */
  public OwaspBenchmark(Path folder) {
    this.folder = folder;
  }

  /**
   * Which servlets are taken, of each category as many with the defect as without it, or all there
   * are.
   *
   * @param each how many
   * @param skip how many are passed over before: a set of 20 and one that skips 20 with the same
   *     seed have none in common
   */
  public record Sample(int each, int skip, long seed) {}

  private record Answer(String name, Category category, boolean real) {}

  /**
   * The set, hints stripped.
   *
   * @throws AuditException {@code BENCHMARK_UNREADABLE}
   */
  public EvaluationSet units(Sample sample) {
    Map<String, List<Answer>> groups = new TreeMap<>();
    for (Answer answer : answers()) {
      String group = answer.category().columnValue() + (answer.real() ? "/defect" : "/clean");
      groups.computeIfAbsent(group, name -> new ArrayList<>()).add(answer);
    }
    List<EvaluationUnit> units = new ArrayList<>();
    groups.forEach(
        (group, answers) -> {
          // A seed for each group: how many one has does not change what another gives.
          Collections.shuffle(answers, new Random(31 * sample.seed() + group.hashCode()));
          answers.stream()
              .skip(sample.skip())
              .limit(sample.each())
              .map(this::unit)
              .forEach(units::add);
        });
    return EvaluationSet.of("owasp", units);
  }

  private List<Answer> answers() {
    Path file = folder.resolve(ANSWERS);
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> answer(file, line))
          .toList();
    } catch (IOException e) {
      throw unreadable("Cannot read " + file, e.toString(), e);
    }
  }

  /** A line such as {@code BenchmarkTest00001,pathtraver,true,22}. */
  private static Answer answer(Path file, String line) {
    String[] cells = line.split(",");
    Category category = cells.length < 4 ? null : CATEGORIES.get(cells[1].strip());
    if (category == null || !category.cwe().equals(Optional.of("CWE-" + cells[3].strip()))) {
      throw unreadable("Cannot understand a line of " + file, "it says: " + line, null);
    }
    return new Answer(cells[0].strip(), category, Boolean.parseBoolean(cells[2].strip()));
  }

  private EvaluationUnit unit(Answer answer) {
    Path file = folder.resolve(SERVLETS).resolve(answer.name() + ".java");
    String code;
    try {
      code = OwaspHints.strip(Files.readString(file));
    } catch (IOException e) {
      throw unreadable("Cannot read " + file, e.toString(), e);
    }
    Label label = Label.of(answer.category(), Optional.empty());
    return new EvaluationUnit(
        answer.name(),
        Optional.empty(),
        Optional.of("owasp-benchmark"),
        Optional.empty(),
        answer.real() ? Optional.empty() : Optional.of(answer.category()),
        "java",
        "src/main/java/"
            + OwaspHints.PACKAGE.replace('.', '/')
            + "/"
            + OwaspHints.SERVLET
            + ".java",
        new EvaluationUnit.Text(code, false),
        (int) code.lines().count(),
        answer.real() ? List.of(label) : List.of());
  }

  private static AuditException unreadable(String what, String why, Exception cause) {
    return new AuditException(
        ErrorClass.BENCHMARK_UNREADABLE,
        what,
        why,
        "Name a checkout of https://github.com/OWASP-Benchmark/BenchmarkJava",
        cause);
  }
}
