package org.codeaudit.job.ci

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import org.codeaudit.job.command.AcceptedArguments
import org.scalatest.funsuite.AnyFunSuite

/** What can be said of the templates by reading them. */
class TemplatesSuite extends AnyFunSuite {
  import Templates._

  private def after(arguments: Seq[String], option: String): Option[String] =
    arguments.lift(arguments.indexOf(option) + 1).filter(_ => arguments.contains(option))

  test("the command line takes every call, and there are a review and a report in each") {
    val found = calls.map { case (name, arguments) => name -> arguments.head }
    assert(
      found === Seq("github.yml" -> "review", "github.yml" -> "report") ++
        Seq("gitlab.yml" -> "review", "gitlab.yml" -> "report", "pre-commit" -> "review")
    )
    for ((name, arguments) <- calls) withClue(name)(AcceptedArguments.parse(arguments))
  }

  test("reviews name the model and the repository, and what is new and grave fails") {
    for ((name, arguments) <- calls if arguments.head == "review") {
      assert(after(arguments, "--model").contains("qwen2.5-coder-1.5b"), name)
      assert(after(arguments, "--source-option").exists(_.startsWith("repository=$")), name)
      assert(after(arguments, "--max-time").isDefined, name)
    }
    for (name <- names)
      assert(calls.filter(_._1 == name).last._2.containsSlice(Seq("--fail-on", "new:high")), name)
  }

  test("a report is of the run that was made, and each host has its list") {
    for (name <- Seq("github.yml", "gitlab.yml")) {
      val Seq(review, report) = calls.filter(_._1 == name).map(_._2)
      assert(after(review, "--out").contains(report(1)))
      assert(report.contains("--last-run"))
      assert(
        after(report, "--repository").map("repository=" + _) === after(review, "--source-option")
      )
      assert(report.contains("--markdown") && report.contains("--comments"))
      assert(report.contains("--sarif") === (name == "github.yml"))
      assert(report.contains("--code-quality") === (name == "gitlab.yml"))
    }
  }

  test("bash can read every script") {
    for ((name, script) <- scripts) {
      val file = Files.writeString(Files.createTempFile("script", ".sh"), script)
      val process =
        new ProcessBuilder("bash", "-n", file.toString).redirectErrorStream(true).start()
      val message = new String(process.getInputStream.readAllBytes())
      assert(process.waitFor() === 0, s"$name: $message")
    }
  }

  test("nothing of an expression stands in a script: values come by the environment") {
    for ((name, script) <- scripts) assert(!script.contains("${{"), name)
  }

  test("nothing that a person can word is asked of the hosts") {
    val worded =
      "(?i)(head_ref|base_ref|head\\.ref|base\\.ref|head\\.label|title|\\.body\\b|message" +
        "|branch_name|ref_name|actor|_description|labels|user_name|user_email|commit_author)"
    for (name <- Seq("github.yml", "gitlab.yml")) {
      val variables = """\$\{\{[^}]*\}\}|\$\{?(?:CI|GITHUB)_[A-Z_]+""".r
      val asked = variables.findAllIn(text(name)).toSeq
      assert(asked.nonEmpty && asked.filter(worded.r.findFirstIn(_).isDefined) === Nil)
    }
  }

  test("variables of GitLab are quoted where a shell would part them") {
    for (
      script <- gitlabScripts("before_script") ++ gitlabScripts("script");
      line <- script.linesIterator if !line.matches("\\s*\\w+=[^ ]*")
    ) {
      val bare = line.replaceAll("\"[^\"]*\"", "").replaceAll("'[^']*'", "")
      assert("\\$\\{?(CI_|CODE_AUDIT)".r.findFirstIn(bare).isEmpty, line)
    }
  }

