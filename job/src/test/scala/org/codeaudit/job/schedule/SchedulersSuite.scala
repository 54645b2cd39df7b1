package org.codeaudit.job.schedule
import java.nio.file.{Files, Path}

import scala.util.Try

import org.codeaudit.job.command.AcceptedArguments
import org.scalatest.funsuite.AnyFunSuite

/** The examples for cron and Airflow. */
class SchedulersSuite extends AnyFunSuite {
  private val root = Path.of(System.getProperty("codeaudit.root"))
  private val cron = Files.readString(root.resolve("conf/cron/code-audit.cron"))
  private val dagFile = root.resolve("conf/airflow/code_audit_dag.py")
  private val dag = Files.readString(dagFile)

  private val entries = cron.linesIterator
    .filterNot(line => line.isEmpty || line.startsWith("#") || line.matches("[A-Z_]+=.*"))
    .toSeq

  test("the cron file has one entry: five fields of time, a user that is not root, a command") {
    val Seq(entry) = entries
    val fields = entry.split(" ", 7)
    assert(fields.take(5).forall(_.matches("[0-9*,/-]+")))
    assert(fields(5).matches("[a-z-]+") && fields(5) != "root")
    assert(!fields(6).contains('%'), "cron takes a percent sign for a line end")
  }

  test("cron's command never runs twice at a time, keeps a log, and its arguments are taken") {
    val command = entries.head
    assert(command.contains("flock --nonblock"))
    assert(command.contains(">>/var/log/code-audit/nightly.log 2>&1"))
    val audit = command.substring(command.indexOf("/bin/audit ") + "/bin/audit ".length)
    AcceptedArguments.parse(audit.substring(0, audit.indexOf(" >>")).split(' ').toSeq)
  }

  test("the files name secrets by path only") {
    for (text <- Seq(cron, dag)) {
      assert(!text.matches("(?is).*(password|secret_key|hf_[a-z0-9]{8}|://[^/\\s]*@).*"))
      val named = "(?:HF_TOKEN_PATH|GIT_CONFIG_GLOBAL)[\"=: ]+([^\\s\"]+)".r
      val paths = named.findAllMatchIn(text).map(_.group(1)).toSeq
      assert(paths.size === 2 && paths.forall(_.startsWith("/")), paths)
    }
  }

  test("the arguments in the DAG are taken, and it never runs twice at a time") {
    val list = dag.substring(dag.indexOf("application_args=[")).takeWhile(_ != ']')
    AcceptedArguments.parse("\"([^\"]*)\"".r.findAllMatchIn(list).map(_.group(1)).toSeq)
    assert(dag.contains("max_active_runs=1") && dag.contains("catchup=False"))
  }

  test("Python can read the DAG") {
    val parse = "import ast, sys; ast.parse(open(sys.argv[1]).read())"
    val started = Try(new ProcessBuilder("python3", "-c", parse, dagFile.toString).start())
    val process = started.getOrElse(cancel("there is no python3"))
    val message = new String(process.getErrorStream.readAllBytes())
    assert(process.waitFor() === 0, message)
  }
}
