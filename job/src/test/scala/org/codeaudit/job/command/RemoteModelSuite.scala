package org.codeaudit.job.command

import com.fasterxml.jackson.databind.ObjectMapper
import com.sun.net.httpserver.{HttpExchange, HttpServer}
import java.lang.management.ManagementFactory
import java.net.{InetSocketAddress, URI}
import java.nio.file.{Files, Path}
import java.security.MessageDigest
import java.util.concurrent.{ConcurrentLinkedQueue, TimeUnit}
import java.util.HexFormat
import org.apache.hadoop.fs.RawLocalFileSystem
import org.apache.spark.sql.Row
import org.codeaudit.job.Main
import scala.jdk.CollectionConverters._

/** The local file system under another scheme, so that models are copied from it. */
class ElsewhereFileSystem extends RawLocalFileSystem {
  override def getScheme: String = "elsewhere"
  override def getUri: URI = URI.create("elsewhere:///")
}

/** Commands in a JVM of their own over models that lie elsewhere. */
class RemoteModelSuite extends CommandSuite {
  private val commit = "89abcdef" * 5
  private val model = Path.of(golden("qwen3-tiny"))
  private val names = Seq("config.json", "generation_config.json", "model.safetensors") ++
    Seq("tokenizer.json", "tokenizer_config.json")

