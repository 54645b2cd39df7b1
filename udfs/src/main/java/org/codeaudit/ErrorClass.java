package org.codeaudit;

/**
 * The kinds of errors that a user can act on. The names are stored in tables and journals and are
 * what scripts look for: a constant is never renamed. The text of an error is made where it is
 * found, in the factory of its room.
 */
public enum ErrorClass {
  ARITHMETIC(Concern.REQUEST),
  BENCH(Concern.REQUEST),
  CALIBRATION_INVALID(Concern.REQUEST),
  CALIBRATION_UNFITTED(Concern.REQUEST),
  CHAT_COMMAND(Concern.REQUEST),
  CHECK_INVALID(Concern.REQUEST),
  CHECK_UNREADABLE(Concern.REQUEST),
  FUNCTION_PLACE(Concern.REQUEST),
  FUNCTION_SETTINGS(Concern.REQUEST),
  GPUS_PER_EXECUTOR(Concern.REQUEST),
  OPTION(Concern.REQUEST),
  PLAN_FROM(Concern.REQUEST),
  PLAN_SAMPLE(Concern.REQUEST),
  PLAN_UNANSWERED(Concern.REQUEST),
  PROMPT_INVALID(Concern.REQUEST),
  PROMPT_UNREADABLE(Concern.REQUEST),
  RULES_INVALID(Concern.REQUEST),
  RULES_UNREADABLE(Concern.REQUEST),
  SPARK_DEFAULTS(Concern.REQUEST),
  TRANSFORMER(Concern.REQUEST),

  BENCHMARK_UNREADABLE(Concern.SOURCE),
  DATASET_INVALID(Concern.SOURCE),
  DATASET_UNREADABLE(Concern.SOURCE),
  DIFF_MALFORMED(Concern.SOURCE),
  DIFF_NAMELESS(Concern.SOURCE),
  DIFF_NOT_A_PATCH(Concern.SOURCE),
  DIFF_TRUNCATED(Concern.SOURCE),
  DIFF_UNREADABLE(Concern.SOURCE),
  FIXES_INVALID(Concern.SOURCE),
  GIT_AUTHENTICATION(Concern.SOURCE),
  GIT_CONFIG(Concern.SOURCE),
  GIT_CREDENTIALS(Concern.SOURCE),
  GIT_EMPTY_REPOSITORY(Concern.SOURCE),
  GIT_FAILED(Concern.SOURCE),
  GIT_MIRROR_DAMAGED(Concern.SOURCE),
  GIT_NOT_A_REPOSITORY(Concern.SOURCE),
  GIT_NOT_FOUND(Concern.SOURCE),
  GIT_OBJECT_MISSING(Concern.SOURCE),
  GIT_PROGRAM(Concern.SOURCE),
  GIT_TIMEOUT(Concern.SOURCE),
  GIT_UNKNOWN_REVISION(Concern.SOURCE),
  GIT_UNREACHABLE(Concern.SOURCE),
  GIT_UNREADABLE(Concern.SOURCE),
  GIT_UNSUPPORTED(Concern.SOURCE),
  MIRROR_CACHE(Concern.SOURCE),
  PROMPTS_UNREADABLE(Concern.SOURCE),
  PROMPT_LIMIT(Concern.SOURCE),
  PROMPT_MISSING(Concern.SOURCE),
  PROMPT_VARIABLE(Concern.SOURCE),
  SARIF_ELSEWHERE(Concern.SOURCE),
  SARIF_UNREADABLE(Concern.SOURCE),
  SOURCE_LIST(Concern.SOURCE),
  SOURCE_OPTIONS(Concern.SOURCE),
  SOURCE_PATH(Concern.SOURCE),
  SOURCE_UNREADABLE(Concern.SOURCE),
  SOURCE_URL(Concern.SOURCE),
  SOURCE_URL_CREDENTIALS(Concern.SOURCE),
  TABLE_COLUMNS(Concern.SOURCE),
  TABLE_CONDITION(Concern.SOURCE),
  TABLE_UNREADABLE(Concern.SOURCE),

