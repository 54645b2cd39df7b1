package org.codeaudit.job.eval.convert
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.codeaudit.AuditException
import org.codeaudit.finding.Category
import org.scalatest.funsuite.AnyFunSuite

class OwaspBenchmarkSuite extends AnyFunSuite {
  private val abbreviations = Seq("sqli" -> 89, "xss" -> 79)

  private def servlet(name: String) =
    s"""/** OWASP Benchmark. */
       |package org.owasp.benchmark.testcode;
       |@WebServlet(value = "/sqli-00/$name")
       |public class $name extends HttpServlet { // unsafe
       |  String a = request.getParameter("$name");
       |}
       |""".stripMargin

  /** Five real and five clean servlets of two categories. */
  private lazy val checkout: Path = {
    val folder = Files.createTempDirectory("owasp")
    val code = Files.createDirectories(
      folder.resolve("src/main/java/org/owasp/benchmark/testcode")
    )
    val lines = for {
      ((category, cwe), place) <- abbreviations.zipWithIndex
      number <- 0 until 10
    } yield {
      val name = f"BenchmarkTest${place * 10 + number}%05d"
      Files.writeString(code.resolve(s"$name.java"), servlet(name))
      s"$name,$category,${number % 2 == 0},$cwe"
    }
    Files.write(folder.resolve("expectedresults-1.2.csv"), ("# test name, ..." +: lines).asJava)
    folder
  }

  private def units(each: Int, skip: Int = 0, seed: Long = 1) =
    new OwaspBenchmark(checkout)
      .units(new OwaspBenchmark.Sample(each, skip, seed))
      .units
      .asScala
      .toSeq

  test("each category gives as many units with its defect as without, and the same every time") {
    val sample = units(3)
    val groups = sample.groupBy(unit => (unit.labels.size, unit.kind, unit.categories))
    assert(groups.size == 4 && groups.values.forall(_.size == 3))
    assert(sample == units(3) && sample != units(3, seed = 2))
    val clean = sample.filter(_.clean)
    assert(
      clean.map(_.kind.get).toSet == Set(Category.SQL_INJECTION, Category.CROSS_SITE_SCRIPTING)
    )
    assert(sample.filterNot(_.clean).forall(_.labels.get(0).lines.isEmpty))
  }

  test("a set that skips what another takes has the rest, and fewer where there are no more") {
    val (first, second) = (units(3), units(3, skip = 3))
    assert(first.map(_.id).intersect(second.map(_.id)).isEmpty && second.size == 8)
  }

  test("nothing of the benchmark's names is left") {
    val unit = units(1).head
    assert(unit.path == "src/main/java/com/example/app/RequestServlet.java")
    assert(unit.text.text == """package com.example.app;
                               |@WebServlet(value = "/app/RequestServlet")
                               |public class RequestServlet extends HttpServlet {
                               |  String a = request.getParameter("RequestServlet");
                               |}
                               |""".stripMargin)
    assert(unit.lines == 5)
  }

  test("hints go from names and texts, and what means something stays") {
    val table = Seq(
      "new org\n  .owasp\n  .benchmark\n .helpers.Utils()" -> "new com.example.app\n .helpers.Utils()",
      "org.owasp.esapi.ESAPI.encoder()" -> "org.owasp.esapi.ESAPI.encoder()",
      "a();\n  response.setHeader(\"X-XSS-Protection\", \"0\");\nb();" -> "a();\nb();",
      "println(\"Problem executing cmdi - TestCase\");" ->
        "println(\"Problem executing the request\");",
      "println(\"Weak Randomness Test java.util.Random.nextInt() executed\");" ->
        "println(\"Request executed\");",
      "String user = \"SafeDonna\";" -> "String user = \"Donna\";",
      "+ \"' and secure flag set to: false\"" -> "+ \"'\"",
      "cookie.setSecure(false);" -> "cookie.setSecure(false);",
      "new Test().doSomething(a)" -> "new Worker().doSomething(a)",
      "Utils.getInsecureOSCommandString(loader)" -> "Utils.getOSCommandPath(loader)",
      "String bar = \"safe!\";" -> "String bar = \"constant\";"
    )
    for ((hinting, stripped) <- table) {
      assert(OwaspHints.strip(hinting) == stripped)
    }
  }

  test("comments go, and what looks like one in a text stays") {
    val table = Seq(
      "a(); // b\nc();" -> "a();\nc();",
      "  // b\nc();" -> "c();",
      "a();\n  /* b\n   * c */\nd();" -> "a();\nd();",
      "a(/* b */ c);" -> "a( c);",
      "/* a */ b();" -> " b();",
      "s = \"// no\" + '\"' + \"/* no */\"; // yes" -> "s = \"// no\" + '\"' + \"/* no */\";",
      "s = \"\\\"// no\";" -> "s = \"\\\"// no\";",
      "s = \"\"\"\n // \"no\" \"\"\"; // yes" -> "s = \"\"\"\n // \"no\" \"\"\";",
      "a(); /* without end" -> "a();",
      "b = c / d;" -> "b = c / d;"
    )
    for ((code, stripped) <- table) {
      assert(JavaComments.strip(code) == stripped)
    }
  }

  test("a folder that is no checkout, and a line that says something else, are refused") {
    val folder = Files.createTempDirectory("owasp")
    def refused(): AuditException = intercept[AuditException](
      new OwaspBenchmark(folder).units(new OwaspBenchmark.Sample(1, 0, 1))
    )
    assert(refused().errorClass.name == "BENCHMARK_UNREADABLE")
    for (line <- Seq("BenchmarkTest00001,sqli,true,90", "BenchmarkTest00001,other,true,1", "x")) {
      Files.writeString(folder.resolve("expectedresults-1.2.csv"), line)
      assert(refused().getMessage.contains(line))
    }
  }
}
