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
          val calls = if (step.calls.isEmpty) "" else step.calls.asScala.mkString("[", ", ", "]")
          val name = if (step.name.isEmpty) "" else s":${step.name}"
          s"${step.line}$name$calls"
        }
        s"${path.source}@${path.sourceLine} > ${steps.mkString(" > ")}"
      }
      .toSet
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
}
