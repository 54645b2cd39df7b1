package org.codeaudit.job.eval.dataset;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * Writes a set as {@link DatasetReader} reads it: {@code units.jsonl}, and beside it whole files in
 * {@code code}, a folder for each unit.
 */
public final class DatasetWriter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UNITS = "units.jsonl";

  private DatasetWriter() {}

  /**
   * Writes the set.
   *
   * @param folder is made if it is not there; must be empty if it is
   * @throws AuditException {@code DATASET_UNWRITABLE}
   */
  public static void write(EvaluationSet set, Path folder) {
    try {
      Files.createDirectories(folder);
      refuseFilled(folder);
      List<String> lines = set.units().stream().map(unit -> line(unit, folder)).toList();
      Files.write(folder.resolve(UNITS), lines);
    } catch (IOException | UncheckedIOException e) {
      throw unwritable(folder, e.toString(), "Name a folder that you may write", e);
    }
  }

  /** What is left of an earlier set would be read as part of this one. */
  private static void refuseFilled(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw unwritable(folder, "it is not empty", "Remove it, or name another", null);
      }
    }
  }

  private static String line(EvaluationUnit unit, Path folder) {
    ObjectNode line = JSON.createObjectNode().put("unit", unit.id());
    put(line, "twin", unit.twin());
    put(line, "project", unit.project());
    put(line, "template", unit.template());
    put(line, "kind", unit.kind().map(kind -> kind.columnValue()));
    line.put("language", unit.language()).put("path", unit.path());
    if (unit.text().patch()) {
      line.put("patch", unit.text().text());
    } else {
      line.put("code_file", file(unit, folder));
    }
    for (Label label : unit.labels()) {
      line.withArray("labels").add(node(label));
    }
    line.withArray("labels");
    return line.toString();
  }

  private static ObjectNode node(Label label) {
    ObjectNode node = JSON.createObjectNode().put("category", label.category().columnValue());
    put(node, "cwe", label.cwe());
    return node.put("line_start", label.lines().map(LineRange::start).orElse(null))
        .put("line_end", label.lines().map(LineRange::end).orElse(null));
  }

  private static void put(ObjectNode node, String key, Optional<String> value) {
    value.ifPresent(text -> node.put(key, text));
  }

  private static String file(EvaluationUnit unit, Path folder) {
    String name = unit.path().substring(unit.path().lastIndexOf('/') + 1);
    String file = "code/" + unit.id().replaceAll("[^\\w.-]", "_") + "/" + name;
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, unit.text().text());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static AuditException unwritable(Path folder, String why, String fix, Exception cause) {
    return new AuditException(
        ErrorClass.DATASET_UNWRITABLE, "Cannot write a dataset to " + folder, why, fix, cause);
  }
}
