package org.codeaudit.syntax.flow

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite
import org.codeaudit.syntax.{CodeWithoutComments, ParsedCode}

class SliceSuite extends AnyFunSuite {

  private def slice(language: String, text: String, line: Int, most: Int): Slice =
    Slice.of(Flow.of(ParsedCode.parse(language, text).get), line, most).get

  /** The lines of the slice of the line that holds the mark. */
  private def lines(language: String, text: String, most: Int = 99): Seq[Int] = {
    val line = text.linesIterator.indexWhere(_.contains("MARK")) + 1
    slice(language, text, line, most).lines.asScala.toSeq.map(_.intValue)
  }

  private val java =
    """package a;
      |class Files {
      |  private static final String ROOT = "/data";
      |  private int count;
      |  @Get("/x")
      |  void send(Request request,
      |      Response response) {
      |    String name = request.param("name");
      |    log("sending");
      |    if (name == null) {
      |      return;
      |    }
      |    String path = ROOT + "/" + clean(name);
      |    int unused = 1;
      |    if (count > 3) {
      |      count = 0;
      |    }
      |    try (Stream in = open(path)) {
      |      while (in.ready()) {
      |        int read = in.read(); // MARK
      |        response.write(read);
      |      }
      |    }
      |  }
      |  private String clean(String given) {
      |    return given.replace("..", "");
      |  }
      |  void log(String message) {
      |  }
      |}
      |""".stripMargin

  test("the lines that decide a line are found, and no others") {
    assert(lines("java", java) == Seq(3, 5, 6, 7, 8, 10, 11, 12, 13, 18, 19, 20, 21, 25, 26, 27))
  }

  test("what is nearest comes first") {
    val nearest = Seq(1 -> Seq(20), 3 -> Seq(18, 19, 20), 6 -> Seq(5, 6, 7, 18, 19, 20))
    for ((most, expected) <- nearest) assert(lines("java", java, most) == expected, most)
  }

  test("slices of every language hold definitions, conditions and signature") {
    val cases = Seq(
      (
        "kotlin",
        "val k = 2\nfun f(a: Int) {\n  val b = a + k\n  val c = 1\n  if (b > 1) {\n    g(b) // MARK\n  }\n  h(c)\n}",
        Seq(1, 2, 3, 5, 6)
      ),
      (
        "python",
        "K = 2\n@x\ndef f(a):\n  b = a + K\n  c = 1\n  if not a:\n    return\n  for d in b:\n    g(d)  # MARK\n  h(c)\n",
        Seq(1, 2, 3, 4, 6, 7, 8, 9)
      ),
      (
        "javascript",
        "const k = 2;\napp.get('/', (req, res) => {\n  const b = req.query.a + k;\n  let c = 1;\n  if (b) {\n    res.send(b); // MARK\n  }\n  h(c);\n});",
        Seq(1, 2, 3, 5, 6)
      ),
      (
        "typescript",
        "class A {\n  private k: number = 2;\n  f(a: string) {\n    const b = a + this.k;\n    const c = 1;\n    g(b); // MARK\n  }\n}",
        Seq(2, 3, 4, 6)
      ),
      (
        "go",
        "package a\n\nconst k = 2\n\nfunc f(a string) error {\n\tb, err := g(a)\n\tif err != nil {\n\t\treturn err\n\t}\n\tc := 1\n\th(b, k) // MARK\n\ti(c)\n}",
        Seq(3, 5, 6, 11)
      ),
      (
        "c",
        "#define K 16\nstatic int f(const char *a)\n{\n  char b[K];\n  int c = 1;\n  int n = strlen(a);\n  if (n < 0)\n    return 1;\n  memcpy(b, a, n); /* MARK */\n  return g(c);\n}",
        Seq(1, 2, 4, 6, 7, 8, 9)
      ),
      (
        "c++",
        "int A::f(int a) {\n  auto b = new int[a];\n  int c = 1;\n  switch (a) {\n  case 1:\n    b[a] = 2; // MARK\n  }\n  delete[] b;\n  return c;\n}",
        Seq(1, 2, 4, 5, 6)
      ),
      (
        "c#",
        "class A {\n  const int K = 2;\n  void F(string a) {\n    var b = a + K;\n    var c = 1;\n    lock (x) {\n      G(b); // MARK\n    }\n  }\n}",
        Seq(2, 3, 4, 6, 7)
      ),
      (
        "ruby",
        "K = 2\ndef f(a)\n  return if a.nil?\n  b = a + K\n  c = 1\n  unless b\n    g(b) # MARK\n  end\n  h(c)\nend",
        Seq(1, 2, 3, 4, 6, 7)
      ),
      (
        "php",
        "<?php\nclass A {\n  private $k = 2;\n  function f($a) {\n    $b = $a . $this->k;\n    $c = 1;\n    foreach ($b as $d) {\n      g($d); // MARK\n    }\n  }\n}",
        Seq(3, 4, 5, 7, 8)
      ),
      (
        "rust",
        "const K: i32 = 2;\nfn f(a: i32) -> i32 {\n  let b = a + K;\n  let c = 1;\n  match b {\n    1 => g(b), // MARK\n    _ => c,\n  }\n}",
        Seq(1, 2, 3, 5, 6)
      )
    )
    for ((language, text, expected) <- cases)
      assert(lines(language, text) == expected, s"$language: $text")
  }

  test("what a line assigns is followed to where it is used") {
    val text = "void f() {\n  Lock a = get(); // MARK\n  b();\n  a.unlock();\n}"
    assert(lines("java", text) == Seq(1, 2, 4))
  }

  test("the text keeps the numbers of lines and says where some are left out") {
    val text = "int f(int a) {\n  // b\n  int b = a; // c\n  g();\n  return b;\n}\n"
    val of = slice("java", text, 5, 99)
    val without = CodeWithoutComments.of("java", text).get
    assert(of.text(text) == "1: int f(int a) {\n…\n3:   int b = a; // c\n…\n5:   return b;\n")
    assert(of.text(without) == "1: int f(int a) {\n…\n3:   int b = a;\n…\n5:   return b;\n")
  }

  test("a line outside of all functions, or without code, has a slice too") {
    val text = "x = 1\n\ny = x\ndef f():\n  pass\n"
    assert(slice("python", text, 3, 9).lines.asScala == Set(1, 3))
    assert(slice("python", text, 2, 9).lines.asScala == Set(2))
    val flow = Flow.of(ParsedCode.parse("python", text).get)
    for (line <- Seq(-1, 0, 7)) assert(Slice.of(flow, line, 9).isEmpty, line)
    assert(Slice.of(flow, 3, 0).isEmpty)
  }
}
