package org.codeaudit.job.report.html

import java.security.MessageDigest
import java.sql.Timestamp
import java.util.Base64

import scala.jdk.CollectionConverters._

import org.jsoup.Jsoup
import org.jsoup.nodes.{Document, Element}
import org.codeaudit.job.command.Rows
import org.codeaudit.job.series.States

class HtmlReportSuite extends PageSuite {
  private def rows(section: Element, heading: String): Seq[Seq[String]] = {
    val table = section
      .select("table")
      .asScala
      .find(_.select("thead th").eachText.asScala.contains(heading))
      .getOrElse(fail(s"there is no table with $heading"))
    table.select("tbody tr").asScala.toSeq.map(_.children.asScala.map(_.text).toSeq)
  }

  private def figures(document: Document): Map[String, String] =
    document
      .select(".figures > div")
      .asScala
      .map(figure => figure.selectFirst("dt").text -> figure.selectFirst("dd").text)
      .toMap

  test("coverage comes first: files by what became of them, and why") {
    def part(key: String, path: String, unit: Int, more: (String, Any)*) = review(
      key,
      path,
      Seq[(String, Any)]("input_key" -> path, "unit" -> unit, "unit_count" -> 2) ++ more: _*
    )
    val document = Jsoup.parse(
      page(
        Seq(
          part("a0", "A.java", 0),
          part("a1", "A.java", 1),
          part("b0", "B.java", 0),
          part("b1", "B.java", 1, "status" -> "failed", "error_class" -> "OUT_OF_MEMORY"),
          part("c0", "C.java", 0),
          review("d", "D.java", "status" -> "truncated"),
          review("e", "E.png", "status" -> "skipped", "skip_reason" -> "binary"),
          review("f", "F.png", "status" -> "skipped", "skip_reason" -> "binary"),
          review("g", "G.java", "repository" -> "web")
        ),
        Nil
      )
    )
    assert(document.selectFirst("main > section").id === "coverage")
    assert(
      figures(document) === Map(
        "Repositories" -> "2",
        "Files" -> "7",
        "reviewed" -> "2",
        "in part" -> "2",
        "skipped" -> "2",
        "failed" -> "1",
        "Findings" -> "0"
      )
    )
    val coverage = document.getElementById("coverage")
    assert(
      rows(coverage, "Repository").map(_.take(7)) === Seq(
        Seq("app", "6", "1", "2", "2", "1", "16.7 %"),
        Seq("web", "1", "1", "0", "0", "0", "100.0 %")
      )
    )
    assert(
      rows(coverage, "Why").toSet === Set(
        Seq("1", "in part", "an answer was cut at the limit of tokens"),
        Seq("1", "in part", "parts of it were not asked about yet"),
        Seq("2", "skipped", "binary"),
        Seq("1", "failed", "OUT_OF_MEMORY")
      )
    )
    assert(document.getElementById("findings").text.contains("No findings."))
    assert(document.getElementById("filter") === null)
  }

  test("what the last run did not get to is said beside the coverage") {
    val later = "started_at" -> new Timestamp(60000)
    val stopped = run("stopped", later, "stopped_by" -> "time", "inputs_left" -> 1900L)
    val cases = Seq(
      Seq(run("run-1", "inputs_left" -> 0L)) -> "",
      Seq(run("run-1"), stopped) ->
        "The last run used up its budget of time: 1,900 inputs were left",
      Seq(run("run-1"), run("stopped", later, "stopped_by" -> "tokens")) ->
        "budget of tokens: more inputs than could be counted were left",
      Nil -> "The last run did not come to its end"
    )
    for ((runs, words) <- cases) {
      val document = Jsoup.parse(page(Seq(review("a", "A.java")), Nil, runs))
      assert(document.select("#coverage .warning").text.contains(words))
      assert(document.select("#coverage .warning").isEmpty === words.isEmpty)
    }
  }

  private val reviews = Seq(
    review("a", "A.java"),
    review("b", "B.java", "repository" -> "web"),
    review("o", "O.java", "prompt_name" -> "review")
  )

  private val findings = Seq(
    finding("a", "1" * 20, "A.java", "severity" -> "low", "category" -> "weak-hash"),
    finding("a", "2" * 20, "A.java", "line_start" -> 9, "line_end" -> 11),
    finding("a", "2" * 20, "A.java", "finding_id" -> "again", "line_start" -> 4, "line_end" -> 4),
    finding("a", "3" * 20, "A.java", "confidence" -> 0.3),
    finding("b", "2" * 20, "B.java", "repository" -> "web", "severity" -> "critical"),
    finding(
      "o",
      "4" * 20,
      "O.java",
      "prompt_name" -> "review",
      "severity" -> "info",
      "confidence" -> 0.1,
      "cwe" -> null,
      "category" -> "other",
      "side" -> null,
      "line_start" -> null,
      "line_end" -> null
    )
  )

