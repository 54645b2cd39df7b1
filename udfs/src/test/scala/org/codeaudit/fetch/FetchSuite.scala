package org.codeaudit.fetch
import java.nio.file.{Files, Path}
import java.time.Duration
import java.util.concurrent.{Callable, Executors, TimeUnit}
import org.apache.hadoop.conf.Configuration
import org.codeaudit.AuditException
import org.codeaudit.token.GoldenData
import org.codeaudit.web.Patience
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._
import scala.util.Random

/** What suites of fetching share: models, folders, fetchers and processes. */
abstract class FetchSuite extends AnyFunSuite {

  /** Fails after four attempts and some milliseconds; bears with silence on a busy machine. */
  protected val impatient: Patience =
    new Patience(4, Duration.ofMillis(5), Duration.ofSeconds(3), Duration.ofSeconds(30))

  protected val weights: Array[Byte] = new Random(7).nextBytes(5_000_000)

  /** Files of the shape of a repository; the weights are noise. */
  protected val noise: Map[String, Array[Byte]] = Map(
    "README.md" -> "not needed".getBytes,
    "config.json" -> """{"model_type": "none"}""".getBytes,
    "tokenizer.json" -> new Random(8).nextBytes(300_000),
    "model.safetensors" -> weights,
    "pytorch_model.bin" -> "not needed".getBytes
  )

  /** A real checkpoint. */
  protected lazy val golden: Map[String, Array[Byte]] = {
    val names = Seq("config.json", "generation_config.json", "model.safetensors") ++
      Seq("tokenizer.json", "tokenizer_config.json")
    names
      .map(name =>
        name -> Files.readAllBytes(GoldenData.folder.resolve("qwen3-tiny").resolve(name))
      )
      .toMap
  }

  protected def withHub[A](files: Map[String, Array[Byte]])(use: HubServer => A): A = {
    val hub = new HubServer(files, large = Set("model.safetensors", "model.gguf"))
    try use(hub)
    finally hub.close()
  }

  protected def folder(): Path = Files.createTempDirectory("fetch")

  protected def fetcher(
      hub: HubServer,
      models: Path,
      environment: (String, String)*
  ): ModelFetcher =
    fetcher(models, environment :+ ("HF_ENDPOINT" -> hub.endpoint): _*)

  protected def fetcher(models: Path, environment: (String, String)*): ModelFetcher =
    fetcher(impatient, models, environment: _*)

  protected def fetcher(
      patience: Patience,
      models: Path,
      environment: (String, String)*
  ): ModelFetcher =
    new ModelFetcher(
      (environment :+ ("CODE_AUDIT_MODELS" -> models.toString)).toMap.asJava,
      models.resolve("no-home"),
      () => new Configuration(),
      patience
    )

  protected def fetch(fetcher: ModelFetcher, reference: String): LocalModel =
    fetcher.local(ModelReference.parse(reference))

  protected def refused(errorClass: String)(body: => Any): String = {
    val error = intercept[AuditException](body)
    assert(error.errorClass.name === errorClass, error.getMessage)
    error.getMessage
  }

  /** Names and bytes of a folder's files. */
  protected def contents(folder: Path): Map[String, Seq[Byte]] = {
    val files = Files.list(folder)
    try
      files
        .iterator()
        .asScala
        .map(file => file.getFileName.toString -> Files.readAllBytes(file).toSeq)
        .toMap
    finally files.close()
  }

  protected def needed(files: Map[String, Array[Byte]]): Map[String, Seq[Byte]] =
    (files - "README.md" - "pytorch_model.bin").map { case (name, bytes) => name -> bytes.toSeq }

  protected def named(folder: Path, name: String): Seq[Path] = {
    val files = Files.walk(folder)
    try files.iterator().asScala.filter(_.getFileName.toString == name).toList
    finally files.close()
  }

  protected def together[A](count: Int)(body: Int => A): Seq[A] = {
    val threads = Executors.newFixedThreadPool(count)
    try {
      val tasks = (0 until count).map(i => (() => body(i)): Callable[A])
      threads.invokeAll(tasks.asJava).asScala.map(_.get(60, TimeUnit.SECONDS)).toSeq
    } finally threads.shutdownNow()
  }

  /** A JVM of its own that runs a class of the tests. */
  protected def process(
      main: String,
      environment: Map[String, String],
      arguments: String*
  ): (Process, Path) = {
    val places = Seq(classOf[ModelFetcher], classOf[FetchSuite], classOf[AuditException])
      .map(known => Path.of(known.getProtectionDomain.getCodeSource.getLocation.toURI).toString)
    val output = Files.createTempFile("process", ".out")
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString
    val command = Seq(java, "-Xmx512m", "-XX:TieredStopAtLevel=1", main) ++ arguments
    val builder = new ProcessBuilder(command: _*)
    builder
      .environment()
      .put("CLASSPATH", (places.distinct :+ System.getProperty("java.class.path")).mkString(":"))
    environment.foreach { case (name, value) => builder.environment().put(name, value) }
    (builder.redirectErrorStream(true).redirectOutput(output.toFile).start(), output)
  }
}

/** Fetches the model its argument names and prints where it lies. */
object FetchProcess {
  def main(arguments: Array[String]): Unit =
    println(ModelFetcher.ofProcess().local(ModelReference.parse(arguments(0))).path)
}

/** Loads the model its argument names as an executor does and prints what was loaded. */
object LoadProcess {
  def main(arguments: Array[String]): Unit = {
    import org.codeaudit.model.{ModelSettings, Precision}
    val settings = new ModelSettings(arguments(0), Precision.F32, 1024, 1)
    val loaded = new org.codeaudit.udf.setting.CheckpointLoader()
      .load(settings, org.codeaudit.generate.EngineSettings.DEFAULT)
    val description = loaded.model.description
    println(s"${description.id} ${description.revision} ${description.parameters}")
    loaded.model.close()
    loaded.tokenizer.close()
  }
}
