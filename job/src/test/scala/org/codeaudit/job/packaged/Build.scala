package org.codeaudit.job.packaged

import java.io.File
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

/** What the build has made. */
object Build {
  val root: Path = Path.of(System.getProperty("codeaudit.root"))
  private val target: Path = root.resolve("job/target")

  /** What `spark-submit` takes. */
  val jar: Path = target.resolve("code-audit.jar")

  /** What is in the jar and beside it: CycloneDX, as JSON. */
  val billOfMaterials: Path = target.resolve("code-audit.cdx.json")

  /** libtorch for the CPU. */
  lazy val libtorch: Path = entries(target.resolve("libtorch")).head

  /** Spark with all it brings. */
  lazy val sparkJars: Seq[Path] =
    Files
      .readString(target.resolve("spark.classpath"))
      .strip
      .split(File.pathSeparator)
      .toSeq
      .map(Path.of(_))

  /** Options of a JVM that runs Spark, as an argument of `java`. */
  val jvmOptions: String = "@" + target.resolve("jvm.options")

  val java: String = Path.of(System.getProperty("java.home"), "bin", "java").toString

  /** A new folder below `target` that outlives the suite if a test fails. */
  def workFolder(name: String): Path =
    Files.createTempDirectory(Files.createDirectories(target.resolve("clusters")), name + "-")

  def entries(folder: Path): Seq[Path] = {
    val files = Files.list(folder)
    try files.iterator().asScala.toSeq.sorted
    finally files.close()
  }

  /** All files below a folder. */
  def files(folder: Path): Seq[Path] =
    if (!Files.exists(folder)) Nil
    else {
      val walk = Files.walk(folder)
      try walk.iterator().asScala.filter(Files.isRegularFile(_)).toSeq.sorted
      finally walk.close()
    }

  def delete(folder: Path): Unit = if (Files.exists(folder)) {
    val walk = Files.walk(folder)
    try walk.iterator().asScala.toSeq.reverse.foreach(Files.delete)
    finally walk.close()
  }
}