  CHECKPOINT_CONFIG_INVALID(Concern.MODEL),
  CHECKPOINT_HEADER_INVALID(Concern.MODEL),
  CHECKPOINT_NOT_FOUND(Concern.MODEL),
  CHECKPOINT_NOT_PULLED(Concern.MODEL),
  CHECKPOINT_QUANTIZATION_MISMATCH(Concern.MODEL),
  CHECKPOINT_SHARD_MISSING(Concern.MODEL),
  CHECKPOINT_TENSORS_MISMATCH(Concern.MODEL),
  CHECKPOINT_TENSOR_MISSING(Concern.MODEL),
  CHECKPOINT_TOKENIZER_INVALID(Concern.MODEL),
  CHECKPOINT_TOKENIZER_MISSING(Concern.MODEL),
  CHECKPOINT_TRUNCATED(Concern.MODEL),
  CHECKPOINT_UNREADABLE(Concern.MODEL),
  CHECKPOINT_UNSUPPORTED(Concern.MODEL),
  CHECKPOINT_WEB_PAGE(Concern.MODEL),
  GPU_ADDRESS(Concern.MODEL),
  GPU_REQUIRED(Concern.MODEL),
  LIBTORCH_UNAVAILABLE(Concern.MODEL),
  MEMORY_SHRUNK(Concern.MODEL),
  MODEL_BUSY(Concern.MODEL),
  MODEL_CHANGED(Concern.MODEL),
  MODEL_CHECKSUM(Concern.MODEL),
  MODEL_DISK_FULL(Concern.MODEL),
  MODEL_ENDPOINT(Concern.MODEL),
  MODEL_FETCH(Concern.MODEL),
  MODEL_FETCH_INTERRUPTED(Concern.MODEL),
  MODEL_FILES(Concern.MODEL),
  MODEL_FILE_SYSTEM(Concern.MODEL),
  MODEL_FORBIDDEN(Concern.MODEL),
  MODEL_GATED(Concern.MODEL),
  MODEL_LOAD_FAILED(Concern.MODEL),
  MODEL_NOT_FOUND(Concern.MODEL),
  MODEL_NOT_STORED(Concern.MODEL),
  MODEL_OFFLINE(Concern.MODEL),
  MODEL_PACKAGE_MISSING(Concern.MODEL),
  MODEL_REFERENCE(Concern.MODEL),
  MODEL_REVISION_UNKNOWN(Concern.MODEL),
  MODEL_TOKEN(Concern.MODEL),
  MODEL_UNAUTHORISED(Concern.MODEL),
  MODEL_UNAVAILABLE(Concern.MODEL),
  MODEL_UNREACHABLE(Concern.MODEL),
  PACKAGE_CERTIFICATES(Concern.MODEL),
  PACKAGE_INDEX(Concern.MODEL),
  PACKED_CACHE(Concern.MODEL),
  PLACEMENT(Concern.MODEL),
  TEMPLATE_FAILED(Concern.MODEL),
  TEMPLATE_INVALID(Concern.MODEL),
  TEMPLATE_LIMIT(Concern.MODEL),
  TEMPLATE_REFUSED(Concern.MODEL),
  TEMPLATE_UNSUPPORTED(Concern.MODEL),
  TOKENIZER_INVALID(Concern.MODEL),
  TOKENIZER_UNSUPPORTED(Concern.MODEL),
  WEIGHTS_NOT_FINITE(Concern.MODEL),

  CHAT_INVALID(Concern.QUESTION),
  CONTEXT_TOO_SMALL(Concern.QUESTION),
  POISON_ROW(Concern.QUESTION),
  PROMPT_TOO_LONG(Concern.QUESTION),
  TOKEN_UNKNOWN(Concern.QUESTION),

  ANSWERS_UNWRITABLE(Concern.OUTPUT),
  CALIBRATION_UNWRITABLE(Concern.OUTPUT),
  DATASET_UNWRITABLE(Concern.OUTPUT),
  EVALUATION_UNWRITABLE(Concern.OUTPUT),
  REPORT_UNWRITABLE(Concern.OUTPUT),
  NO_COVERAGE(Concern.OUTPUT),
  NO_TABLES(Concern.OUTPUT),
  OUTPUT_BUSY(Concern.OUTPUT),
  OUTPUT_EXISTS(Concern.OUTPUT),
  OUTPUT_FORMAT(Concern.OUTPUT),
  OUTPUT_NOT_SHARED(Concern.OUTPUT),
  OUTPUT_PUBLISH(Concern.OUTPUT),
  OUTPUT_UNREADABLE(Concern.OUTPUT),
  OUTPUT_UNWRITABLE(Concern.OUTPUT),
  SARIF_UNWRITABLE(Concern.OUTPUT);

  /** What an error is about. */
  public enum Concern {
    /**
     * What was asked: options of a command, settings, arguments of SQL functions, checks and prompt
     * templates that come with it.
     */
    REQUEST,
    /**
     * The code to review, or other input: repositories, patches, tables, logs of other tools, sets
     * of labelled units.
     */
    SOURCE,
    /**
     * The model: where it is fetched from, its checkpoint, tokenizer and chat template, and the
     * machine it is to run on.
     */
    MODEL,
    /** One question to the model: its row fails and no other. */
    QUESTION,
    /** What is written: tables, logs, reports, and files made of them. */
    OUTPUT
  }

  private final Concern concern;

  ErrorClass(Concern concern) {
    this.concern = concern;
  }

  /** What errors of this class are about. */
  public Concern concern() {
    return concern;
  }

  /** The name stored in the column {@code error_class}. */
  public String columnValue() {
    return name();
  }

  /**
   * What the column {@code error_class} has for a failure: the class of an error that a user can
   * act on, and for all others the simple name of their Java class.
   */
  public static String columnValue(Throwable failure) {
    return failure instanceof AuditException known
        ? known.errorClass().columnValue()
        : failure.getClass().getSimpleName();
  }
}