  /** A hub with the golden model as `audit/tiny`; the queue holds what was asked for. */
  private def withHub[A](use: (String, ConcurrentLinkedQueue[String]) => A): A = {
    val asked = new ConcurrentLinkedQueue[String]
    val server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0)
    server.createContext(
      "/",
      (exchange: HttpExchange) => {
        val name = exchange.getRequestURI.getPath.split('/').last
        val range = Option(exchange.getRequestHeaders.getFirst("Range"))
        asked.add(name + range.map(" " + _).getOrElse(""))
        val known = if (names.contains(name)) Files.readAllBytes(model.resolve(name)) else listing
        exchange.sendResponseHeaders(200, known.length.toLong)
        try exchange.getResponseBody.write(known)
        finally exchange.close()
      }
    )
    server.start()
    try use(s"http://127.0.0.1:${server.getAddress.getPort}", asked)
    finally server.stop(0)
  }

  private lazy val listing: Array[Byte] = {
    val json = new ObjectMapper
    val document = json.createObjectNode().put("sha", commit)
    val siblings = document.putArray("siblings")
    for (name <- names) {
      val bytes = Files.readAllBytes(model.resolve(name))
      val digest = MessageDigest.getInstance("SHA-1")
      digest.update(s"blob ${bytes.length}\u0000".getBytes)
      val blob = HexFormat.of.formatHex(digest.digest(bytes))
      siblings.addObject().put("rfilename", name).put("size", bytes.length).put("blobId", blob)
    }
    json.writeValueAsBytes(document)
  }

  private def auditProcess(environment: Map[String, String], arguments: String*): Outcome = {
    val (out, err) = (Files.createTempFile("out", ".txt"), Files.createTempFile("err", ".txt"))
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString
    val options = ManagementFactory.getRuntimeMXBean.getInputArguments.asScala
      .filter(option => option.startsWith("--add-") || option.startsWith("-XX:+Ignore"))
    val places =
      Seq(classOf[Main], classOf[RemoteModelSuite], classOf[org.codeaudit.AuditException])
        .map(known => Path.of(known.getProtectionDomain.getCodeSource.getLocation.toURI).toString)
    val command = Seq(java, "-Xmx1g", "-XX:TieredStopAtLevel=1") ++ options ++
      Seq("-Dspark.ui.enabled=false", "-Dspark.driver.host=127.0.0.1") ++
      Seq("-Dspark.driver.bindAddress=127.0.0.1", "org.codeaudit.job.Main") ++ arguments
    val builder = new ProcessBuilder(command: _*)
    val path = (places.distinct :+ System.getProperty("java.class.path")).mkString(":")
    builder.environment().put("CLASSPATH", path)
    environment.foreach { case (name, value) => builder.environment().put(name, value) }
    val process = builder.redirectOutput(out.toFile).redirectError(err.toFile).start()
    assert(process.waitFor(400, TimeUnit.SECONDS))
    Outcome(process.exitValue, Files.readString(out), Files.readString(err))
  }

  private def generate(
      environment: Map[String, String],
      model: String,
      more: String*
  ): Seq[Row] = {
    val out = folder("generate").resolve("tables")
    val outcome = auditProcess(
      environment,
      Seq("generate", "--master", "local[1]", "--model", model, "--prompt", "import os") ++
        Seq("--max-new-tokens", "4", "--out", out.toString) ++ more: _*
    )
    assert(outcome.code === ExitCode.OK, outcome.err)
    withTables(out)(_("generations").collect().toSeq)
  }

  private def column(rows: Seq[Row], name: String) = rows.map(_.getAs[String](name))

  test("a model of the hub is fetched, described, and not fetched again") {
    withHub { (endpoint, asked) =>
      val environment = Map("HF_ENDPOINT" -> endpoint) +
        ("CODE_AUDIT_MODELS" -> folder("models").toString)
      for (_ <- 1 to 2) {
        val outcome = auditProcess(environment, "model", "hf:audit/tiny@main")
        assert(outcome.code === ExitCode.OK, outcome.err)
        assert(outcome.out.contains(s"hf:audit/tiny@$commit"))
        assert(outcome.out.linesIterator.exists(_.matches(s"Revision +$commit")))
      }
      assert(names.forall(name => asked.asScala.count(_ == name) == 1), asked)
      val unknown = auditProcess(environment, "model", "hf:audit/tiny@..")
      assert(unknown.code === ExitCode.USAGE && unknown.err.contains("hf:organisation/name"))
    }
  }

  test(
    "answers of a model of the hub name its commit, and a rerun has the same keys",
    org.codeaudit.Long
  ) {
    withHub { (endpoint, asked) =>
      val environment = Map("HF_ENDPOINT" -> endpoint) +
        ("CODE_AUDIT_MODELS" -> folder("models").toString)
      val first = generate(environment, "hf:audit/tiny")
      assert(column(first, "model_id") === Seq("tiny"))
      assert(column(first, "model_revision") === Seq(commit))
      val again = generate(environment, "hf:audit/tiny")
      assert(column(again, "row_key") === column(first, "row_key"))
      assert(column(again, "text") === column(first, "text"))
      // The driver looked at the header, the executor fetched the file; the rerun neither.
      assert(asked.asScala.count(_ == "model.safetensors") === 1)
      assert(asked.asScala.count(_.startsWith("model.safetensors ")) === 1)
    }
  }

  test(
    "a folder of a Hadoop file system gives the keys that it gives where it lies",
    org.codeaudit.Long
  ) {
    val environment = Map("CODE_AUDIT_MODELS" -> folder("models").toString)
    val setting = s"spark.hadoop.fs.elsewhere.impl=${classOf[ElsewhereFileSystem].getName}"
    val copied = generate(environment, s"elsewhere:$model", "--conf", setting)
    val there = generate(environment, s"file://$model")
    for (name <- Seq("row_key", "model_id", "model_revision", "text"))
      assert(column(copied, name) === column(there, name))
    assert(Files.list(Path.of(environment("CODE_AUDIT_MODELS"), "hadoop")).count === 1)
  }

  test("a model that is nowhere is told apart from those with names") {
    val outcome = audit("model", "qwen2.5-coder-3b")
    assert(outcome.code == 2)
    assert(outcome.err.contains("There is no model qwen2.5-coder-3b"))
    assert(outcome.err.contains("qwen2.5-coder-1.5b, qwen2.5-coder-0.5b, smollm2"))
  }
}
