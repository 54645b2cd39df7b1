package org.codeaudit.job.eval.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.change.Languages;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.eval.dataset.Label;
import org.codeaudit.job.eval.dataset.LineRange;
import org.codeaudit.job.sarif.SarifReader;
import org.codeaudit.job.sarif.SarifResult;
import org.codeaudit.job.sarif.WeaknessCategories;
import org.codeaudit.rule.Decision;
import org.codeaudit.syntax.Functions;

/**
 * Findings taken as the truth. Of another tool's, each file with results is a unit, and each result
 * a label: figures over such a set say how far a reviewer agrees with the tool. Of those that
 * people have decided about, each function with results is a unit.
 */
public final class SarifLabels {
  private static final int MOST_PROBLEMS = 30;

  private final Path log;
  private final Path source;
  private final List<String> problems = new ArrayList<>();

  /** A file that results are about. */
  private record Source(String path, String language, String code, int lines) {}

  /**
   * @param source the folder that the tool analysed
   */
  public SarifLabels(Path log, Path source) {
    this.log = log;
    this.source = source.toAbsolutePath().normalize();
  }

  /**
   * The results as labels. Those that were suppressed are none; files whose language is not known
   * are left out.
   *
   * @param withClean whether files in languages that results have, and of which the tool said
   *     nothing, are clean units
   * @throws AuditException {@code SARIF_UNREADABLE}; {@code SARIF_ELSEWHERE} if results name files
   *     that are not there, or lines beyond their end
   */
  public EvaluationSet units(boolean withClean) {
    Map<String, List<SarifResult>> byPath = byPath(result -> !result.suppressed());
    List<EvaluationUnit> units = new ArrayList<>();
    Set<String> languages = new HashSet<>();
    byPath.forEach(
        (path, results) ->
            source(path)
                .ifPresent(
                    file -> {
                      units.add(whole(file, results));
                      languages.add(file.language());
                    }));
    if (withClean) {
      clean(byPath.keySet(), languages)
          .forEach(path -> source(path).ifPresent(file -> units.add(whole(file, List.of()))));
    }
    return set(units);
  }

  /**
   * The results that people have decided about: a false positive is no defect, what was accepted or
   * will not be fixed is one. A unit is the innermost function that a result begins in, or the
   * whole file where it begins in none; what nobody reported in it is taken not to be there.
   *
   * @throws AuditException as {@link #units}; {@code SARIF_UNREADABLE} if no result was decided
   *     about
   */
  public EvaluationSet decided() {
    Map<String, List<SarifResult>> byPath = byPath(result -> result.decision().isPresent());
    if (byPath.isEmpty() && problems.isEmpty()) {
      throw new AuditException(
          ErrorClass.SARIF_UNREADABLE,
          "There is nothing to learn from " + log,
          "it has no result that somebody has decided about",
          "Decide about findings as docs/rules.md says, then write the log with 'audit report'");
    }
    List<EvaluationUnit> units = new ArrayList<>();
    byPath.forEach(
        (path, results) -> source(path).ifPresent(file -> units.addAll(functions(file, results))));
    return set(units);
  }

  private EvaluationSet set(List<EvaluationUnit> units) {
    if (!problems.isEmpty()) {
      throw elsewhere();
    }
    return EvaluationSet.of("sarif", units);
  }

  private Map<String, List<SarifResult>> byPath(Predicate<SarifResult> wanted) {
    Map<String, List<SarifResult>> byPath = new TreeMap<>();
    for (SarifResult result : SarifReader.read(log)) {
      if (wanted.test(result)) {
        path(result).ifPresent(p -> byPath.computeIfAbsent(p, x -> new ArrayList<>()).add(result));
      }
    }
    return byPath;
  }

  private List<EvaluationUnit> functions(Source file, List<SarifResult> results) {
    Optional<Functions> functions = Functions.of(file.language(), file.code());
    Map<LineRange, List<SarifResult>> byFunction = new LinkedHashMap<>();
    for (SarifResult result : results) {
      LineRange lines =
          functions
              .flatMap(all -> all.enclosing(result.startLine().orElse(0)))
              .map(function -> new LineRange(function.firstLine(), function.lastLine()))
              .orElse(new LineRange(1, file.lines()));
      byFunction.computeIfAbsent(lines, x -> new ArrayList<>()).add(result);
    }
    List<EvaluationUnit> units = new ArrayList<>();
    byFunction.forEach((lines, own) -> units.add(decided(file, lines, own, results)));
    return units;
  }

