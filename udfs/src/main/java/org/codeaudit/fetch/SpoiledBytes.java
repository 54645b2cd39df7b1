package org.codeaudit.fetch;

import java.io.IOException;
import java.time.Duration;
import org.codeaudit.web.Patience;

/** Bytes that were handed out turned out to be wrong. */
final class SpoiledBytes extends IOException implements Patience.Temporary {
  private static final long serialVersionUID = 1L;

  private final long from;
  private final boolean temporary;

  /**
   * @param from the first byte of the file that must be thrown away
   * @param temporary whether it is worth another attempt
   */
  SpoiledBytes(long from, boolean temporary, IOException cause) {
    super(cause.getMessage(), cause);
    this.from = from;
    this.temporary = temporary;
  }

  long from() {
    return from;
  }

  @Override
  public boolean temporary() {
    return temporary;
  }

  @Override
  public Duration pause() {
    return Duration.ZERO;
  }
}
