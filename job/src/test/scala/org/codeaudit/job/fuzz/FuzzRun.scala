package org.codeaudit.job.fuzz

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Try

/** What fuzzing one target came to.
  *
  * @param edges
  *   of the product's code that inputs reached, as the fuzzer counts them
  * @param corpus
  *   inputs that reach something no other does
  * @param failure
  *   what broke the property, and where the input lies
  */
case class FuzzRun(
    target: String,
    executions: Long,
    edges: Long,
    corpus: Long,
    failure: Option[String]
)

object FuzzRun {
  private val Fuzzer = "com.code_intelligence.jazzer.Jazzer"
  private val Progress = """#(\d+)\s.*cov: (\d+) ft: \d+ corp: (\d+)/.*""".r

  def available: Boolean = Try(Class.forName(Fuzzer, false, getClass.getClassLoader)).isSuccess

  /** Runs the fuzzer in a process of its own, which it ends. */
  def of(target: FuzzTarget, seconds: Int): FuzzRun = {
    val folder = Path.of("target", "fuzz", target.name).toAbsolutePath
    val found = Files.createDirectories(folder.resolve("corpus"))
    val log = folder.resolve("log")
    val command = Seq(
      Path.of(System.getProperty("java.home"), "bin", "java").toString,
      "-ea",
      "-Xmx2g",
      "-XX:+UseSerialGC",
      s"-Djava.io.tmpdir=${System.getProperty("java.io.tmpdir")}",
      "-cp",
      System.getProperty("java.class.path"),
      Fuzzer,
      s"--target_class=${target.getClass.getName.stripSuffix("$")}",
      "--instrumentation_includes=org.codeaudit.**",
      s"--instrumentation_excludes=${getClass.getPackageName}.**",
      "--custom_hook_includes=org.codeaudit.**",
      s"--custom_hook_excludes=${getClass.getPackageName}.**",
      s"--reproducer_path=$folder",
      s"-artifact_prefix=$folder/",
      s"-max_total_time=$seconds",
      "-timeout=60",
      "-rss_limit_mb=6000",
      "-use_value_profile=1"
    ) ++ Corpora.dictionary(target).map(words => s"-dict=$words") ++
      Seq(found.toString, Corpora.folder(target).toString)
    val process = new ProcessBuilder(command.asJava)
      .redirectErrorStream(true)
      .redirectOutput(log.toFile)
      .start()
    val code =
      try process.waitFor()
      finally process.destroy()
    read(target.name, code, Files.readString(log).linesIterator.toSeq, log)
  }

  private def read(target: String, code: Int, log: Seq[String], file: Path): FuzzRun = {
    val (executions, edges, corpus) = log.reverseIterator
      .collectFirst { case Progress(executions, edges, corpus) =>
        (executions.toLong, edges.toLong, corpus.toLong)
      }
      .getOrElse((0L, 0L, 0L))
    val what = log.find(line => line.startsWith("== ") || line.contains("ERROR: libFuzzer"))
    val failure = Option.when(code != 0)(s"${what.getOrElse(s"exit $code")}, see $file")
    FuzzRun(target, executions, edges, corpus, failure)
  }
}