  /**
   * @param own the results that it is the innermost function of
   * @param all those of the file: functions inside this one may have some
   */
  private EvaluationUnit decided(
      Source file, LineRange lines, List<SarifResult> own, List<SarifResult> all) {
    List<Label> labels =
        all.stream()
            .filter(result -> result.decision().get() != Decision.FALSE_POSITIVE)
            .filter(result -> lines.has(result.startLine().orElse(lines.start())))
            .map(result -> label(file, result).in(lines))
            .distinct()
            .toList();
    return unit(
        file.path() + ":" + lines.start() + "-" + lines.end(),
        labels.isEmpty() ? Optional.of(category(own.get(0))) : Optional.empty(),
        file,
        lines,
        labels);
  }

  private EvaluationUnit whole(Source file, List<SarifResult> results) {
    List<Label> labels = results.stream().map(result -> label(file, result)).distinct().toList();
    return unit(file.path(), Optional.empty(), file, new LineRange(1, file.lines()), labels);
  }

  private EvaluationUnit unit(
      String id, Optional<Category> kind, Source file, LineRange lines, List<Label> labels) {
    String code =
        lines.count() == file.lines()
            ? file.code()
            : file.code()
                .lines()
                .skip(lines.start() - 1)
                .limit(lines.count())
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    return new EvaluationUnit(
        id,
        Optional.empty(),
        Optional.of(slashes(source.getFileName())),
        Optional.empty(),
        kind,
        file.language(),
        file.path(),
        new EvaluationUnit.Text(code, false),
        lines.count(),
        labels);
  }

  private Optional<String> path(SarifResult result) {
    Path file = source.resolve(result.file()).normalize();
    if (!file.startsWith(source) || !Files.isRegularFile(file)) {
      problem(result.file() + " is not there");
      return Optional.empty();
    }
    return Optional.of(slashes(source.relativize(file)));
  }

  private static String slashes(Path path) {
    return path.toString().replace('\\', '/');
  }

  private Optional<Source> source(String path) {
    String code;
    try {
      code = Files.readString(source.resolve(path));
    } catch (IOException e) {
      problem(path + " cannot be read as UTF-8: " + e);
      return Optional.empty();
    }
    Optional<String> language = Languages.ofPath(path).or(() -> Languages.ofFirstLine(code));
    return language
        .filter(known -> !code.isBlank())
        .map(known -> new Source(path, known, code, (int) code.lines().count()));
  }

  private static Category category(SarifResult result) {
    return WeaknessCategories.of(result.weaknesses()).orElse(Category.OTHER);
  }

  private Label label(Source file, SarifResult result) {
    Category category = category(result);
    // The first number as the tool has it; the category's own belongs to it anyway.
    Optional<String> cwe = result.weaknesses().stream().findFirst().or(category::cwe);
    Optional<LineRange> range = Optional.empty();
    if (result.startLine().isPresent()) {
      int start = result.startLine().getAsInt();
      int end = result.endLine().orElse(start);
      if (start < 1 || end < start || end > file.lines()) {
        problem(
            file.path()
                + " has "
                + file.lines()
                + " lines and a result on "
                + start
                + " to "
                + end);
      } else {
        range = Optional.of(new LineRange(start, end));
      }
    }
    return new Label(category, cwe, range);
  }

  private List<String> clean(Set<String> labelled, Set<String> languages) {
    try (Stream<Path> files = Files.walk(source)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> slashes(source.relativize(file)))
          .filter(path -> !path.startsWith(".git/") && !labelled.contains(path))
          .filter(path -> Languages.ofPath(path).filter(languages::contains).isPresent())
          .sorted()
          .toList();
    } catch (IOException e) {
      problem(source + " cannot be read: " + e);
      return List.of();
    }
  }

  private void problem(String what) {
    if (!problems.contains(what)) {
      problems.add(what);
    }
  }

  private AuditException elsewhere() {
    int shown = Math.min(MOST_PROBLEMS, problems.size());
    return new AuditException(
        ErrorClass.SARIF_ELSEWHERE,
        "Cannot find what " + log + " names in " + source,
        String.join("; ", problems.subList(0, shown))
            + (problems.size() > shown ? "; and " + (problems.size() - shown) + " more" : ""),
        "Name with --source the folder that was analysed, as it was then");
  }
}