  private lazy val shown = Jsoup.parse(page(reviews, findings))

  private def articles: Seq[Element] = shown.select("#list > article").asScala.toSeq

  test("findings are counted by severity, weakness, check and repository") {
    val numbers = shown.getElementById("numbers")
    def counts(heading: String) = rows(numbers, heading).map(row => row.head -> row(1))
    assert(
      counts("Severity") ===
        Seq("critical" -> "1", "high" -> "2", "medium" -> "0", "low" -> "1", "info" -> "1")
    )
    assert(counts("Weakness") === Seq("CWE-89" -> "4"))
    assert(counts("Check") === Seq("sql-injection" -> "3", "other" -> "1", "weak-hash" -> "1"))
    assert(counts("Repository") === Seq("app" -> "4", "web" -> "1"))
  }

  test("findings that people have decided about are counted apart, and are there with the reason") {
    val decided = Seq(
      finding(
        "a",
        "5" * 20,
        "A.java",
        "suppressed" -> "false-positive",
        "suppressed_by" -> "rules",
        "suppression_reason" -> "<b>no</b> user \u202e reaches it",
        "suppression_decided_by" -> "Ada",
        "suppression_expires" -> "2027-06-30"
      ),
      finding("a", "6" * 20, "A.java", "suppression_note" -> "ignored without a reason")
    )
    val document = Jsoup.parse(page(reviews, decided))
    val figures = document.select(".figures div").asScala.map(_.text).toSeq
    assert(figures.contains("Findings 1") && figures.contains("Suppressed 1"), figures)
    assert(rows(document.getElementById("numbers"), "Check").map(_(1)) === Seq("1"))
    val shown = document.select("#list > article").asScala.toSeq
    assert(shown.map(_.attr("data-suppressed")).sorted === Seq("", "yes"))
    assert(
      shown.map(_.select(".decided").text).toSet === Set(
        "Not suppressed: ignored without a reason",
        "Suppressed: false-positive by rules, decided by Ada, until 2027-06-30: " +
          "<b>no</b> user [U+202E] reaches it"
      )
    )
    assert(document.select("input[name=suppressed]").size === 1)
    assert(checks(document) === Seq("all", "sql-injection (1)"), "as many as are shown at first")
  }

  private def checks(document: Document): Seq[String] =
    document.select("#filter select[name=check] option").eachText.asScala.toSeq

  test("a page of findings that all are suppressed says so, and one without them has no filter") {
    val only = finding(
      "a",
      "5" * 20,
      "A.java",
      "suppressed" -> "accepted",
      "suppressed_by" -> "inline",
      "suppression_reason" -> "so"
    )
    val document = Jsoup.parse(page(reviews, Seq(only)))
    assert(document.getElementById("numbers").text.contains("No findings."))
    assert(document.select("#list > article").size === 1)
    assert(
      document.select(".decided").text === "Suppressed: accepted by a remark in the code: so"
    )
    assert(checks(document) === Seq("all", "sql-injection (0)"))
    assert(shown.select("input[name=suppressed]").isEmpty)
    assert(!shown.getElementById("coverage").text.contains("Suppressed"))
  }

  test("every finding that stands is there with what is known of it, the gravest first") {
    assert(
      articles.map(article => article.attr("data-severity") -> article.selectFirst("h3 a").text) ===
        Seq(
          "critical" -> "B.java, line 3",
          "high" -> "A.java, line 4",
          "high" -> "A.java, lines 9–11",
          "low" -> "A.java, line 3",
          "info" -> "O.java"
        )
    )
    val first = articles.head
    val words = Seq("web", "sql-injection", "CWE-89", "confidence 0.80", "A query is put together.")
    for (word <- words) assert(first.text.contains(word))
    assert(first.selectFirst("pre").text === "query(\"select \" + name);")
    assert(first.select(".string").eachText.asScala === Seq("\"select \""))
    assert(first.selectFirst(".line").attr("data-line") === "3")
    assert(articles.last.text.contains("its code stands on no line"))
  }

