package org.codeaudit.syntax.flow

import java.util.regex.Pattern

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.syntax.ParsedCode

class FlowSuite extends AnyFunSuite {

  /** The paths to the line that holds the mark, e.g. {@code a@1 > 2:b[f, g] > 3[h]}. */
  private def paths(language: String, text: String, sources: String*): Set[String] = {
    val line = text.linesIterator.indexWhere(_.contains("SINK")) + 1
    assert(line > 0, text)
    val code = ParsedCode.parse(language, text).get
    Flow
      .of(code)
      .to(line, sources.map(Pattern.compile).asJava)
      .asScala
      .map { path =>
        val steps = path.steps.asScala.map { step =>
          val calls =
            if (step.calls.isEmpty) "" else step.calls.asScala.map(_.name).mkString("[", ", ", "]")
          val name = if (step.name.isEmpty) "" else s":${step.name}"
          s"${step.line}$name$calls"
        }
        s"${path.source}@${path.sourceLine} > ${steps.mkString(" > ")}"
      }
      .toSet
  }

  test("a call is told with the position at which it is given the value") {
    val cases = Seq(
      ("java", "void f(String a) { db.query(a, b); }", Seq("db.query(0)")),
      ("java", "void f(String a) { db.query(sql, a); }", Seq("db.query(1)")),
      ("java", "void f(String a) { run(quote(a.trim())); }", Seq("a.trim()", "quote(0)", "run(0)")),
      (
        "java",
        "String own(String b) { return b; } void f(String a) { run(own(a)); }",
        Seq("own()", "run(0)")
      ),
      ("python", "def f(a):\n  db.execute('x = ?', (a,))\n", Seq("db.execute(1)")),
      ("c", "void f(char *a) { char b[9]; snprintf(b, 9, \"%s\", a); }", Seq("snprintf(3)")),
      ("go", "package a\nfunc f(a string) { db.Query(\"x = $1\", a) }", Seq("db.Query(1)"))
    )
    for ((language, text, calls) <- cases) {
      val line = text.linesIterator.size
      val paths = Flow.of(ParsedCode.parse(language, text).get).to(line, java.util.List.of())
      val told = paths.asScala.filter(_.source == "a").map(_.calls.asScala.map(_.toString).toSeq)
      assert(told.contains(calls), s"$language $text: $paths")
    }
  }

