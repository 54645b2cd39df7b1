package org.codeaudit.job.sql;

/** Spark throws its checked AnalysisException from methods that do not declare it. */
final class Unchecked {
  private Unchecked() {}

  /** Throws what it is given, as it is. */
  @SuppressWarnings("unchecked")
  static <E extends Throwable> RuntimeException rethrow(Throwable failure) throws E {
    throw (E) failure;
  }
}
