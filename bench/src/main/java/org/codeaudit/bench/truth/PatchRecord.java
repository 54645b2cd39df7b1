package org.codeaudit.bench.truth;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a patch: {@code FORM.json}.
 *
 * @param trees the folder with the trees {@code a} and {@code b} that it was made of
 * @param ignoresBlanks whether it leaves out changes of white space
 * @param otherFormat whether it is no unified diff, so that nothing of it can be read
 * @param counts added and deleted lines by path, as {@code git apply --numstat} counts them; null
 *     for a binary file
 * @param countsError why git does not read it; empty if it does
 * @param patch what GNU patch does with it; null if it was not asked
 */
record PatchRecord(
    String trees,
    boolean ignoresBlanks,
    boolean otherFormat,
    Map<String, int[]> counts,
    String countsError,
    Applied patch) {

  /**
   * What came of applying a patch to the older tree.
   *
   * @param exit GNU patch's exit code
   * @param different the files that are then not as in the newer tree
   * @param said the first line that it printed
   */
  record Applied(int exit, List<String> different, String said) {}

  /** Added and deleted lines of a text file; empty for a binary one and one that is not there. */
  Optional<int[]> counts(String path) {
    return Optional.ofNullable(counts.get(path));
  }
}
