package org.codeaudit.job.ci

import java.io.File
import java.lang.management.ManagementFactory
import java.nio.file.{Files, Path, StandardCopyOption}
import java.util.concurrent.TimeUnit

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.codeaudit.Long
import org.codeaudit.job.command.CommandSuite

/** The scripts of the templates, run in a clone of a small repository. Code hosts are programs that
  * write down what they are asked; `bin/audit` is the job with a tiny model.
  */
class TemplateRunSuite extends CommandSuite {
  private val json = new ObjectMapper()

  /** The model of random weights finds something grave in it, in line 2. */
  private def code(name: String): String = s"""class $name {
    |  ResultSet find(String n) {
    |    return c.createStatement().executeQuery("select * from u where n = '" + n);
    |  }
    |}
    |""".stripMargin

  /** A request of one commit over a branch that went on meanwhile, and where its runs work. */
  private class Request {
    val home: Path = folder("request").toRealPath()
    private val origin = Files.createDirectory(home.resolve("origin"))
    val source: Path = home.resolve("source")
    val calls: Path = Files.createDirectory(home.resolve("calls"))
    private val programs = Files.createDirectory(home.resolve("programs"))

    git("init", "--quiet", "--initial-branch=main", origin.toString)
    git("clone", "--quiet", origin.toString, source.toString)
    git("checkout", "--quiet", "-B", "main")
    write("README.md", "Users.\n")
    commit("one")
    git("checkout", "--quiet", "-b", "$(touch${IFS}injected);`touch${IFS}injected`")
    write("src/@octocat.java", code("Users"))
    val first: String = commit("two")
    git("checkout", "--quiet", "main")
    write("other/Other.java", code("OtherUsers"))
    val base: String = commit("three")
    git("checkout", "--quiet", first)

    def write(path: String, text: String): Unit = {
      val file = source.resolve(path)
      Files.createDirectories(file.getParent)
      Files.writeString(file, text)
    }

    def git(arguments: String*): String = {
      val identity = Seq("-c", "user.name=A", "-c", "user.email=a@example.org")
      val where = if (Files.exists(source)) source else home
      val (code, said) = run("git" +: (identity ++ arguments), where, Map.empty)
      assert(code === 0, said)
      said.trim
    }

    def commit(message: String): String = {
      git("add", "--all")
      git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", message)
      git("rev-parse", "HEAD")
    }

    def run(command: Seq[String], where: Path, more: Map[String, String]): (Int, String) = {
      val log = Files.createTempFile(home, "log", ".txt")
      val builder = new ProcessBuilder(command.asJava)
        .directory(where.toFile)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile)
        .redirectInput(new File("/dev/null"))
      val environment = builder.environment()
      environment.keySet.removeIf(name => name.startsWith("GIT_") || name.startsWith("SPARK_"))
      environment.putAll(
        Map(
          "HOME" -> home.toString,
          "GIT_CONFIG_NOSYSTEM" -> "1",
          "TINY_MODEL" -> longModel,
          "CALLS" -> calls.toString,
          "PATH" -> s"$programs${File.pathSeparator}${sys.env("PATH")}"
        ).asJava
      )
      environment.putAll(more.asJava)
      val process = builder.start()
      if (!process.waitFor(15, TimeUnit.MINUTES)) {
        process.destroyForcibly()
        fail(s"$command has not ended; see $log")
      }
      (process.exitValue, Files.readString(log))
    }

    /** A program of this name, which scripts find. */
    def program(name: String, text: String): Path = executable(programs.resolve(name), text)

    def executable(place: Path, text: String): Path = {
      Files.createDirectories(place.getParent)
      Files.writeString(place, "#!/usr/bin/env bash\nset -euo pipefail\n" + text)
      assert(place.toFile.setExecutable(true))
      place
    }

    /** `bin/audit` as it is, but for its model: this JVM's classes in a JVM of their own. */
    def audit(place: Path): Path = {
      val inherited = ManagementFactory.getRuntimeMXBean.getInputArguments.asScala.toSeq
        .filterNot(option => option.startsWith("-Xmx") || option.contains("spark.testing"))
      val java = Path.of(System.getProperty("java.home"), "bin", "java").toString
      val words =
        (java +: inherited) ++ Seq("-Xmx1g", "-cp", System.getProperty("java.class.path")) :+
          TinyAudit.getClass.getName.stripSuffix("$")
      executable(
        place,
        words.map(w => "'" + w.replace("'", "'\\''") + "'").mkString(" ") + " \"$@\"\n"
      )
    }

