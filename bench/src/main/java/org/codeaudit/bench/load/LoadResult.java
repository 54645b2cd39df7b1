package org.codeaudit.bench.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/** How one load ended: with figures, or with the reason why there are none. */
record LoadResult(
    Status status,
    @JsonProperty("figures") LoadFigures figuresOrNull,
    @JsonProperty("reason") String reasonOrNull) {

  /** Ways to end. */
  enum Status {
    /** The model answered. */
    MEASURED,
    /** The model cannot be loaded like this, and the reason says why. */
    REFUSED,
    /** Something broke. */
    FAILED
  }

  static LoadResult measured(LoadFigures figures) {
    return new LoadResult(Status.MEASURED, figures, null);
  }

  static LoadResult without(Status status, String reason) {
    return new LoadResult(status, null, reason);
  }

  Optional<LoadFigures> figures() {
    return Optional.ofNullable(figuresOrNull);
  }

  Optional<String> reason() {
    return Optional.ofNullable(reasonOrNull);
  }
}
