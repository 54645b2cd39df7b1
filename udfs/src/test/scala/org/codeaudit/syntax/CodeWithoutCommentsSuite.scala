package org.codeaudit.syntax

import org.scalatest.funsuite.AnyFunSuite

class CodeWithoutCommentsSuite extends AnyFunSuite {

  private def without(language: String, text: String): String =
    CodeWithoutComments.of(language, text).get

  test("what Java reads as code behind an escape in a comment stays") {
    def escape(code: String, more: Int = 0) = "\\" + "u" * (1 + more) + code
    val kept = Seq(
      s"a(); // safe ${escape("000a")} run(input);",
      s"a(); // safe ${escape("000D", more = 2)} run(input);",
      s"/* safe ${escape("002a")}${escape("002F")} run(input); /* */"
    )
    for (text <- kept) {
      assert(without("java", text).contains("run(input);"), text)
      assert(!without("javascript", text).contains("run(input);"), text)
    }
    assert(without("java", s"a(); // ${escape("0041")} b") == "a();")
  }

  test("comments of every language go, and strings stay") {
    val cases = Seq(
      (
        "java",
        "/** Doc. */\nint a; // safe\nString s = \"// no /* no */\";",
        "\nint a;\nString s = \"// no /* no */\";"
      ),
      ("java", "f(a, /* safe */ b);", "f(a,  b);"),
      ("java", "return/* x */a + b/* y */;", "return a + b ;"),
      ("java", "int a;/* one\n two\n*/int b;", "int a;\n\nint b;"),
      (
        "java",
        "String s = \"\"\"\n  // text\n  \"\"\"; // c",
        "String s = \"\"\"\n  // text\n  \"\"\";"
      ),
      ("java", "char c = '\"'; // x\nchar d = '\"';", "char c = '\"';\nchar d = '\"';"),
      ("kotlin", "/* a /* b */ c */ val u = \"http://${h}/\" // x", " val u = \"http://${h}/\""),
      ("python", "#!/bin/x\nx = '#' # y\n", "\nx = '#'\n"),
      (
        "python",
        "def f():\n    \"\"\"Doc\n    more.\n    \"\"\"\n    return 1",
        "def f():\n\n\n\n    return 1"
      ),
      (
        "python",
        "\"\"\"Module.\"\"\"\nx = \"\"\"kept\"\"\"\n'a' 'b'\nf'{g()}'",
        "\nx = \"\"\"kept\"\"\"\n\nf'{g()}'"
      ),
      (
        "javascript",
        "'use strict';\nlet r = /\\/*x/; // y\nlet t = `// ${a /* c */}`;",
        "'use strict';\nlet r = /\\/*x/;\nlet t = `// ${a }`;"
      ),
      ("javascript", "const e = <a>{/* c */}// text</a>;", "const e = <a>{ }// text</a>;"),
      (
        "typescript",
        "let a: string = '//'; /* x */ let b = <T>c;",
        "let a: string = '//';  let b = <T>c;"
      ),
      (
        "typescript",
        "const e = <a href=\"//x\">{b}</a>; // y",
        "const e = <a href=\"//x\">{b}</a>;"
      ),
      ("go", "// +build x\npackage a\n\nvar s = `// no` // yes", "\npackage a\n\nvar s = `// no`"),
      (
        "c",
        "#define N 16 // size\n#define U \"http://\" /* x */ \"y\"\nchar *s = \"/*\";",
        "#define N 16\n#define U \"http://\"  \"y\"\nchar *s = \"/*\";"
      ),
      (
        "c++",
        "auto s = R\"(// no)\"; // yes\nint a = 1'000; // x",
        "auto s = R\"(// no)\";\nint a = 1'000;"
      ),
      (
        "c#",
        "/// <summary>x</summary>\nvar s = $\"//{a}\"; // y\nvar v = @\"c:\\\"; // z",
        "\nvar s = $\"//{a}\";\nvar v = @\"c:\\\";"
      ),
      ("ruby", "=begin\nx\n=end\ns = \"#{a} # no\" # yes\n", "\n\n\ns = \"#{a} # no\"\n"),
      ("ruby", "a = <<~X\n  # text\nX\n# c", "a = <<~X\n  # text\nX\n"),
      (
        "php",
        "<!-- a -->\n<?php # x\n$a = '// no'; // yes\n?>\n// text",
        "\n<?php\n$a = '// no';\n?>\n// text"
      ),
      (
        "rust",
        "/// Doc.\nfn f() { /* a /* b */ */ let s = r#\"// \"#; } // x",
        "\nfn f() {  let s = r#\"// \"#; }"
      )
    )
    for ((language, text, expected) <- cases)
      assert(without(language, text) == expected, s"$language: $text")
  }