  test("a value is followed through assignments in every language") {
    val cases = Seq(
      (
        "java",
        "void f(Request r) {\n  String a = r.getParameter(\"x\");\n  String b = a.trim();\n  String c = \"k\";\n  run(\"ls \" + b + c); // SINK\n}",
        "r\\.getParameter",
        Set("r.getParameter(\"x\")@2 > 2:a > 3:b[a.trim] > 5[run]")
      ),
      (
        "kotlin",
        "fun f(r: Request) {\n  val a = r.param(\"x\")\n  var b: String\n  b = a\n  run(\"ls $b\") // SINK\n}",
        "r\\.param",
        Set("r.param(\"x\")@2 > 2:a > 4:b > 5[run]")
      ),
      (
        "python",
        "def f():\n  a, k = request.args['x'], 1\n  b = f'ls {a}'\n  b += k\n  run(b)  # SINK\n",
        "request\\.args",
        Set("request.args['x']@2 > 2:a > 3:b > 5[run]")
      ),
      (
        "javascript",
        "app.get('/', (req, res) => {\n  const { a, k } = req.query;\n  let b = `ls ${a}`;\n  run(b); // SINK\n});",
        "req\\.query",
        Set("req.query@2 > 2:a > 3:b > 4[run]")
      ),
      (
        "typescript",
        "function f(req: Request): void {\n  const a: string = req.query.x as string;\n  this.b = a;\n  run(this.b!); // SINK\n}",
        "req\\.query",
        Set("req.query.x@2 > 2:a > 3:this.b > 4[run]")
      ),
      (
        "go",
        "package a\nfunc f(r *http.Request) {\n  a, err := r.FormValue(\"x\"), 1\n  b := fmt.Sprintf(\"ls %s\", a)\n  run(b, err) // SINK\n}",
        "FormValue",
        Set("r.FormValue(\"x\")@3 > 3:a > 4:b[fmt.Sprintf] > 5[run]")
      ),
      (
        "c",
        "void f(void) {\n  char a[9], b[9];\n  char *e = getenv(\"x\");\n  strcpy(a, e);\n  snprintf(b, 9, \"ls %s\", a);\n  system(b); // SINK\n}",
        "getenv",
        Set("getenv(\"x\")@3 > 3:e > 4:a[strcpy] > 5:b[snprintf] > 6[system]")
      ),
      (
        "c++",
        "void f() {\n  std::string a(getenv(\"x\"));\n  auto b = \"ls \" + a;\n  system(b.c_str()); // SINK\n}",
        "getenv",
        Set("getenv(\"x\")@2 > 2:a > 3:b > 4[b.c_str, system]")
      ),
      (
        "c#",
        "class A { void F() {\n  var a = Request.Query[\"x\"];\n  string b = $\"ls {a}\";\n  Run(b); // SINK\n} }",
        "Request\\.Query",
        Set("Request.Query[\"x\"]@2 > 2:a > 3:b > 4[Run]")
      ),
      (
        "ruby",
        "def f\n  a = params[:x]\n  @b = \"ls #{a}\"\n  system(@b) # SINK\nend",
        "params",
        Set("params[:x]@2 > 2:a > 3:this.b > 4[system]")
      ),
      (
        "php",
        "<?php\nfunction f() {\n  $a = $_GET['x'];\n  $b = \"ls $a\";\n  $b .= 'k';\n  system($b); // SINK\n}",
        "\\$_GET",
        Set("$_GET['x']@3 > 3:$a > 4:$b > 6[system]")
      ),
      (
        "rust",
        "fn f() {\n  let a = env::var(\"x\").unwrap();\n  let b = format!(\"ls {}\", a);\n  run(&b); // SINK\n}",
        "env::var",
        Set("env::var(\"x\")@2 > 2:a[unwrap] > 3:b[format!] > 4[run]")
      )
    )
    for ((language, text, source, expected) <- cases)
      assert(paths(language, text, source) == expected, s"$language: $text")
  }

  /** Sources of the paths to the mark in a method of Java, "tainted" being the source. */
  private def ofJava(body: String): Set[String] =
    paths(
      "java",
      s"class A {\n String tainted() { return \"\"; }\n void f(String p) {\n$body\n }\n}",
      "\\btainted\\(\\)"
    ).map(_.takeWhile(_ != '@'))

  test("what a branch assigns is followed where it can be what is read") {
    val cases = Seq(
      "String a = tainted(); a = \"k\";\n run(a); // SINK" -> Set(),
      "String a = \"k\"; if (x) { a = tainted(); }\n run(a); // SINK" -> Set("tainted()"),
      "String a = tainted(); if (x) { a = \"k\"; }\n run(a); // SINK" -> Set("tainted()"),
      "String a = \"k\"; if (x) { a = tainted(); } else {\n run(a); // SINK\n}" -> Set(),
      "String a = \"k\"; if (x) { a = tainted();\n run(a); // SINK\n}" -> Set("tainted()"),
      "String a = x ? p : tainted();\n run(a); // SINK" -> Set("p", "tainted()"),
      "String a = tainted() == p ? \"k\" : \"l\";\n run(a); // SINK" -> Set(),
      "String a = \"k\"; while (x) {\n run(a); // SINK\n a = tainted(); }" -> Set("tainted()"),
      "String a = \"k\";\n run(a); // SINK\n a = tainted();" -> Set(),
      "String a; try { a = tainted(); } catch (E e) { a = p; }\n run(a); // SINK" -> Set(
        "p",
        "tainted()"
      ),
      "for (String a : tainted().split(p)) {\n run(a); // SINK\n}" -> Set("p", "tainted()"),
      "StringBuilder a = new StringBuilder(); a.append(p).append(tainted());\n run(a); // SINK" -> Set(
        "p",
        "tainted()"
      ),
      "List<String> a = new ArrayList<>(); g(p, a); a.forEach(b -> {\n run(b); // SINK\n});" -> Set(),
      "tainted(); String a = p; // tainted()\n run(\"tainted()\" + a); // SINK" -> Set("p"),
      "this.a = tainted(); String a = \"k\";\n run(a); // SINK" -> Set(),
      "this.a = tainted();\n run(a); // SINK" -> Set("tainted()"),
      "a.b = tainted(); a.c = p;\n run(a.c); // SINK" -> Set("p"),
      "if (run(tainted())) { // SINK\n g(p); }" -> Set("tainted()")
    )
    for ((body, expected) <- cases) assert(ofJava(body) == expected, body)
  }