  test("GitHub runs it for pull requests alone, never with the rights of the target branch") {
    // YAML 1.1 takes the key for a boolean.
    val on = Option(github.get("on")).getOrElse(github.get("true"))
    assert(on.fieldNames.asScala.toSeq === Seq("pull_request"))
    assert(github.path("permissions").size === 0)
    val rights = githubJob.path("permissions").properties.asScala.map { right =>
      right.getKey -> right.getValue.asText
    }
    assert(
      rights.toMap ===
        Map("contents" -> "read", "pull-requests" -> "write", "security-events" -> "write")
    )
    assert(
      githubJob.has("timeout-minutes") && github.at("/concurrency/cancel-in-progress").asBoolean
    )
  }

  test("actions are pinned by commit, with the version beside it, and one action in one version") {
    val used = "(?m)^ +uses: (\\S+)(.*)$".r.findAllMatchIn(text("github.yml")).toSeq
    assert(used.size === githubSteps.count(_.has("uses")) && used.size > 5)
    for (action <- used) {
      assert(action.group(1).matches("[\\w.-]+(/[\\w.-]+)+@[0-9a-f]{40}"), action)
      assert(action.group(2).matches(" # v\\d+\\.\\d+\\.\\d+"), action)
    }
    val versions = used.map(_.group(1).split("@")).groupMap(_(0).split("/").take(2).toSeq)(_(1))
    assert(versions.values.forall(_.distinct.size == 1), versions)
    assert(gitlabJob.path("image").asText.matches("[\\w/.-]+:\\d+\\.\\d+\\.\\d+-[\\w.-]+-17"))
  }

  test("the history is fetched, and no checkout leaves credentials behind") {
    val checkouts = githubSteps.filter(_.path("uses").asText.startsWith("actions/checkout@"))
    assert(checkouts.size === 2)
    for (checkout <- checkouts)
      assert(checkout.path("with").path("persist-credentials").toString === "false")
    assert(checkouts.head.at("/with/fetch-depth").asText === "0")
    assert(gitlabJob.at("/variables/GIT_DEPTH").asText === "0")
  }

  test("the series of a request and the model are kept between runs, also after a failure") {
    val caches = githubSteps.filter(_.path("uses").asText.startsWith("actions/cache"))
    assert(
      caches
        .map(_.at("/with/path").asText) === Seq("~/.cache/code-audit/models", "series", "series")
    )
    val Seq(_, restore, save) = caches
    assert(restore.at("/with/key") === save.at("/with/key"))
    assert(restore.at("/with/key").asText.startsWith(restore.at("/with/restore-keys").asText))
    assert(save.path("if").asText.startsWith("always()"))
    val Seq(programs, series) = gitlabJob.path("cache").elements.asScala.toSeq
    assert(programs.path("paths").get(0).asText === ".code-audit/models/")
    assert(
      gitlabJob.at("/variables/CODE_AUDIT_MODELS").asText === "$CI_PROJECT_DIR/.code-audit/models"
    )
    assert(series.path("key").asText.endsWith("$CI_MERGE_REQUEST_IID"))
    assert(series.path("when").asText === "always")
    assert(series.path("paths").get(0).asText === ".code-audit/series/")
  }

  test("what is uploaded is what was written") {
    def asked(name: String, option: String): String =
      calls.filter(_._1 == name).flatMap { case (_, arguments) => after(arguments, option) }.head
    val upload = githubSteps.find(_.path("uses").asText.contains("upload-sarif")).get
    assert(upload.at("/with/sarif_file").asText === asked("github.yml", "--sarif"))
    assert(
      gitlabJob.at("/artifacts/reports/codequality").asText === asked(
        "gitlab.yml",
        "--code-quality"
      )
    )
  }

  test("the hook can be executed, and each template says where it goes") {
    assert(Files.isExecutable(file("pre-commit")))
    for (
      (name, place) <- names.zip(
        Seq(".github/workflows/", ".gitlab-ci.yml", ".git/hooks/pre-commit")
      )
    )
      assert(text(name).contains(place), name)
  }
}
