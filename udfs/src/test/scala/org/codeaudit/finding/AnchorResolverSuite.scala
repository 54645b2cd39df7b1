package org.codeaudit.finding

import scala.jdk.CollectionConverters._
import org.codeaudit.finding.AnchorStatus.{AMBIGUOUS, EXACT, UNMATCHED}
import org.codeaudit.prompt.{ChangeSplitter, Changes, Side, Unit => ReviewUnit}
import org.codeaudit.change.FileChange
import org.scalatest.funsuite.AnyFunSuite

class AnchorResolverSuite extends AnyFunSuite {

  private def unitOf(change: FileChange): ReviewUnit =
    new ChangeSplitter(100000, _.length).split(change).get(0)

  private val unit = unitOf(Changes.diff("""@@ -10,8 +10,9 @@ class A {
        |   void a() {
        |-    int old = 1;
        |-    gone();
        |+    int now  =  2;
        |+    twice();
        |     kept();
        |     twice();
        |+    twice();
        |-  shifted();
        |+      shifted();
        |   }
        |@@ -30,2 +31,3 @@ class B {
        |     kept();
        |+    added();
        |     once();"""))

  private def places(quote: String) = {
    val anchor = AnchorResolver.resolve(quote, unit)
    (anchor.status, anchor.side.orElse(null), anchor.lineStart.orElse(0), anchor.lineEnd.orElse(0))
  }

  test("a quote is found where it stands") {
    val cases = Seq(
      "gone();" -> ((EXACT, Side.OLD, 12, 12)),
      "  added();\t" -> ((EXACT, Side.NEW, 32, 32)),
      "int now = 2;" -> ((EXACT, Side.NEW, 11, 11)),
      "once();" -> ((EXACT, Side.NEW, 33, 33)),
      "kept();" -> ((AMBIGUOUS, Side.NEW, 13, 13)),
      "twice();" -> ((AMBIGUOUS, Side.NEW, 12, 12)),
      "shifted();" -> ((EXACT, Side.NEW, 16, 16)),
      "int old = 1;\n    gone();" -> ((EXACT, Side.OLD, 11, 12)),
      "gone();\nkept();" -> ((EXACT, Side.OLD, 12, 13)),
      "int now = 2;\ntwice();\nkept();" -> ((EXACT, Side.NEW, 11, 13)),
      "\n\ntwice();\ntwice();\n" -> ((EXACT, Side.NEW, 14, 15)),
      "shifted();\n}" -> ((EXACT, Side.NEW, 16, 17))
    )
    for ((quote, place) <- cases) assert(places(quote) == place, quote)
  }

  test("a quote that is no line of the unit is unmatched") {
    val quotes =
      Seq(
        "",
        " \n ",
        "}",
        "missing();",
        "once",
        "gone();\ntwice();",
        "}\nkept();",
        "twice();\nonce();"
      )
    for (quote <- quotes) assert(places(quote) == ((UNMATCHED, null, 0, 0)), quote)
  }

  test("among equal lines an added one is preferred, then the first") {
    val twice = unitOf(Changes.diff("@@ -1,2 +1,4 @@\n x();\n x();\n+x();\n+x();"))
    val anchor = AnchorResolver.resolve("x();", twice)
    assert(anchor.status == AMBIGUOUS && anchor.lineStart.getAsInt == 3)
  }

  test("every line of a unit that is offered as a quote is found again") {
    for (u <- Seq(unit, unitOf(Changes.file("a();\n\n  b( \"\u00e9\u3000\" );\n}\n\tc();\n")))) {
      for (quote <- u.quotes.asScala) {
        val anchor = AnchorResolver.resolve(quote, u)
        assert(anchor.status != UNMATCHED, quote)
        assert(anchor.lines.get(0).text.strip == quote)
      }
    }
  }
}
