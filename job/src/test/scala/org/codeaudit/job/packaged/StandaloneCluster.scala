package org.codeaudit.job.packaged

import java.nio.file.attribute.PosixFilePermissions
import java.nio.file.{Files, Path}

/** A master and workers as processes of this machine, each worker with a GPU that is an address and
  * nothing more. Ends all it has started when it is closed.
  */
class StandaloneCluster(folder: Path) extends AutoCloseable {
  private val home: Path = {
    val jars = Files.createDirectories(folder.resolve("spark/jars"))
    Build.sparkJars.foreach(jar => Files.createSymbolicLink(jars.resolve(jar.getFileName), jar))
    jars.getParent
  }

  private val environment: Map[String, String] = Map(
    "SPARK_HOME" -> home.toString,
    "SPARK_SCALA_VERSION" -> "2.13",
    "SPARK_LOCAL_DIRS" -> folder.resolve("local").toString
  )

  private var started: Vector[JvmProcess] = Vector.empty
  private val hook = sys.addShutdownHook(end())

  private val master: JvmProcess =
    start("master", "127.0.0.1", Nil, "org.apache.spark.deploy.master.Master", "--port", "0")

  /** `spark://host:port` */
  val url: String = master.await("Starting Spark master at (spark://\\S+)", 60)

  private var workers: Map[Int, JvmProcess] = Map.empty
  addWorker(0)
  addWorker(1)

  private def start(
      name: String,
      host: String,
      options: Seq[String],
      main: String,
      arguments: String*
  ): JvmProcess = {
    val process = new JvmProcess(
      name,
      folder,
      environment + ("SPARK_LOCAL_IP" -> host),
      Seq("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC") ++ options ++
        Seq("-cp", home.resolve("jars/*").toString, main, "--host", host) ++
        Seq("--webui-port", "0") ++ arguments
    )
    started :+= process
    process
  }

  /** A worker with two cores and the GPU of this address. Each has a host of its own, by name:
    * Spark runs no duplicate of a task on the same host.
    */
  def addWorker(gpu: Int): Unit = {
    val name = s"worker-$gpu-${started.size}"
    val worker = start(
      name,
      s"127.0.0.${gpu + 1}",
      Seq("-Dspark.worker.resource.gpu.amount=1") ++
        Seq(s"-Dspark.worker.resource.gpu.discoveryScript=${discoveryScript(gpu)}"),
      "org.apache.spark.deploy.worker.Worker",
      Seq("--port", "0", "--cores", "2", "--memory", "2g") ++
        Seq("--work-dir", folder.resolve(name).toString, url): _*
    )
    worker.await("(Successfully registered) with master", 60)
    workers += gpu -> worker
  }

  private def discoveryScript(gpu: Int): Path = {
    val script = folder.resolve(s"gpu-$gpu.sh")
    Files.writeString(
      script,
      s"""#!/bin/sh
                                 |echo '{"name": "gpu", "addresses": ["$gpu"]}'
                                 |""".stripMargin
    )
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"))
  }

  /** The executor on the worker with this GPU. */
  def executor(gpu: Int): ProcessHandle =
    JvmProcess.await(s"an executor on GPU $gpu", 60)(workers(gpu).children.headOption)

  /** The executors that run now, by their GPUs. */
  def executors: Map[Int, ProcessHandle] =
    workers.flatMap { case (gpu, worker) => worker.children.headOption.map(gpu -> _) }

  /** `kill -9` of the worker with this GPU. */
  def killWorker(gpu: Int): Unit = workers(gpu).kill()

  /** Hands a job to the cluster, as `spark-submit` does.
    *
    * @param work
    *   takes the driver's log and Spark's event log
    * @param jars
    *   beside the packaged one
    * @param arguments
    *   of the main class
    */
  def submit(
      work: Path,
      main: String,
      jars: Seq[Path],
      settings: Map[String, String],
      arguments: Seq[String]
  ): Submission = {
    val events = Files.createDirectories(work.resolve("events"))
    val all = StandaloneCluster.settings(events) ++ settings
    val process = new JvmProcess(
      "driver",
      work,
      environment + ("SPARK_LOCAL_IP" -> "127.0.0.1"),
      Seq("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC") ++
        Seq("-cp", home.resolve("jars/*").toString, "org.apache.spark.deploy.SparkSubmit") ++
        Seq("--master", url, "--class", main) ++
        (if (jars.isEmpty) Nil else Seq("--jars", jars.mkString(","))) ++
        all.flatMap { case (key, value) => Seq("--conf", s"$key=$value") } ++
        (Build.jar.toString +: arguments)
    )
    started :+= process
    new Submission(process, events)
  }

  override def close(): Unit = {
    hook.remove()
    end()
  }

  private def end(): Unit = {
    val orphans = started.flatMap(_.children)
    started.reverse.foreach(_.kill())
    orphans.foreach(_.destroyForcibly())
  }
}

object StandaloneCluster {

  /** One model per executor, fed by two tasks at a time. */
  private def settings(events: Path): Map[String, String] = Map(
    "spark.driver.host" -> "127.0.0.1",
    "spark.driver.bindAddress" -> "127.0.0.1",
    "spark.ui.enabled" -> "false",
    "spark.executor.cores" -> "2",
    "spark.executor.memory" -> "600m",
    "spark.executor.resource.gpu.amount" -> "1",
    "spark.task.resource.gpu.amount" -> "0.5",
    "spark.executor.extraJavaOptions" -> "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.heartbeatInterval" -> "1s",
    "spark.sql.shuffle.partitions" -> "2",
    // Both executors are there before the first task.
    "spark.cores.max" -> "4",
    "spark.scheduler.minRegisteredResourcesRatio" -> "1.0",
    "spark.eventLog.enabled" -> "true",
    "spark.eventLog.dir" -> events.toUri.toString,
    "spark.eventLog.compress" -> "false",
    "spark.eventLog.rolling.enabled" -> "false"
  )
}
