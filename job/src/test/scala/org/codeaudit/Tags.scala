package org.codeaudit

import org.scalatest.Tag

/** A test that takes more than some seconds: left out of `mvn verify`, run by `-Plong`. */
object Long extends Tag("org.codeaudit.Long")

/** A test of the packaged jar: run after it was made. */
object Packaged extends Tag("org.codeaudit.Packaged")