    /** What code hosts were asked since the last time: method, address, and the JSON sent. */
    def asked(): Seq[(String, String, JsonNode)] = {
      val files = entries(calls).toSeq.sorted.filter(_.endsWith(".call"))
      val found = files.map { name =>
        val Array(method, address) = Files.readString(calls.resolve(name)).trim.split(" ", 2)
        val body = Files.readString(calls.resolve(name.stripSuffix("call") + "body"))
        (method, address, json.readTree(if (body.isBlank) "null" else body))
      }
      entries(calls)
        .filter(_.matches(".*\\.(call|body)"))
        .foreach(f => Files.delete(calls.resolve(f)))
      found
    }

    def wasInjected: Boolean = {
      val walk = Files.walk(home)
      try walk.iterator.asScala.exists(_.endsWith("injected"))
      finally walk.close()
    }
  }

  /** Writes a call down, its body from standard input where there is one. */
  private val record =
    """n=$(printf %03d "$(find "$CALLS" -name '*.call' | wc -l)")
      |echo "$method $address" >"$CALLS/$n.call"
      |if [ -n "$body" ]; then cat "$body" >"$CALLS/$n.body"; else : >"$CALLS/$n.body"; fi
      |""".stripMargin

  /** A template whose scripts are run one after the other until one fails. */
  private abstract class Host(val request: Request) {

    /** The exit code of the run for a head, and what it printed. */
    def run(head: String): (Int, String)
  }

  private class GitHub(request: Request) extends Host(request) {
    // What it has is in the files issues and pulls, one comment a line.
    request.program(
      "gh",
      """[ "$1" = api ] && shift
        |method=GET; body=; jq=.
        |while [ $# -gt 0 ]; do
        |  case $1 in
        |    --paginate) ;;
        |    --method) method=$2; shift ;;
        |    --input) body=/dev/stdin; [ "$method" != GET ] || method=POST; shift ;;
        |    --jq) jq=$2; shift ;;
        |    *) address=$1 ;;
        |  esac
        |  shift
        |done
        |[ "$GH_TOKEN" = secret ] || exit 4
        |""".stripMargin + record +
        """if [ "$method" = GET ]; then
          |  kind=$(cut -d/ -f4 <<<"$address")
          |  touch "$CALLS/$kind"
          |  jq -s . "$CALLS/$kind" | jq -c "$jq"
          |fi
          |""".stripMargin
    )
    request.audit(request.home.resolve("code-audit/bin/audit"))

    /** Comments that are there already. */
    def has(kind: String, comments: (String, String)*): Unit = {
      val lines = comments.zipWithIndex.map { case ((user, body), i) =>
        val comment = json.createObjectNode().put("id", i + 7).put("body", body)
        comment.putObject("user").put("login", user)
        comment.toString
      }
      Files.write(request.calls.resolve(kind), lines.asJava)
    }

    override def run(head: String): (Int, String) = {
      val outputs = scala.collection.mutable.Map.empty[String, String]
      val summary = request.home.resolve("step-summary")
      Files.writeString(summary, "")
      val values = Map(
        "github.event.pull_request.base.sha" -> request.base,
        "github.event.pull_request.head.sha" -> head,
        "github.event.pull_request.number" -> "12",
        "github.repository" -> "shop/users",
        "github.token" -> "secret"
      )
      def value(text: String): String = """\$\{\{ (.*?) \}\}""".r.replaceAllIn(
        text,
        found => {
          val name = found.group(1)
          values.getOrElse(name, outputs.getOrElse(name, fail(s"nothing is known of $name")))
        }
      )
      def environment(of: JsonNode): Map[String, String] =
        of.path("env").properties.asScala.map(e => e.getKey -> value(e.getValue.asText)).toMap
      val said = new StringBuilder
      for (step <- Templates.githubScripts) {
        val script = Files.writeString(request.home.resolve("script.sh"), step.path("run").asText)
        val output = request.home.resolve("step-output")
        Files.writeString(output, "")
        val files = Map("GITHUB_OUTPUT" -> output, "GITHUB_STEP_SUMMARY" -> summary)
        val (code, printed) = request.run(
          Seq("bash", "--noprofile", "--norc", "-eo", "pipefail", script.toString),
          request.home,
          environment(Templates.githubJob) ++ environment(step) ++
            files.view.mapValues(_.toString)
        )
        said.append(printed)
        if (code != 0) return (code, said.toString)
        for (line <- Files.readAllLines(output).asScala) {
          val Array(name, text) = line.split("=", 2)
          outputs(s"steps.${step.path("id").asText}.outputs.$name") = text
        }
      }
      (0, said.toString)
    }
  }

  private class GitLab(request: Request) extends Host(request) {
    request.program(
      "curl",
      """method=GET; body=; address=
        |while [ $# -gt 0 ]; do
        |  case $1 in
        |    --silent | --show-error | --fail) ;;
        |    --config) grep -qx 'header = "PRIVATE-TOKEN: secret"'; shift ;;
        |    --header) shift ;;
        |    --request) method=$2; shift ;;
        |    --data) body=${2#@}; shift ;;
        |    *) address=$1 ;;
        |  esac
        |  shift
        |done
        |""".stripMargin + record +
        """case $address in
          |  */user) echo '{"id": 5}' ;;
          |  */versions) echo '[{"base_commit_sha": "b", "start_commit_sha": "s", "head_commit_sha": "h"}]' ;;
          |  */notes\?*) cat "$CALLS/notes" ;;
          |esac
          |""".stripMargin
    )
    request.audit(request.source.resolve(".code-audit/program/bin/audit"))
    Files.writeString(request.source.resolve(".git/info/exclude"), ".code-audit\n")

    def has(notes: (Int, String)*): Unit = {
      val all = json.createArrayNode()
      for (((author, body), i) <- notes.zipWithIndex) {
        val note = all.addObject().put("id", i + 7).put("body", body)
        note.putObject("author").put("id", author)
      }
      Files.writeString(request.calls.resolve("notes"), all.toString)
    }

    override def run(head: String): (Int, String) = run(head, Map("CODE_AUDIT_TOKEN" -> "secret"))

    /** Its own scripts are run in one shell. */
    def run(head: String, token: Map[String, String]): (Int, String) = {
      val script = Files.writeString(
        request.home.resolve("script.sh"),
        Templates.gitlabScripts("script").mkString("set -eo pipefail\n", "\n", "\n")
      )
      request.run(
        Seq("bash", script.toString),
        request.source,
        token ++ Map(
          "CI_COMMIT_SHA" -> head,
          "CI_MERGE_REQUEST_DIFF_BASE_SHA" -> request.base,
          "CI_PROJECT_PATH" -> "shop/users",
          "CI_API_V4_URL" -> "https://gitlab.example/api/v4",
          "CI_PROJECT_ID" -> "3",
          "CI_MERGE_REQUEST_IID" -> "12"
        )
      )
    }
  }

  private val mark = "<!-- code-audit:summary -->"

  private def fingerprint(comment: JsonNode): String =
    "code-audit:([\\w-]+) -->".r.findFirstMatchIn(comment.path("body").asText).get.group(1)

  test("on GitHub a request is reviewed, commented on and held up; a mended one passes", Long) {
    val request = new Request
    val host = new GitHub(request)
    host.has("issues", "somebody" -> s"$mark not ours")
    val (code, said) = host.run(request.first)
    assert(code === 5, said)
    assert(said.contains("::error::Something new of severity high or critical was found"), said)
    val log = json.readTree(request.home.resolve("report/code-audit.sarif").toFile)
    val results = log.at("/runs/0/results")
    assert(
      results.size === 1 && results.toString.contains("%40octocat.java"),
      "only the request's own"
    )
    assert(Files.readString(request.home.resolve("step-summary")).startsWith(mark))
    val posted = request.asked().filter(_._1 != "GET")
    assert(
      posted.map(call => call._1 -> call._2) === Seq(
        "POST" -> "repos/shop/users/issues/12/comments",
        "POST" -> "repos/shop/users/pulls/12/comments"
      )
    )
    val Seq(summary, comment) = posted.map(_._3)
    assert(summary.path("body").asText.contains("The gate new:high is shut by 1 finding."))
    assert(comment.path("path").asText === "src/@octocat.java" && comment.path("line").asInt === 2)
    assert(comment.path("side").asText === "RIGHT")
    assert(comment.path("commit_id").asText === request.first)

    // The same again: nothing is asked of the model, and nothing said twice.
    host.has("issues", "github-actions[bot]" -> summary.path("body").asText)
    host.has("pulls", "github-actions[bot]" -> comment.path("body").asText)
    val (again, heard) = host.run(request.first)
    assert(again === 5 && heard.contains("1 inputs were answered by earlier runs"), heard)
    assert(
      request.asked().filter(_._1 != "GET").map(call => call._1 -> call._2) ===
        Seq("PATCH" -> "repos/shop/users/issues/comments/7")
    )

    Files.delete(request.source.resolve("src/@octocat.java"))
    val mended = request.commit("mended")
    val (passed, heardLast) = host.run(mended)
    assert(passed === 0, heardLast)
    val Seq((_, _, last)) = request.asked().filter(_._1 == "PATCH")
    assert(last.path("body").asText.contains("### Code Audit: nothing found"))
    assert(!request.wasInjected)
  }

  test("on GitLab a request is reviewed, commented on and held up", Long) {
    val request = new Request
    val host = new GitLab(request)
    host.has(9 -> s"$mark not ours")
    val (code, said) = host.run(request.first)
    assert(code === 5, said)
    val report = request.source.resolve(".code-audit/report")
    assert(
      entries(report) === Set("code-quality.json", "code-audit.html", "summary.md", "comments.json")
    )
    val Seq(issue) = json.readTree(report.resolve("code-quality.json").toFile).asScala.toSeq
    assert(issue.at("/location/path").asText === "src/@octocat.java")
    val posted = request.asked().filter(_._1 != "GET")
    val address = "https://gitlab.example/api/v4/projects/3/merge_requests/12"
    assert(
      posted.map(call => call._1 -> call._2) ===
        Seq("POST" -> s"$address/notes", "POST" -> s"$address/discussions")
    )
    val position = posted(1)._3.path("position")
    assert(
      position.toString === """{"position_type":"text","base_sha":"b","start_sha":"s","head_sha":"h",""" +
        """"old_path":"src/@octocat.java","new_path":"src/@octocat.java","new_line":2}"""
    )
    assert(fingerprint(posted(1)._3) === issue.path("fingerprint").asText)

    host.has(5 -> posted.head._3.path("body").asText, 5 -> posted(1)._3.path("body").asText)
    assert(host.run(request.first)._1 === 5)
    assert(
      request.asked().filter(_._1 != "GET").map(call => call._1 -> call._2) ===
        Seq("PUT" -> s"$address/notes/7")
    )
    assert(host.run(request.first, Map.empty)._1 === 5)
    assert(request.asked() === Nil, "without a token nobody is asked")
    assert(!request.wasInjected)
  }

  test("the hook refuses a commit for what is found in it, and lets others be made", Long) {
    val request = new Request
    Files.copy(
      Templates.file("pre-commit"),
      request.source.resolve(".git/hooks/pre-commit"),
      StandardCopyOption.COPY_ATTRIBUTES
    )
    def commit(message: String, more: String*): (Int, String) = {
      val identity = Seq("-c", "user.name=A", "-c", "user.email=a@example.org")
      request.git("add", "--all")
      val command = (Seq("git") ++ identity ++ Seq("commit", "--message", message)) ++ more
      request.run(command, request.source, Map.empty)
    }
    request.write("src/New.java", code("NewUsers"))
    val (unset, why) = commit("not set up")
    assert(unset === 1 && why.contains("git config codeaudit.program"), why)
    request.git("config", "codeaudit.program", "~/bin/audit")
    request.audit(request.home.resolve("bin/audit"))
    for (_ <- 1 to 2) {
      val (refused, said) = commit("grave")
      assert(refused === 1 && said.contains("the commit is refused for what was found"), said)
      assert(said.contains("The gate new:high is shut by 1 finding: high src/New.java:2"), said)
    }
    assert(request.git("rev-parse", "HEAD") === request.first)
    assert(commit("all the same", "--no-verify")._1 === 0)
    request.write("notes.txt", "Nothing to review.\n")
    val (made, said) = commit("harmless")
    assert(made === 0, said)
    assert(entries(request.source.resolve(".git/code-audit")).contains("reviews"))
  }
}
