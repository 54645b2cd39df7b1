package org.codeaudit.packages;

import java.io.IOException;
import java.util.Optional;

/** A place that may have wheels. {@code toString} names it and holds no secret. */
interface WheelSource {

  /**
   * The wheel of a release for any machine; empty if it is not there.
   *
   * @throws IOException if the place cannot be asked
   */
  Optional<Wheel> find(Release release) throws IOException;
}
