package org.codeaudit.job.report.html
import java.nio.file.{Files, Path}
import java.security.MessageDigest
import java.sql.Timestamp
import java.util.Base64
import java.util.concurrent.TimeUnit

import scala.jdk.CollectionConverters._

import org.codeaudit.Long
import org.jsoup.Jsoup

/** The page in Chromium, where there is one: what its script does, and what no script can. */
class HtmlReportBrowserSuite extends PageSuite {
  private lazy val chromium: Path = sys.env
    .getOrElse("PATH", "")
    .split(java.io.File.pathSeparator)
    .flatMap(folder => Seq("chromium", "chromium-browser").map(Path.of(folder).resolve(_)))
    .find(Files.isExecutable(_))
    .getOrElse(cancel("there is no chromium"))

  /** What a script says after the page was loaded, as its last expression. The script is let in by
    * the page's own policy, like that of the page.
    */
  private def said(name: String, html: String, script: String): String = {
    val folder = Files.createDirectories(Path.of("target/pages"))
    val waiting =
      s"""
      let violations = 0;
      addEventListener("securitypolicyviolation", () => violations++);
      const soon = (time) => new Promise((done) => setTimeout(done, time));
      addEventListener("load", async () => {
        let said;
        try { said = await (async () => { $script })(); } catch (error) { said = String(error); }
        document.documentElement.dataset.said = said + "; violations: " + violations;
      });
      """
    val digest = MessageDigest.getInstance("SHA-256").digest(waiting.getBytes("UTF-8"))
    val hash = s"&#39;sha256-${Base64.getEncoder.encodeToString(digest)}&#39;"
    val let = html.replace("script-src ", s"script-src $hash ")
    assert(let !== html)
    val written = Files.writeString(
      folder.resolve(s"$name.driven.html"),
      let.replace("<title>", s"<script>$waiting</script><title>")
    )
    Files.writeString(folder.resolve(s"$name.html"), html)
    val out = folder.resolve(s"$name.dom.html")
    val process = new ProcessBuilder(
      chromium.toString,
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      s"--user-data-dir=${Files.createTempDirectory("chromium")}",
      "--virtual-time-budget=60000",
      "--dump-dom",
      written.toUri.toString
    ).redirectOutput(out.toFile).redirectError(ProcessBuilder.Redirect.DISCARD).start()
    try assert(process.waitFor(30, TimeUnit.MINUTES), "Chromium does not end")
    finally process.destroyForcibly()
    Jsoup.parse(out.toFile).selectFirst("html").attr("data-said")
  }

  private val code = Seq(
    "java" -> "List<User> find(String name) {\n  return query(\"select \" + name, 12); // all",
    "python" -> "def load(path):\n    return open(base + path, 'rb').read()",
    "go" -> ("for i := 0; i < len(items); i++ {\n\tresult = append(result, items[i]) // " +
      "long ".repeat(60) + "\n}"),
    "c" -> "char *name = malloc(size * sizeof(char)); strcpy(name, source);"
  )

  private val severities = Seq("critical", "high", "medium", "medium", "low", "low", "info")

  /** As many findings as a page has to bear, in a folder of several runs. */
  private def large(count: Int): String = {
    val files = count / 10
    val runs = 8
    def in(i: Int): Seq[(String, Any)] = Seq(
      "repository" -> s"team-${i % 7}/service-${i % 7}",
      "run_id" -> s"2026110${i % runs + 1}T010000-0a1b2c3d",
      "model_id" -> "qwen2.5-coder-7b-instruct"
    )
    def path(i: Int) = s"src/main/java/org/example/module${i % 40}/Part$i.java"
    def at(i: Int) = new Timestamp(1793494800000L + 86400000L * (i % runs))
    val reviews = (0 until files).map { i =>
      val status = if (i % 50 == 0) "failed" else if (i % 9 == 0) "skipped" else "ok"
      review(
        s"r$i",
        path(i),
        in(i) ++ Seq(
          "status" -> status,
          "skip_reason" -> (if (status == "skipped") "generated code" else null),
          "error_class" -> (if (status == "failed") "TIMEOUT" else null),
          "started_at" -> at(i),
          "prefill_ns" -> 1500000000L,
          "decode_ns" -> 300000000L,
          "prompt_tokens" -> 900,
          "generated_tokens" -> 40
        ): _*
      )
    }
    val checks = Seq("sql-injection" -> "CWE-89", "path-traversal" -> "CWE-22", "other" -> null)
    val findings = (0 until count).map { i =>
      val (language, quote) = code(i % code.size)
      val (check, weakness) = checks(i % checks.size)
      finding(
        s"r${i % files}",
        f"$i%08x" * 4,
        path(i % files),
        in(i % files) ++ Seq(
          "language" -> language,
          "quote" -> quote,
          "category" -> check,
          "cwe" -> weakness,
          "severity" -> severities(i % severities.size),
          "confidence" -> (0.5 + i % 50 / 100.0),
          "line_start" -> (i % 900 + 1),
          "line_end" -> (i % 900 + 2),
          "message" -> (s"Finding number$i: the value of `name` reaches the query unchecked, " +
            "so whoever gives it can read what they should not."),
          "suggestion" -> "Bind it as a parameter: `prepareStatement(\"... where name = ?\")`."
        ): _*
      )
    }
    val ended = (1 until runs).map { i =>
      run(
        s"2026110${i}T010000-0a1b2c3d",
        "rows" -> 125L,
        "seconds" -> 340.0,
        "model_id" -> "qwen2.5-coder-7b-instruct",
        "prompt_tokens" -> 112500L,
        "generated_tokens" -> 5000L,
        "started_at" -> at(i - 1)
      )
    }
    page(reviews, findings, ended)
  }

