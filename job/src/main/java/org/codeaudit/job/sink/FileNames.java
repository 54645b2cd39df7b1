package org.codeaudit.job.sink;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Gives the files of one folder names of their own: one that is taken gets a number. */
public final class FileNames {
  private final Set<String> taken = new HashSet<>();

  /**
   * The name of the next file.
   *
   * @param stem what it would be called if it were alone
   * @param ending follows the number
   */
  public String next(String stem, String ending) {
    String name = stem;
    // Some file systems do not tell cases apart.
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = stem + "-" + i;
    }
    return name + ending;
  }
}
