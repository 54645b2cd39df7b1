package org.codeaudit.job.packaged

import java.io.{File, IOException}
import java.nio.file.attribute.BasicFileAttributes
import java.nio.file.{FileVisitResult, Files, NoSuchFileException, Path, SimpleFileVisitor}

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

  /** All files below a folder, without those that others take away meanwhile. */
  def files(folder: Path): Seq[Path] = {
    val found = Vector.newBuilder[Path]
    Files.walkFileTree(
      folder,
      new SimpleFileVisitor[Path] {
        override def visitFile(file: Path, attributes: BasicFileAttributes): FileVisitResult = {
          if (attributes.isRegularFile) found += file
          FileVisitResult.CONTINUE
        }
        override def visitFileFailed(file: Path, failure: IOException): FileVisitResult =
          failure match {
            case _: NoSuchFileException => FileVisitResult.CONTINUE
            case _                      => throw failure
          }
        override def postVisitDirectory(place: Path, failure: IOException): FileVisitResult =
          FileVisitResult.CONTINUE
      }
    )
    found.result().sorted
  }

  def delete(folder: Path): Unit = if (Files.exists(folder)) {
    val walk = Files.walk(folder)
    try walk.iterator().asScala.toSeq.reverse.foreach(Files.delete)
    finally walk.close()
  }
}
