package org.codeaudit.rule

import org.scalatest.funsuite.AnyFunSuite

class GlobSuite extends AnyFunSuite {

  /** A pattern, paths that it matches, and paths that it does not. */
  private val cases = Seq(
    ("*.java", Seq("A.java", "src/deep/A.java", "x.java/b.c"), Seq("A.javas", "java", "A.java2")),
    ("vendor", Seq("vendor", "vendor/a.c", "lib/vendor/deep/a.c"), Seq("vendors/a.c", "my-vendor")),
    ("vendor/", Seq("vendor/a.c", "lib/vendor/a.c"), Seq("vendor", "lib/vendor")),
    ("/vendor", Seq("vendor", "vendor/a.c"), Seq("lib/vendor/a.c")),
    ("src/gen", Seq("src/gen/A.java", "src/gen"), Seq("lib/src/gen/A.java", "src/general/A.java")),
    ("src/gen/**", Seq("src/gen/A.java", "src/gen/b/C.java"), Seq("src/gen", "x/src/gen/A.java")),
    ("**/gen", Seq("gen/A.java", "a/b/gen/A.java", "gen"), Seq("agen/A.java")),
    ("a/**/z.c", Seq("a/z.c", "a/b/z.c", "a/b/c/z.c"), Seq("z.c", "b/a/z.c", "a/z.cc")),
    ("**/test/**/*.py", Seq("test/a.py", "x/test/y/a.py"), Seq("test.py", "tests/a.py")),
    ("**", Seq("a", "a/b/c.d"), Seq()),
    ("**/**", Seq("a", "a/b"), Seq()),
    ("a?c.h", Seq("abc.h", "d/axc.h"), Seq("ac.h", "abbc.h", "a/c.h")),
    ("[a-c]*.h", Seq("a.h", "bx.h"), Seq("d.h")),
    ("[!a-c].h", Seq("d.h"), Seq("a.h", "dd.h")),
    ("[^a].h", Seq("b.h"), Seq("a.h")),
    ("[]x].h", Seq("].h", "x.h"), Seq("a.h")),
    ("[.h", Seq("[.h"), Seq("a.h")),
    ("a\\*.c", Seq("a*.c"), Seq("ab.c")),
    ("\\{x\\}.c", Seq("{x}.c"), Seq("x.c")),
    ("*a*b*c", Seq("abc", "xaxbxc"), Seq("acb", "ab/c")),
    ("docs/*.md", Seq("docs/a.md"), Seq("docs/sub/a.md", "other/docs/a.md")),
    ("Grün*", Seq("Grünes.txt"), Seq("grün.txt"))
  )

  for ((pattern, yes, no) <- cases) {
    test(s"$pattern matches what git's patterns match") {
      for (path <- yes) assert(Glob.of(pattern).matches(path), path)
      for (path <- no) assert(!Glob.of(pattern).matches(path), path)
    }
  }

  test("what can match nothing, or means something else elsewhere, is refused with the reason") {
    val wrong = Seq(
      "" -> "is empty",
      " " -> "is empty",
      "/" -> "names nothing",
      "!src" -> "begins with !",
      "*.{js,ts}" -> "braces",
      "./src" -> "empty, . or ..",
      "../other" -> "empty, . or ..",
      "a//b" -> "empty, . or .."
    )
    for ((pattern, why) <- wrong)
      assert(intercept[IllegalArgumentException](Glob.of(pattern)).getMessage.contains(why))
  }

  test("patterns that are made to take long do not") {
    // Backtracking would go on for longer than anybody waits.
    val stars = Glob.of("*a" * 400 + "b")
    assert(!stars.matches("a" * 4000))
    val folders = Glob.of("**/a/" * 150 + "b")
    assert(!folders.matches("a/" * 1500 + "c"))
  }
}
