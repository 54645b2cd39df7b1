package org.codeaudit

import org.scalatest.funsuite.AnyFunSuite

class AuditExceptionSuite extends AnyFunSuite {
  test("what was read cannot tell a terminal what to do, nor begin a line of its own") {
    val name = "a\u001b[2Jb\nINFO all is well\u009b31m\u0000.c"
    val error = new AuditException(ErrorClass.DIFF_MALFORMED, s"Cannot read $name", name, name)
    for (text <- Seq(error.getMessage, error.what, error.why, error.fix))
      assert(text.contains("a [2Jb INFO all is well 31m .c"))
  }
}
