package org.codeaudit

import org.scalatest.Tag

/** A test that takes more than some seconds: left out of `mvn verify`, run by `-Plong`. */
object Long extends Tag("org.codeaudit.Long")

/** A test that needs something this repository does not hold, named by an environment variable. */
object OptIn extends Tag("org.codeaudit.OptIn")

/** A test that takes an hour: run by `-Psoak` and by nothing else. */
object Soak extends Tag("org.codeaudit.Soak")

/** A test of the packaged jar: run after it was made. */
object Packaged extends Tag("org.codeaudit.Packaged")
