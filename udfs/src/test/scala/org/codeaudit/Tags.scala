package org.codeaudit

import org.scalatest.Tag

/** A suite or test that takes more than some seconds: left out of `mvn verify`, run by `-Plong`. */
object Long extends Tag("org.codeaudit.Long")

/** A test that needs something this repository does not hold, named by an environment variable. */
object OptIn extends Tag("org.codeaudit.OptIn")
