package org.codeaudit.job.series

import java.util.Optional

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

class LifecycleSuite extends AnyFunSuite {
  import FindingState._
  import Known.File._

  /** A finding in function `f` of a file, as its fingerprints would tell it apart. */
  private def seen(path: String, code: String, function: String = "f", line: Int = 1) =
    new Sighting(path, s"$path/$code/$function", s"sql/$function", "sql", code, line)

  private def known(
      last: Sighting,
      file: Option[Known.File] = Some(HOLDS_CODE),
      state: FindingState = NEW,
      identity: String = "i",
      elsewhere: Option[String] = None,
      read: Boolean = true
  ) = new Known(
    identity,
    state,
    last,
    Optional.ofNullable(file.orNull),
    Optional.ofNullable(elsewhere.map(new Known.Elsewhere(_, read)).orNull)
  )

  private def compare(known: Known*)(now: Sighting*): Seq[(String, FindingState)] =
    Lifecycle
      .of(now.asJava, known.asJava)
      .asScala
      .map(outcome => outcome.identity -> outcome.state)
      .toSeq

  private val here = seen("A", "query(a)")

  /** As it was called before its file moved. */
  private def renamed(one: Sighting) =
    new Sighting(one.path, "as it was", one.loose, one.category, one.code, one.line)