  test("branches that constants rule out are left out") {
    val cases = Seq(
      "int n = 106; String a = (7 * 18) + n > 200 ? \"k\" : tainted();\n run(a); // SINK" -> Set(),
      "int n = 86; String a; if ((7 * 42) - n > 200) a = tainted(); else a = p;\n run(a); // SINK" -> Set(
        "tainted()"
      ),
      "int n = 86; n++; String a; if ((7 * 42) - n > 200) a = tainted(); else a = p;\n run(a); // SINK" -> Set(
        "p",
        "tainted()"
      ),
      "int n = x; String a; if (n > 200) a = tainted(); else a = p;\n run(a); // SINK" -> Set(
        "p",
        "tainted()"
      ),
      "String a = tainted(); if (1 < 2 && !false) { a = p; }\n run(a); // SINK" -> Set("p"),
      "if (\"a\".equals(\"b\")) {\n run(tainted()); // SINK\n}" -> Set(),
      "char c = \"ABC\".charAt(1); String a; switch (c) { case 'A': a = tainted(); break; case 'B': a = p; break; default: a = \"k\"; }\n run(a); // SINK" -> Set(
        "p"
      ),
      "char c = \"ABC\".charAt(0); String a; switch (c) { case 'A': case 'B': a = tainted(); break; default: a = p; }\n run(a); // SINK" -> Set(
        "tainted()"
      ),
      "char c = \"ABC\".charAt(2); String a; switch (c) { case 'A': a = tainted(); break; case 'B': a = \"k\"; default: a = p; }\n run(a); // SINK" -> Set(
        "p"
      ),
      "String a = switch (2) { case 1 -> tainted(); case 2 -> p; default -> \"k\"; };\n run(a); // SINK" -> Set(
        "p"
      ),
      "char c = x; String a; switch (c) { case 'A': a = tainted(); break; default: a = p; }\n run(a); // SINK" -> Set(
        "p",
        "tainted()"
      )
    )
    for ((body, expected) <- cases) assert(ofJava(body) == expected, body)
  }

  test("what is kept under one constant key is told from what is kept under another") {
    val map =
      "Map<String, String> m = new HashMap<>(); m.put(\"a\", \"k\"); m.put(\"b\", tainted()); m.put(\"c\", p);"
    val list = "List<String> l = new ArrayList<>(); l.add(\"k\"); l.add(tainted()); l.add(p);"
    val cases = Seq(
      s"$map\n run(m.get(\"a\")); // SINK" -> Set(),
      s"$map String a = (String) m.get(\"b\");\n run(a); // SINK" -> Set("tainted()"),
      s"$map\n run(m.get(\"d\")); // SINK" -> Set(),
      s"$map\n run(m.get(x)); // SINK" -> Set("p", "tainted()"),
      s"$map fill(m);\n run(m.get(\"a\")); // SINK" -> Set("p", "tainted()"),
      s"$map if (x) { m.put(\"a\", p); }\n run(m.get(\"a\")); // SINK" -> Set("p", "tainted()"),
      s"$list l.remove(0);\n run(l.get(0)); // SINK" -> Set("tainted()"),
      s"$list l.remove(0);\n run(l.get(1)); // SINK" -> Set("p"),
      s"$list\n run(l.get(0)); // SINK" -> Set(),
      s"$list\n run(l.get(n)); // SINK" -> Set("p", "tainted()")
    )
    for ((body, expected) <- cases) assert(ofJava(body) == expected, body)
    assert(
      paths(
        "python",
        "def f(p):\n  d = {}\n  d['a'] = p\n  d['b'] = 'k'\n  run(d['b'])  # SINK\n"
      ) == Set()
    )
    assert(
      paths(
        "python",
        "def f(p):\n  d = []\n  d.append('k')\n  d.append(p)\n  d.pop(0)\n  run(d[0])  # SINK\n"
      ) ==
        Set("p@1 > 4 > 6[run]")
    )
  }

