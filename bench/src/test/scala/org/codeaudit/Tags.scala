package org.codeaudit

import org.scalatest.Tag

/** A test that needs something this repository does not hold, named by an environment variable. */
object OptIn extends Tag("org.codeaudit.OptIn")
