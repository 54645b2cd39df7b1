package org.codeaudit.packages;

import java.io.IOException;
import java.time.Duration;
import org.codeaudit.web.Patience;

/** The place that was asked does not have this wheel. */
public final class WheelMissing extends IOException implements Patience.Temporary {
  private static final long serialVersionUID = 1L;

  WheelMissing(String message) {
    super(message);
  }

  @Override
  public boolean temporary() {
    return false;
  }

  @Override
  public Duration pause() {
    return Duration.ZERO;
  }
}