  test("text without comments is the same text") {
    val texts = Seq("", "\n", "a", "int a;  \n\n  ", "int a;\r\nint b; \r\n")
    for (text <- texts) assert(CodeWithoutComments.of("java", text).get eq text)
  }

  test("line ends stay as they are") {
    assert(
      without("java", "int a; // x\r\n/* y\r\n*/\r\nint b;\r\n") == "int a;\r\n\r\n\r\nint b;\r\n"
    )
    assert(without("java", "/* y */") == "")
  }

  test("letters and signs of every script take their one place") {
    val text = "s = \"ä\uD83D\uDE00\u3000\" # ö\nü = 1 # \uD83D\uDE00\n"
    assert(without("python", text) == "s = \"ä\uD83D\uDE00\u3000\"\nü = 1\n")
  }

  test("parts of files are read too") {
    val cases = Seq(
      // A comment begun above, or ended below.
      ("java", " * safe\n */\nvoid f() {\n  g(); // x\n", "\n\nvoid f() {\n  g();\n"),
      (
        "java",
        "  g(\"*/\"); // x\n}\n/**\n * Not a defect: it's \"safe\"\n",
        "  g(\"*/\");\n}\n\n\n"
      ),
      (
        "php",
        "  public function f() {\n    // x\n    return $this->a; # y\n",
        "  public function f() {\n\n    return $this->a;\n"
      ),
      ("php", "$a = 1; // x\n?>\n<p># no</p>", "$a = 1;\n?>\n<p># no</p>"),
      ("python", "it is safe.\n    \"\"\"\n    x = f(y)  # z\n", "\n\n    x = f(y)\n"),
      (
        "python",
        "        return x  # y\n\n    def f(self):\n        # z\n        pass",
        "        return x\n\n    def f(self):\n\n        pass"
      ),
      (
        "javascript",
        "  async f(a) {\n    // x\n    return a;\n  }\n  g() {",
        "  async f(a) {\n\n    return a;\n  }\n  g() {"
      ),
      (
        "c",
        "  if (a) { /* x */\n    return b; // y\n  }\n}\n",
        "  if (a) {\n    return b;\n  }\n}\n"
      ),
      (
        "c#",
        "  public int A { get; } // x\n  public void F()\n",
        "  public int A { get; }\n  public void F()\n"
      ),
      ("ruby", "    x = 1 # y\n  end\nend\n", "    x = 1\n  end\nend\n"),
      ("go", "\treturn a // x\n}\n\nfunc f() {", "\treturn a\n}\n\nfunc f() {"),
      ("rust", "    a.b()?; // x\n  }\n  fn f(&self) {", "    a.b()?;\n  }\n  fn f(&self) {"),
      (
        "kotlin",
        "    a?.b() // x\n  }\n  override fun f() {",
        "    a?.b()\n  }\n  override fun f() {"
      )
    )
    for ((language, text, expected) <- cases)
      assert(without(language, text) == expected, s"$language: $text")
  }

  test("a header of C may be one of C++") {
    val text = "class A : public B { // x\n public:\n  virtual ~A() = default; // y\n};"
    assert(without("c", text) == "class A : public B {\n public:\n  virtual ~A() = default;\n};")
  }

  test("a language without a grammar gives nothing") {
    for (language <- Seq("cobol", "", "markdown", "shell"))
      assert(CodeWithoutComments.of(language, "# x").isEmpty, language)
  }
}