  private val shown = """[...document.querySelectorAll("#list > article")]
    .filter((finding) => !finding.hidden)"""

  private def set(field: String, value: String): String =
    s"""document.forms[0].elements["$field"].value = "$value";
       document.forms[0].dispatchEvent(new Event("input", {bubbles: true})); await soon(500);"""

  private val reset = """document.forms[0].reset(); await soon(500);"""

  test("ten thousand findings are filtered by every field, and a link shows its own", Long) {
    val html = large(10000)
    val document = Jsoup.parse(html)
    val articles = document.select("#list > article").asScala.toSeq
    assert(articles.size === 10000)
    def count(attribute: String, value: String) =
      articles.count(_.attr(attribute) == value)
    val repository = "team-3/service-3"
    val low = articles.find(_.attr("data-severity") == "low").get.id
    val script =
      s"""
      const counts = [];
      const count = () => counts.push($shown.length);
      count();
      ${set("text", "NUMBER77: query")} count();
      $reset count();
      ${set("repository", repository)} count();
      $reset
      ${set("check", "path-traversal")} count();
      $reset
      ${set("confidence", "0.9")} count();
      $reset
      for (const box of document.forms[0].elements.severity) box.checked = box.value === "high";
      document.forms[0].dispatchEvent(new Event("input", {bubbles: true})); await soon(500);
      count();
      counts.push(document.forms[0].elements.shown.value);
      location.hash = "$low"; await soon(500);
      count();
      counts.push(document.querySelector(":target").id);
      return counts.join(" ");
      """
    val sure = articles.count(_.attr("data-confidence").toDouble >= 0.9)
    val high = count("data-severity", "high")
    assert(
      said("large", html, script) ===
        s"10000 1 10000 ${count("data-repository", repository)} " +
        s"${count("data-check", "path-traversal")} $sure $high " +
        f"$high%,d of 10,000 findings 10000 $low; violations: 0"
    )
  }

  test("suppressed findings are shown once that is ticked, or where a link leads to one", Long) {
    val decided = Seq(
      "suppressed" -> "accepted",
      "suppressed_by" -> "rules",
      "suppression_reason" -> "so"
    )
    val html = page(
      Seq(review("a", "A.java")),
      Seq(
        finding("a", "1" * 20, "A.java"),
        finding("a", "2" * 20, "A.java", decided: _*),
        finding("a", "3" * 20, "A.java", decided: _*)
      )
    )
    val linked = Jsoup.parse(html).selectFirst("article[data-suppressed=yes]").id
    val script = s"""
      const said = [];
      const look = () => said.push($shown.length, document.forms[0].elements.shown.value);
      const tick = async (is) => {
        document.forms[0].elements.suppressed.checked = is;
        document.forms[0].dispatchEvent(new Event("input", {bubbles: true})); await soon(500);
      };
      look();
      await tick(true); look();
      await tick(false); look();
      location.hash = "$linked"; await soon(500); look();
      $reset look();
      return said.join(" ");
    """
    val hidden = "1 1 of 1 finding, and 2 suppressed that are not shown"
    assert(
      said("suppressed", html, script) ===
        Seq(hidden, "3 3 of 3 findings", hidden, "3 3 of 3 findings", hidden)
          .mkString("", " ", "; violations: 0")
    )
  }

  test("nothing that repositories and models say runs or gets out of its place", Long) {
    val texts = PageSuite.hostile :+ ("wide" * 200) :+ "\u202eevil\u0000"
    val reviews = texts.zipWithIndex.map { case (text, i) =>
      review(s"r$i", text, "repository" -> text, "model_id" -> text)
    }
    val findings = texts.zipWithIndex.map { case (text, i) =>
      val columns =
        Seq("repository", "category", "cwe", "message", "suggestion", "quote", "suppression_note")
      finding(s"r$i", s"f$i", text, columns.map(_ -> text): _*)
    }
    val script = s"""
      await soon(500);
      return [
        String(window.stolen),
        $shown.length,
        document.scripts.length,
        document.documentElement.scrollWidth <= document.documentElement.clientWidth,
        document.querySelectorAll("img, [onload], [onerror], [onfocus], [onmouseover]").length
      ].join(" ");
    """
    assert(
      said("hostile", page(reviews, findings), script) ===
        s"undefined ${texts.size} 2 true 0; violations: 0"
    )
  }
}
