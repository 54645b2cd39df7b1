package org.codeaudit.job.eval.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

/**
 * Another tool's findings taken as the truth: each file with results is a unit, and each result a
 * label. Figures over such a set say how far a reviewer agrees with the tool.
 */
public final class SarifLabels {
  private static final int MOST_PROBLEMS = 30;

  private final Path log;
  private final Path source;
  private final boolean withClean;
  private final List<String> problems = new ArrayList<>();

  /**
   * @param source the folder that the tool analysed
   * @param withClean whether files in languages that results have, and of which the tool said
   *     nothing, are clean units
   */
  public SarifLabels(Path log, Path source, boolean withClean) {
    this.log = log;
    this.source = source.toAbsolutePath().normalize();
    this.withClean = withClean;
  }

  /**
   * The set. Results that were suppressed are none; files whose language is not known are left out.
   *
   * @throws AuditException {@code SARIF_UNREADABLE}; {@code SARIF_ELSEWHERE} if results name files
   *     that are not there, or lines beyond their end
   */
  public EvaluationSet units() {
    Map<String, List<SarifResult>> byPath = new TreeMap<>();
    for (SarifResult result : SarifReader.read(log)) {
      if (!result.suppressed()) {
        path(result).ifPresent(p -> byPath.computeIfAbsent(p, x -> new ArrayList<>()).add(result));
      }
    }
    List<EvaluationUnit> units = new ArrayList<>();
    Set<String> languages = new HashSet<>();
    byPath.forEach(
        (path, results) ->
            unit(path, results)
                .ifPresent(
                    unit -> {
                      units.add(unit);
                      languages.add(unit.language());
                    }));
    if (withClean) {
      clean(byPath.keySet(), languages)
          .forEach(path -> unit(path, List.of()).ifPresent(units::add));
    }
    if (!problems.isEmpty()) {
      throw elsewhere();
    }
    return EvaluationSet.of("sarif", units);
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

  private Optional<EvaluationUnit> unit(String path, List<SarifResult> results) {
    String code;
    try {
      code = Files.readString(source.resolve(path));
    } catch (IOException e) {
      problem(path + " cannot be read as UTF-8: " + e);
      return Optional.empty();
    }
    Optional<String> language = Languages.ofPath(path).or(() -> Languages.ofFirstLine(code));
    if (language.isEmpty() || code.isBlank()) {
      return Optional.empty();
    }
    int lines = (int) code.lines().count();
    List<Label> labels =
        results.stream().map(result -> label(path, result, lines)).distinct().toList();
    return Optional.of(
        new EvaluationUnit(
            path,
            Optional.empty(),
            Optional.of(slashes(source.getFileName())),
            Optional.empty(),
            Optional.empty(),
            language.get(),
            path,
            new EvaluationUnit.Text(code, false),
            lines,
            labels));
  }

  private Label label(String path, SarifResult result, int lines) {
    Category category = WeaknessCategories.of(result.weaknesses()).orElse(Category.OTHER);
    // The first number as the tool has it; the category's own belongs to it anyway.
    Optional<String> cwe = result.weaknesses().stream().findFirst().or(category::cwe);
    Optional<LineRange> range = Optional.empty();
    if (result.startLine().isPresent()) {
      int start = result.startLine().getAsInt();
      int end = result.endLine().orElse(start);
      if (start < 1 || end < start || end > lines) {
        problem(path + " has " + lines + " lines and a result on " + start + " to " + end);
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
