package org.codeaudit.job.eval.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * Reads a set of units: a JSONL file, or all {@code *.jsonl} files that lie directly in a folder,
 * in the order of their names. docs/evaluation.md describes the format.
 *
 * <p>All problems are reported together and nothing is read then: figures over the rest of a set
 * would look like those of the set.
 */
public final class DatasetReader {
  private static final int MOST_PROBLEMS = 30;

  private final Path dataset;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, EvaluationUnit> units = new LinkedHashMap<>();
  private final Map<String, String> places = new LinkedHashMap<>();
  private final Set<String> broken = new HashSet<>();

  private DatasetReader(Path dataset) {
    this.dataset = dataset;
  }

  /**
   * The set.
   *
   * @throws AuditException {@code DATASET_UNREADABLE}; {@code DATASET_INVALID} with the file and
   *     line of every problem
   */
  public static EvaluationSet read(Path dataset) {
    return new DatasetReader(dataset).read();
  }

  private EvaluationSet read() {
    try {
      for (Path file : files()) {
        readFile(file);
      }
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(e.toString(), "Check the path and that you may read it", e);
    }
    units.values().forEach(this::checkTwin);
    if (!problems.isEmpty()) {
      throw invalid();
    }
    if (units.isEmpty()) {
      throw unreadable("It has no units", "Name a JSONL file, or a folder with some", null);
    }
    Path name = dataset.toAbsolutePath().normalize().getFileName();
    return new EvaluationSet(name == null ? dataset.toString() : name.toString(), units);
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(dataset)) {
      return List.of(dataset);
    }
    try (Stream<Path> files = Files.list(dataset)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".jsonl"))
          .sorted()
          .toList();
    }
  }

  private void readFile(Path file) throws IOException {
    List<String> lines;
    try {
      lines = Files.readString(file).lines().toList();
    } catch (CharacterCodingException e) {
      problems.add(file.getFileName() + ": the text is not UTF-8");
      return;
    }
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        String place = file.getFileName() + ":" + (i + 1);
        UnitParser parser = new UnitParser(file.toAbsolutePath().getParent(), place, problems);
        parser
            .unit(lines.get(i))
            .ifPresentOrElse(unit -> add(unit, place), () -> broken.add(parser.id()));
      }
    }
  }

  private void add(EvaluationUnit unit, String place) {
    String first = places.putIfAbsent(unit.id(), place);
    if (first == null) {
      units.put(unit.id(), unit);
    } else {
      problems.add(place + ": the unit " + unit.id() + " is at " + first + " already");
    }
  }

  private void checkTwin(EvaluationUnit unit) {
    unit.twin()
        .flatMap(id -> wrongTwin(unit, id))
        .ifPresent(
            why -> problems.add(places.get(unit.id()) + ": the twin of " + unit.id() + ", " + why));
  }

  private Optional<String> wrongTwin(EvaluationUnit unit, String id) {
    EvaluationUnit twin = units.get(id);
    if (twin == null) {
      return broken.contains(id) ? Optional.empty() : Optional.of(id + ", is not there");
    }
    if (!twin.twin().equals(Optional.of(unit.id())) || twin == unit) {
      return Optional.of(id + ", names " + twin.twin().orElse("none") + " and not " + unit.id());
    }
    return twin.clean() == unit.clean()
        ? Optional.of(
            id
                + ", has "
                + (unit.clean() ? "no labels either" : "labels too")
                + ": a pair is a defect and a clean unit")
        : Optional.empty();
  }

  private AuditException invalid() {
    String shown = String.join("; ", problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())));
    int more = problems.size() - MOST_PROBLEMS;
    return new AuditException(
        ErrorClass.DATASET_INVALID,
        "Cannot use the dataset " + dataset,
        problems.size()
            + (problems.size() == 1 ? " problem: " : " problems: ")
            + shown
            + (more > 0 ? "; and " + more + " more" : ""),
        "Correct them: figures over the rest would not be those of the set");
  }

  private AuditException unreadable(String why, String fix, Exception cause) {
    return new AuditException(
        ErrorClass.DATASET_UNREADABLE, "Cannot read the dataset " + dataset, why, fix, cause);
  }
}
