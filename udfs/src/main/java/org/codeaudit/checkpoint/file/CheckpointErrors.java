package org.codeaudit.checkpoint.file;

import java.nio.file.Path;
import java.util.List;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** The errors a checkpoint can cause, one factory method for each class of error. */
public final class CheckpointErrors {
  private static final String DAMAGED_FIX =
      "Fetch the file again and compare its size and hash with the original";

  private static final int PROBLEMS_NAMED = 5;

  private CheckpointErrors() {}

  public static AuditException notFound(Path path, String why, String fix) {
    return error(ErrorClass.CHECKPOINT_NOT_FOUND, path, why, fix, null);
  }

  public static AuditException unreadable(Path path, Throwable cause) {
    return error(
        ErrorClass.CHECKPOINT_UNREADABLE,
        path,
        "Reading it failed: " + cause,
        "Check that the file is complete, readable and not being written",
        cause);
  }

  public static AuditException configInvalid(Path path, String why) {
    return configInvalid(path, why, null);
  }

  public static AuditException configInvalid(Path path, String why, Throwable cause) {
    return error(
        ErrorClass.CHECKPOINT_CONFIG_INVALID,
        path,
        why,
        "Correct the setting or fetch the checkpoint again",
        cause);
  }

  public static AuditException unsupported(Path path, String why, String fix) {
    return error(ErrorClass.CHECKPOINT_UNSUPPORTED, path, why, fix, null);
  }

  /** As {@link #unsupported} for something a model may have or not. */
  public static AuditException unsupportedFeature(Path path, String feature) {
    return unsupported(
        path,
        "It needs " + feature + ", which is not supported",
        "Use a checkpoint of the model without it");
  }

  public static AuditException shardMissing(Path index, String shard) {
    return error(
        ErrorClass.CHECKPOINT_SHARD_MISSING,
        index,
        "It names the shard " + shard + ", which is not a file in the same folder",
        "Fetch the missing shard",
        null);
  }

  public static AuditException truncated(Path path, String why) {
    return error(ErrorClass.CHECKPOINT_TRUNCATED, path, why, DAMAGED_FIX, null);
  }

  /** For a pointer of Git LFS in place of a file. */
  static AuditException notPulled(Path path) {
    return error(
        ErrorClass.CHECKPOINT_NOT_PULLED,
        path,
        "It is a pointer of Git LFS, which names the file and does not hold it",
        "Run `git lfs pull` in its folder, or fetch the checkpoint in another way",
        null);
  }

  /** For a web page that a server sent instead of the file. */
  static AuditException webPage(Path path) {
    return error(
        ErrorClass.CHECKPOINT_WEB_PAGE,
        path,
        "It holds a web page, as servers send one in the place of a file that they refuse",
        "Fetch the file again, with a token if the model asks for one",
        null);
  }

  public static AuditException headerInvalid(Path path, String why) {
    return headerInvalid(path, why, null);
  }

  public static AuditException headerInvalid(Path path, String why, Throwable cause) {
    return error(ErrorClass.CHECKPOINT_HEADER_INVALID, path, why, DAMAGED_FIX, cause);
  }

  /** Names the first of many problems and counts the others. */
  public static AuditException tensorsMismatch(Path path, List<String> problems) {
    List<String> first = problems.subList(0, Math.min(PROBLEMS_NAMED, problems.size()));
    int others = problems.size() - first.size();
    String more = others > 0 ? "; and " + others + " more" : "";
    return error(
        ErrorClass.CHECKPOINT_TENSORS_MISMATCH,
        path,
        "Its tensors are not those its configuration asks for: " + String.join("; ", first) + more,
        "Use a complete checkpoint whose weights and configuration belong together",
        null);
  }

  public static AuditException quantizationMismatch(Path path, String why) {
    return error(
        ErrorClass.CHECKPOINT_QUANTIZATION_MISMATCH,
        path,
        "Its quantised weights do not fit together: " + why,
        "Use a complete checkpoint whose weights and quantisation settings belong together",
        null);
  }

  public static AuditException tokenizerMissing(Path path, String why) {
    return tokenizerMissing(
        path, why, "Put the tokenizer.json of the original model beside the weights");
  }

  public static AuditException tokenizerMissing(Path path, String why, String fix) {
    return error(ErrorClass.CHECKPOINT_TOKENIZER_MISSING, path, why, fix, null);
  }

  public static AuditException tokenizerInvalid(Path path, String why) {
    return error(
        ErrorClass.CHECKPOINT_TOKENIZER_INVALID,
        path,
        "Its tokenizer cannot be used: " + why,
        "Use a checkpoint with the original tokenizer of the model",
        null);
  }

  private static AuditException error(
      ErrorClass errorClass, Path path, String why, String fix, Throwable cause) {
    return new AuditException(
        errorClass, "The checkpoint file or folder " + path + " cannot be used", why, fix, cause);
  }
}
