package org.codeaudit.syntax

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

class FunctionsSuite extends AnyFunSuite {

  private def all(language: String, text: String): Seq[(String, Int, Int, Int)] =
    Functions
      .of(language, text)
      .get
      .all
      .asScala
      .toSeq
      .map(f => (f.name, f.firstLine, f.signatureEnd, f.lastLine))

  test("functions of every language have their names and lines") {
    val cases = Seq(
      (
        "java",
        "class A {\n  A(int a) { }\n  @X\n  abstract int b();\n  @Override\n  int c(int d,\n      int e)\n  {\n    return 1;\n  }\n  record R(int x) { R { } }\n  static int g = 1;\n}",
        Seq(("A", 2, 2, 2), ("c", 5, 7, 10), ("R", 11, 11, 11))
      ),
      (
        "kotlin",
        "class A(val x: Int) {\n  init {\n    b()\n  }\n  constructor() : this(1) {\n  }\n  @X\n  fun c(d: Int): Int =\n    d\n  val e: Int\n    get() = 1\n  abstract fun f()\n}\nfun String.g() {\n}",
        Seq(
          ("init", 2, 2, 4),
          ("constructor", 5, 5, 6),
          ("c", 7, 8, 9),
          ("e", 11, 11, 11),
          ("g", 14, 14, 15)
        )
      ),
      (
        "python",
        "@app.route('/')\n@x\ndef a(b,\n      c):\n  # d\n  return 1\n\nclass D:\n  async def e(self): pass\n",
        Seq(("a", 1, 4, 6), ("e", 9, 9, 9))
      ),
      (
        "javascript",
        "function a() {\n}\nclass B {\n  async c(d) {\n  }\n  e = () => {\n  };\n}\nconst f = async (x) => {\n  y.map((z) => {\n    return z;\n  });\n};\nmodule.exports.g = function (h) {\n};\nconst i = { j: function () {\n} };",
        Seq(
          ("a", 1, 1, 2),
          ("c", 4, 4, 5),
          ("e", 6, 6, 7),
          ("f", 9, 9, 13),
          ("module.exports.g", 14, 14, 15),
          ("j", 16, 16, 17)
        )
      ),
      (
        "javascript",
        "(function () {\n  app.get('/', (req, res) => {\n    db.query(q, (e, rows) => {\n      res.send(rows);\n    });\n  });\n})();",
        Seq(("app.get", 2, 2, 6))
      ),
      (
        "typescript",
        "export class A {\n  @X()\n  async b(c: string): Promise<void> {\n  }\n  d(): void;\n}\nexport default function <T>(e: T) {\n}",
        Seq(("b", 2, 3, 4), ("", 7, 7, 8))
      ),
      (
        "go",
        "package a\n\nfunc (s *S) b(c string) (d error) {\n\tgo func() {\n\t\te()\n\t}()\n}\n\nfunc f() {}\n\nvar g = func() {\n}\n\nfunc external()\n",
        Seq(("b", 3, 3, 7), ("f", 9, 9, 9), ("g", 11, 11, 12))
      ),
      (
        "c",
        "static char *a(int b)\n{\n  return c;\n}\nint d(void);\nint (*e(int x))(int) {\n}",
        Seq(("a", 1, 1, 4), ("e", 6, 6, 7))
      ),
      (
        "c++",
        "template <class T>\nT &A::b(int c) const {\n}\nclass D {\n  D() : x(1) {}\n  ~D() = default;\n  int operator+(int e) { return e; }\n};",
        Seq(("b", 1, 2, 3), ("D", 5, 5, 5), ("operator+", 7, 7, 7))
      ),
      (
        "c#",
        "class A {\n  [X]\n  public int B(int c)\n  {\n    int D() { return 1; }\n  }\n  public int E { get { return 1; } }\n  int F() => 1;\n  A() {}\n}",
        Seq(("B", 2, 3, 6), ("D", 5, 5, 5), ("E", 7, 7, 7), ("F", 8, 8, 8), ("A", 9, 9, 9))
      ),
      (
        "ruby",
        "class A\n  def b(c)\n    d\n  end\n  def self.e; end\n  def f!\n  end\nend\nget '/x' do\n  list.each do |i|\n    g\n  end\nend",
        Seq(("b", 2, 2, 4), ("e", 5, 5, 5), ("f!", 6, 6, 7), ("get", 9, 9, 13))
      ),
      (
        "php",
        "<?php\nfunction a($b)\n{\n}\nclass C {\n  public static function d() {\n  }\n  abstract function e();\n}\n$f = function ($x) {\n};\nRoute::get('/', function () {\n});",
        Seq(("a", 2, 2, 4), ("d", 6, 6, 7), ("$f", 10, 10, 11), ("get", 12, 12, 13))
      ),
      (
        "rust",
        "impl A {\n  #[x]\n  #[y]\n  pub async fn b<T>(&self) -> T\n  where\n    T: C,\n  {\n    d.map(|e| {\n      e\n    })\n  }\n  fn f();\n}",
        Seq(("b", 2, 6, 11))
      )
    )
    for ((language, text, expected) <- cases)
      assert(all(language, text) == expected, s"$language: $text")
  }

  test("a line's function is the innermost around it") {
    val text = "x = 1\ndef a():\n  def b():\n    y()\n  z()\n\nw()\n"
    val functions = Functions.of("python", text).get
    val names = (1 to 7).map(line => functions.enclosing(line).map[String](_.name).orElse("-"))
    assert(names == Seq("-", "a", "b", "b", "a", "-", "-"))
    assert(functions.enclosing(99).isEmpty && functions.enclosing(0).isEmpty)
  }

  test("a part of a file has the functions whose beginning it has") {
    val cases = Seq(
      ("java", "    return 1;\n  }\n\n  public int b() {\n    c();\n", Seq("b")),
      ("php", "  public function b() {\n    c();\n  }\n", Seq("b")),
      ("javascript", "  async b(d) {\n    c();\n  }\n  e() { }\n", Seq("b", "e")),
      ("c#", "  public async Task B()\n  {\n    C();\n  }\n", Seq("B")),
      ("python", "    def b(self):\n        c()\n", Seq("b")),
      ("rust", "  pub fn b(&self) {\n    c();\n  }\n", Seq("b")),
      ("go", "\treturn nil\n}\n\nfunc b() {\n\tc()\n", Seq("b"))
    )
    for ((language, text, expected) <- cases)
      assert(all(language, text).map(_._1) == expected, s"$language: $text")
  }
}
