package org.codeaudit.packages;

import java.util.Locale;

/**
 * A version of a package: {@code NAME==VERSION} for pip.
 *
 * @param name as its index writes it
 */
public record Release(String name, String version) {
  private static final String ANYWHERE = "-none-any.whl";

  /** The name by which an index knows it (PEP 503). */
  String project() {
    return normal(name);
  }

  /**
   * Whether a file is its wheel for any machine: {@code NAME-VERSION[-BUILD]-PYTHON-none-any.whl}.
   */
  boolean isIn(String file) {
    String[] parts = file.split("-", 3);
    return file.endsWith(ANYWHERE)
        && parts.length == 3
        && normal(parts[0]).equals(project())
        && parts[1].equals(version);
  }

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
  }

  /** As it is written for pip. */
  @Override
  public String toString() {
    return name + "==" + version;
  }
}
