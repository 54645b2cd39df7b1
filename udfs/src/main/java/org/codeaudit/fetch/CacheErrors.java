package org.codeaudit.fetch;

import java.io.IOException;
import java.nio.file.Path;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** What can go wrong in the folder that models are kept in. */
final class CacheErrors {
  private static final String ELSEWHERE =
      "set CODE_AUDIT_MODELS to a folder on a larger local disk (on a cluster:"
          + " spark.executorEnv.CODE_AUDIT_MODELS)";

  private CacheErrors() {}

  static AuditException notStored(ModelReference reference, Path file, IOException failure) {
    return new AuditException(
        ErrorClass.MODEL_NOT_STORED,
        "Cannot store " + reference + " in " + file,
        String.valueOf(failure),
        "Make room or give the right to write there, or " + ELSEWHERE,
        failure);
  }

  static AuditException diskFull(ModelReference reference, Path folder, long needed, long free) {
    return new AuditException(
        ErrorClass.MODEL_DISK_FULL,
        "Cannot store " + reference + " in " + folder,
        "it needs " + needed + " bytes more and " + free + " are free there",
        "Delete models that are no longer used, or " + ELSEWHERE);
  }

  static AuditException interrupted(ModelReference reference) {
    Thread.currentThread().interrupt();
    return new AuditException(
        ErrorClass.MODEL_FETCH_INTERRUPTED,
        "Cannot fetch " + reference,
        "the thread that waited for it was interrupted",
        "Start the run again; what was fetched so far is kept");
  }
}