  test("each finding has an anchor of its own, made of its fingerprint, and a link to it") {
    val anchors = articles.map(_.id)
    assert(
      anchors.toSet === Set("f-" + "1" * 16, "f-" + "4" * 16) ++
        Seq("", "-2", "-3").map(number => "f-" + "2" * 16 + number)
    )
    assert(articles.map(_.selectFirst("h3 a").attr("href")) === anchors.map("#" + _))
    assert(anchors(1) === "f-" + "2" * 16, "of one file in the order of their lines")
  }

  test("only a probability can be compared with a least confidence") {
    assert(articles.map(_.attr("data-confidence")) === Seq("0.8", "0.8", "0.8", "0.8", ""))
    val range = shown.selectFirst("#filter input[name=confidence]")
    assert(range.attr("min") === "0.5")
    assert(shown.getElementById("filter").text.contains("theirs is no probability"))
  }

  test("runs have their time and tokens, also one that died and one that asked nothing") {
    val document = Jsoup.parse(
      page(
        Seq(
          review("a", "A.java", "prefill_ns" -> 3000000000L, "decode_ns" -> 500000000L),
          review("b", "B.java", "prefill_ns" -> 1000000000L, "decode_ns" -> 500000000L),
          review(
            "c",
            "C.java",
            "run_id" -> "died",
            "started_at" -> new Timestamp(60000),
            "model_id" -> "m",
            "prompt_tokens" -> 70
          )
        ),
        Nil,
        Seq(
          run(
            "run-1",
            "rows" -> 2L,
            "seconds" -> 10.0,
            "prompt_tokens" -> 5000L,
            "generated_tokens" -> 40L,
            "model_id" -> "m"
          ),
          run("nothing", "started_at" -> new Timestamp(120000), "seconds" -> 1.0),
          run("judged", "command" -> "triage")
        )
      )
    )
    val found = rows(document.getElementById("runs"), "Wall time")
    assert(
      found === Seq(
        "1970-01-01 00:00|run-1|m|2|10 s|4.0 s|1.0 s|–|5,000|500|40|4.0",
        "1970-01-01 00:01|died|m|1|–|–|–|–|70|–|0|–",
        "1970-01-01 00:02|nothing|–|0|1.0 s|–|–|–|0|–|0|–"
      ).map(_.split('|').toSeq)
    )
  }

  test("from run to run findings are new, gone and come back, as each run left them") {
    def state(key: String, second: Int, run: String) = review(
      key,
      "A.java",
      "run_id" -> run,
      "started_at" -> new Timestamp(1000L * second)
    )
    val document = Jsoup.parse(
      page(
        Seq(
          state("one", 0, "run-1"),
          state("two", 60, "run-2"),
          state("three", 120, "run-3"),
          review("b", "B.java", "run_id" -> "run-2", "started_at" -> new Timestamp(60000))
        ),
        Seq(
          finding("one", "first", "A.java"),
          finding("one", "second", "A.java"),
          finding("two", "second", "A.java"),
          finding("three", "first", "A.java"),
          finding("three", "unsure", "A.java", "confidence" -> 0.1),
          finding("b", "other", "B.java")
        ),
        Seq(run("run-4", "started_at" -> new Timestamp(180000)))
      )
    )
    assert(
      rows(document.getElementById("runs"), "gone").map(row => Seq(row(1), row(2), row(4))) === Seq(
        Seq("2", "0", "2"),
        Seq("2", "1", "1"),
        Seq("2", "1", "1"),
        Seq("2", "0", "0")
      )
    )
    assert(Jsoup.parse(page(reviews, findings)).text.contains("1 run in all"))
    assert(shown.select("svg.change").isEmpty, "one run is no series")
  }

  test("what a run calls suppressed does not stand after it") {
    def file(name: String, run: Int) = review(
      s"$name$run",
      s"$name.java",
      "run_id" -> s"run-$run",
      "started_at" -> new Timestamp(60000L * run)
    )
    def said(id: String, run: Int, suppressed: String) = Rows.of(
      States.SCHEMA,
      "run_id" -> s"run-$run",
      "stated_at" -> new Timestamp(60000L * run),
      "repository" -> "app",
      "finding_id" -> id,
      "suppressed" -> suppressed
    )
    val document = Jsoup.parse(
      page(
        Seq(file("A", 1), file("B", 2), file("C", 3)),
        Seq(
          finding("A1", "first", "A.java"),
          finding("A1", "second", "A.java"),
          finding("A1", "recorded", "A.java", "suppressed" -> "accepted"),
          finding("B2", "third", "B.java", "suppressed" -> "accepted"),
          finding("C3", "fourth", "C.java")
        ),
        states = Seq(
          said("A1 first", 1, null),
          said("A1 first", 2, "accepted"),
          said("A1 first", 3, null),
          said("A1 second", 2, "false-positive"),
          said("B2 third", 2, null)
        )
      )
    )
    // Standing, gone and new: first and second; third in their place; first again, and fourth.
    assert(
      rows(document.getElementById("runs"), "gone").map(row => Seq(row(1), row(2), row(4))) === Seq(
        Seq("2", "0", "2"),
        Seq("1", "2", "1"),
        Seq("3", "0", "2")
      )
    )
  }

