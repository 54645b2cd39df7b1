package org.codeaudit.job.eval.dataset;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.codeaudit.finding.Category;

/**
 * A file or a patch with what is known to be wrong in it.
 *
 * @param id unique in its set
 * @param twin the id of the other one of a pair, which looks alike and is its opposite
 * @param project what it was taken from or made for; sets are split by it
 * @param template what it was made by; sets are split by it
 * @param kind of a clean unit without a twin: the defect that it looks as if it had
 * @param language as sources name it
 * @param path what the reviewer is shown
 * @param lines of the file, or of the new side of the patch
 * @param labels none if it is clean
 */
public record EvaluationUnit(
    String id,
    Optional<String> twin,
    Optional<String> project,
    Optional<String> template,
    Optional<Category> kind,
    String language,
    String path,
    Text text,
    int lines,
    List<Label> labels) {

  /**
   * What is reviewed.
   *
   * @param text of the whole file, or a unified diff
   */
  public record Text(String text, boolean patch) {}

  public EvaluationUnit {
    labels = List.copyOf(labels);
  }

  /** Whether nothing is wrong in it. */
  public boolean clean() {
    return labels.isEmpty();
  }

  /** The categories of its labels. */
  public Set<Category> categories() {
    return labels.stream().map(Label::category).collect(Collectors.toUnmodifiableSet());
  }
}