  test("functions of the same code are looked into, and what calls them") {
    val cases = Seq(
      // Gives back what it is given, something else, or a source.
      (
        "java",
        "class A { void f(String p) {\n String a = g(p, 1);\n run(a); // SINK\n }\n String g(String b, int c) {\n String d = b.trim();\n return h(d);\n } }",
        Set("p@1 > 2:b > 6:d[b.trim] > 7:return[h] > 2:a[g] > 3[run]")
      ),
      (
        "java",
        "class A { void f(String p) {\n run(g(p)); // SINK\n }\n String g(String b) {\n return \"k\";\n } }",
        Set()
      ),
      (
        "java",
        "class A { void f(String p) {\n run(new B().g(p)); // SINK\n }\n class B { String g(String b) {\n if (b == null) return x;\n return source(b);\n } } }",
        Set("source(b)@6 > 6:return > 2[new B().g, run]")
      ),
      (
        "java",
        "class A { void f(String p) {\n g(\"k\", p.trim());\n }\n void g(String b, String c) {\n run(c); // SINK\n } }",
        Set("p@1 > 2:c[p.trim, g] > 5[run]")
      ),
      (
        "java",
        "class A { String a = source();\n void f() {\n run(a); // SINK\n } }",
        Set("source()@1 > 1:a > 3[run]")
      ),
      (
        "java",
        "class A { String a;\n A(String p) {\n this.a = p;\n }\n void f() {\n run(a); // SINK\n } }",
        Set("p@2 > 3:this.a > 6[run]")
      ),
      (
        "python",
        "def f(p):\n  run(g(p))  # SINK\ndef g(b):\n  return b\n",
        Set("p@1 > 2:b > 4:return > 2[g, run]")
      ),
      (
        "ruby",
        "def f(p)\n  run(g(p)) # SINK\nend\ndef g(b)\n  b.strip\nend",
        Set("p@1 > 2:b > 5:return[b.strip] > 2[g, run]")
      ),
      (
        "rust",
        "fn f(p: &str) {\n  run(g(p)); // SINK\n}\nfn g(b: &str) -> String {\n  b.trim()\n}",
        Set("p@1 > 2:b > 5:return[b.trim] > 2[g, run]")
      ),
      (
        "javascript",
        "const g = (b) => b + 1;\nfunction f(p) {\n  run(g(p)); // SINK\n}",
        Set("p@2 > 3[g, run]")
      ),
      (
        "kotlin",
        "fun g(b: String) = b.trim()\nfun f(p: String) {\n  run(g(p)) // SINK\n}",
        Set("p@2 > 3:b > 1:return[b.trim] > 3[g, run]")
      )
    )
    for ((language, text, expected) <- cases)
      assert(paths(language, text, "source") == expected, s"$language: $text")
  }

  test("code that is hard to follow gives few paths, and no error") {
    val cases = Seq(
      "void f(String a) {\n" + "a = a + b(a) + a;\n" * 300 + "run(a); // SINK\n}",
      "void f(String a) { while (x) {\n" + (0 until 200)
        .map(i => s"v$i = v${i + 1} + v${i / 2} + a;\n")
        .mkString + "run(v0, v1, v2); // SINK\n} }",
      "void f(String a) { run(" + "(" * 500 + "a" + ")" * 500 + "); // SINK\n}",
      "String f(String a) {\n return f(g(a)); // SINK\n}\nString g(String a) { return f(a); }",
      "x = 1; }\n }\n run(a); // SINK",
      "// SINK",
      ")(}{ // SINK"
    )
    for (text <- cases) {
      val found = paths("java", text, "b")
      assert(found.size <= 32, text.take(80))
    }
    val code = ParsedCode.parse("java", "int a;").get
    for (line <- Seq(-1, 0, 2, 99)) assert(Flow.of(code).to(line, java.util.List.of()).isEmpty)
  }
}