  test("of many runs the latest are shown, each with what it changed") {
    val many = Trend.MOST_RUNS + 5
    val document = Jsoup.parse(
      page(
        (0 until many).map { i =>
          val at = new Timestamp(60000L * i)
          review(s"k$i", s"F$i.java", "run_id" -> f"run-$i%02d", "started_at" -> at)
        },
        (0 until many).map(i => finding(s"k$i", s"print$i", s"F$i.java"))
      )
    )
    val found = rows(document.getElementById("runs"), "gone")
    assert(found.map(_(1)) === (6 to many).map(_.toString))
    assert(found.forall(row => row(2) == "0" && row(4) == "1"))
  }

  test("what repositories and models say stays text, wherever it stands") {
    val texts = PageSuite.hostile
    def said(text: String, columns: String*) =
      ("repository" +: "path" +: columns).map(_ -> text)
    val document = Jsoup.parse(
      page(
        texts.map(text => review(text, text, said(text, "model_id"): _*)) ++
          texts.map { text =>
            val skipped = Seq("path" -> "S", "status" -> "skipped")
            review("s" + text, "S", said(text, "skip_reason") ++ skipped: _*)
          },
        texts.map { text =>
          val prose = Seq("category", "cwe", "message", "suggestion", "quote")
          finding(text, text, text, said(text, prose ++ Seq("commit_id", "model_id"): _*): _*)
        },
        Seq(run("run-1", "model_id" -> texts.head))
      )
    )
    val articles = document.select("#list > article").asScala.toSeq
    assert(articles.map(_.attr("data-repository")).toSet === texts.toSet)
    for (article <- articles) {
      val text = article.attr("data-repository")
      assert(article.selectFirst(".path").wholeText === text)
      assert(article.selectFirst("pre").wholeText.stripLineEnd === text)
      assert(article.select(".message").asScala.forall(_.wholeText.contains(text)))
    }
    assert(document.select("#filter option").eachAttr("value").asScala.toSet === texts.toSet + "")
    assert(rows(document.getElementById("coverage"), "Why").map(_.last).toSet === texts.toSet)
    assert(document.select("script").size === 1)
    assert(document.select("style").size === 1)
    assert(document.select("img, iframe, object, link, base, embed, [src], [style]").isEmpty)
    val attributes =
      document.select("*").asScala.flatMap(_.attributes.asList.asScala).map(_.getKey).toSet
    assert(attributes.forall(name => !name.startsWith("on") && name != "autofocus"))
    assert(document.select("[href]").eachAttr("href").asScala.forall(_.startsWith("#")))
  }

  test("a browser is told to use what stands in the page and nothing else") {
    val policy = shown.selectFirst("meta[http-equiv=Content-Security-Policy]").attr("content")
    def hash(selector: String): String = {
      val text = shown.selectFirst(selector).data
      val digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes("UTF-8"))
      s"'sha256-${Base64.getEncoder.encodeToString(digest)}'"
    }
    val parts = policy.split("; ").map(_.split(" ", 2)).map(part => part(0) -> part(1)).toMap
    assert(parts("default-src") === "'none'")
    assert(parts("script-src") === hash("script"))
    assert(parts("style-src") === hash("style"))
    assert(Seq("base-uri", "form-action").map(parts) === Seq("'none'", "'none'"))
    val first = shown.head.children.asScala.take(2).map(_.attributes.asList.get(0).getKey)
    assert(first === Seq("charset", "http-equiv"), "before anything it is about")
  }

  test("names of marks take the place of marks that have no shape") {
    val said = "evil\u202egpj.exe\u0000"
    val document = Jsoup.parse(
      page(Seq(review("a", said)), Seq(finding("a", "f", said, "message" -> said, "quote" -> said)))
    )
    val article = document.selectFirst("article")
    for (place <- Seq(".path", "pre", ".message"))
      assert(article.selectFirst(place).text === "evil[U+202E]gpj.exe[U+0000]")
  }
}