  /** What was known, what is seen now, and what is said. */
  private val cases = Seq[(String, Seq[Known], Seq[Sighting], Seq[(String, FindingState)])](
    ("it was never seen", Nil, Seq(here), Seq(here.fingerprint -> NEW)),
    ("it is where it was", Seq(known(here)), Seq(here), Seq("i" -> EXISTING)),
    (
      "its lines have moved",
      Seq(known(here)),
      Seq(seen("A", "query(a)", line = 90)),
      Seq("i" -> EXISTING)
    ),
    (
      "its function was rewritten and has it still",
      Seq(known(here, Some(CODE_CHANGED))),
      Seq(seen("A", "query(b)")),
      Seq("i" -> EXISTING)
    ),
    (
      "its function was renamed",
      Seq(known(here, Some(CODE_CHANGED))),
      Seq(seen("A", "query(a)", "g")),
      Seq("i" -> MOVED)
    ),
    (
      "its file was renamed",
      Seq(known(here, Some(GONE))),
      Seq(seen("B", "query(a)")),
      Seq("i" -> MOVED)
    ),
    (
      "its file was renamed and its function rewritten",
      Seq(known(here, Some(GONE))),
      Seq(seen("B", "query(b)")),
      Seq("i" -> MOVED)
    ),
    (
      "its function went to a file that is there still",
      Seq(known(here, Some(CODE_CHANGED))),
      Seq(seen("B", "query(a)")),
      Seq("i" -> MOVED)
    ),
    (
      "the same line in another function of another file is another finding",
      Seq(known(here, Some(GONE))),
      Seq(seen("B", "query(a)", "g")),
      Seq("B/query(a)/g" -> NEW, "i" -> FIXED)
    ),
    (
      "of two that are gone the one with the same code has moved",
      Seq(
        known(seen("A", "query(b)"), Some(GONE), identity = "b"),
        known(seen("B", "query(a)"), Some(GONE), identity = "a")
      ),
      Seq(seen("C", "query(a)"), seen("D", "query(c)")),
      Seq("a" -> MOVED, "b" -> MOVED)
    ),
    (
      "a copy of its code is another finding",
      Seq(known(here)),
      Seq(here, seen("B", "query(a)")),
      Seq("i" -> EXISTING, "B/query(a)/f" -> NEW)
    ),
    (
      "it was not found, and its code is as it was",
      Seq(known(here)),
      Nil,
      Seq("i" -> NOT_REPRODUCED)
    ),
    ("its code has changed", Seq(known(here, Some(CODE_CHANGED))), Nil, Seq("i" -> FIXED)),
    ("its file is gone", Seq(known(here, Some(GONE))), Nil, Seq("i" -> FIXED)),
    ("its file could not be read", Seq(known(here, Some(UNREAD))), Nil, Nil),
    ("its file was not looked at", Seq(known(here, None)), Nil, Nil),
    ("it was fixed and is gone", Seq(known(here, Some(CODE_CHANGED), FIXED)), Nil, Nil),
    (
      "it was fixed and is there again",
      Seq(known(here, Some(HOLDS_CODE), FIXED)),
      Seq(here),
      Seq("i" -> REOPENED)
    ),
    (
      "it was fixed and is there again in another function",
      Seq(known(here, Some(CODE_CHANGED), FIXED)),
      Seq(seen("A", "query(a)", "g")),
      Seq("i" -> REOPENED)
    ),
    ("it is still not reproduced", Seq(known(here, state = NOT_REPRODUCED)), Nil, Nil),
    (
      "it was not reproduced and is found again",
      Seq(known(here, state = NOT_REPRODUCED)),
      Seq(here),
      Seq("i" -> EXISTING)
    ),
    (
      "it was not reproduced and its code has changed",
      Seq(known(here, Some(CODE_CHANGED), NOT_REPRODUCED)),
      Nil,
      Seq("i" -> FIXED)
    ),
    (
      "it was not reproduced and its code has gone to another file",
      Seq(known(here, Some(GONE), NOT_REPRODUCED, elsewhere = Some("B"))),
      Nil,
      Seq("i" -> NOT_REPRODUCED)
    ),
    (
      "it was not found and its code has gone to another file",
      Seq(known(here, Some(CODE_CHANGED), elsewhere = Some("B"))),
      Nil,
      Seq("i" -> NOT_REPRODUCED)
    ),
    (
      "its code has gone to another file, which was not read",
      Seq(known(here, Some(GONE), elsewhere = Some("B"), read = false)),
      Nil,
      Nil
    ),
    (
      "its code has gone to another file, and it was found there in the part that was read",
      Seq(known(here, Some(GONE), elsewhere = Some("B"), read = false)),
      Seq(seen("B", "query(a)")),
      Seq("i" -> MOVED)
    ),
    (
      "it is where it was, whatever copies have come",
      Seq(known(here, elsewhere = Some("B"))),
      Seq(here),
      Seq("i" -> EXISTING)
    ),
    (
      "it was not reproduced in the file that its code has gone to, and is found there",
      Seq(known(renamed(here), state = NOT_REPRODUCED)),
      Seq(here),
      Seq("i" -> EXISTING)
    ),
    (
      "it was not reproduced, and the same line in another function is found",
      Seq(known(here, state = NOT_REPRODUCED)),
      Seq(seen("A", "query(a)", "g")),
      Seq("A/query(a)/g" -> NEW)
    ),
    (
      "one of two that were alike is fixed",
      Seq(
        known(seen("A", "query(a)", line = 1), Some(CODE_CHANGED), identity = "i"),
        known(seen("A", "query(a)", line = 9), Some(CODE_CHANGED), identity = "i-2")
      ),
      Seq(here),
      Seq("i" -> EXISTING, "i-2" -> FIXED)
    ),
    (
      "two that are alike are two",
      Nil,
      Seq(seen("A", "query(a)", line = 1), seen("A", "query(a)", line = 9)),
      Seq(here.fingerprint -> NEW, here.fingerprint + "-2" -> NEW)
    ),
    (
      "a new one that is like a known one has another name",
      Seq(known(here, identity = here.fingerprint)),
      Seq(here, seen("A", "query(a)", line = 9)),
      Seq(here.fingerprint -> EXISTING, here.fingerprint + "-2" -> NEW)
    )
  )

  for ((name, before, now, said) <- cases) {
    test(name) {
      assert(compare(before: _*)(now: _*) === said)
    }
  }
}
