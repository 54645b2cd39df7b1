package org.codeaudit.job.eval.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.change.FilePatch;
import org.codeaudit.change.Languages;
import org.codeaudit.change.UnifiedDiffParser;
import org.codeaudit.finding.Category;
import org.codeaudit.job.eval.dataset.EvaluationSet;
import org.codeaudit.job.eval.dataset.EvaluationUnit;
import org.codeaudit.job.eval.dataset.Label;

/**
 * A folder of patches that fixed defects, and {@code fixes.csv} beside them, which says what each
 * fixed: a line of the patch's file, the category and, if need be, the number of the weakness and
 * the one file of the patch that had the defect.
 *
 * <p>Each file of a patch gives a pair: the patch backwards, which brings the defect in, with a
 * label for each of its hunks; and the patch as it is, which is clean.
 */
public final class FixPatches {
  private static final String LIST = "fixes.csv";
  private static final String HEAD = "patch,category,cwe,path";
  private static final int MOST_PROBLEMS = 30;

  private final Path folder;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, EvaluationUnit> units = new LinkedHashMap<>();

  /**
   * @param folder of patches
   */
  public FixPatches(Path folder) {
    this.folder = folder;
  }

  private record Fix(
      String patch, Category category, Optional<String> cwe, Optional<String> path) {}

  /**
   * The set.
   *
   * @throws AuditException {@code FIXES_INVALID} with everything that is wrong
   */
  public EvaluationSet units() {
    for (Fix fix : fixes()) {
      add(fix);
    }
    unlisted();
    if (!problems.isEmpty()) {
      int shown = Math.min(MOST_PROBLEMS, problems.size());
      throw invalid(
          String.join("; ", problems.subList(0, shown))
              + (problems.size() > shown ? "; and " + (problems.size() - shown) + " more" : ""),
          null);
    }
    return new EvaluationSet("fixes", units);
  }

  private List<Fix> fixes() {
    Path list = folder.resolve(LIST);
    List<String> lines;
    try {
      lines = Files.readAllLines(list);
    } catch (IOException e) {
      throw invalid(list + " cannot be read: " + e, e);
    }
    List<Fix> fixes = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.equals(HEAD)) {
        int number = i + 1;
        fix(line)
            .ifPresentOrElse(
                fixes::add,
                () -> problems.add(LIST + ":" + number + " is not " + HEAD + ": " + line));
      }
    }
    return fixes;
  }

  private static Optional<Fix> fix(String line) {
    String[] cells = line.split(",", 4);
    if (cells.length < 2 || (cells.length > 2 && !cells[2].strip().matches("|CWE-\\d+"))) {
      return Optional.empty();
    }
    return Category.of(cells[1])
        .map(category -> new Fix(cells[0].strip(), category, cell(cells, 2), cell(cells, 3)));
  }

  private static Optional<String> cell(String[] cells, int index) {
    return index < cells.length && !cells[index].isBlank()
        ? Optional.of(cells[index].strip())
        : Optional.empty();
  }

  private void add(Fix fix) {
    List<FilePatch> files;
    try {
      files = UnifiedDiffParser.parse(Files.readString(folder.resolve(fix.patch())), fix.patch());
    } catch (IOException | AuditException e) {
      problems.add(fix.patch() + " cannot be read: " + e.getMessage());
      return;
    }
    int before = units.size();
    for (FilePatch file : files) {
      file.error().ifPresent(error -> problems.add(error.getMessage()));
      if (file.error().isEmpty() && fix.path().map(file.path()::equals).orElse(true)) {
        add(fix, file);
      }
    }
    if (units.size() == before) {
      problems.add(
          fix.patch()
              + " changes no file of a known language"
              + fix.path().map(path -> " at " + path).orElse("")
              + " that was there before");
    }
  }

  private void add(Fix fix, FilePatch file) {
    ReversedPatch patch = new ReversedPatch(file);
    List<Label> labels =
        patch.defects().stream()
            .map(lines -> new Label(fix.category(), fix.cwe().or(fix.category()::cwe), lines))
            .toList();
    boolean wasThere = file.hunks().stream().anyMatch(hunk -> hunk.oldCount() > 0);
    Optional<String> language = Languages.ofPath(patch.path());
    if (labels.isEmpty() || !wasThere || language.isEmpty()) {
      return;
    }
    String name = fix.patch().replaceFirst("\\.(patch|diff)$", "") + ":" + file.path();
    String defect = name + ":defect";
    String clean = name + ":clean";
    put(unit(defect, clean, fix, language.get(), patch.path(), patch.backwards(), labels));
    put(unit(clean, defect, fix, language.get(), file.path(), patch.forwards(), List.of()));
  }

  private void put(EvaluationUnit unit) {
    if (units.putIfAbsent(unit.id(), unit) != null) {
      problems.add(LIST + " names " + unit.id() + " twice");
    }
  }

  private static EvaluationUnit unit(
      String id,
      String twin,
      Fix fix,
      String language,
      String path,
      String patch,
      List<Label> labels) {
    int lines =
        UnifiedDiffParser.parse(patch, id).stream()
            .flatMap(file -> file.hunks().stream())
            .mapToInt(hunk -> hunk.newCount())
            .sum();
    return new EvaluationUnit(
        id,
        Optional.of(twin),
        Optional.empty(),
        Optional.of(fix.patch()),
        Optional.empty(),
        language,
        path,
        new EvaluationUnit.Text(patch, true),
        lines,
        labels);
  }

  /** A patch that nobody said anything of is more likely forgotten than unwanted. */
  private void unlisted() {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> listed = units.values().stream().map(u -> u.template().orElse("")).toList();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches(".*\\.(patch|diff)") && !listed.contains(name))
          .filter(name -> problems.stream().noneMatch(problem -> problem.startsWith(name)))
          .sorted()
          .forEach(name -> problems.add(LIST + " says nothing of " + name));
    } catch (IOException e) {
      problems.add(folder + " cannot be read: " + e);
    }
  }

  private AuditException invalid(String why, Exception cause) {
    return new AuditException(
        ErrorClass.FIXES_INVALID,
        "Cannot make a dataset of the fixes in " + folder,
        why,
        "Correct " + LIST + ": its lines are " + HEAD + ", the last two may be left out",
        cause);
  }
}
