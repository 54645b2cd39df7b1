package org.codeaudit.job.schedule
import java.nio.file.{Files, Path}

import org.scalatest.funsuite.AnyFunSuite

/** What can be said of the Dockerfile by reading it. */
class DockerfileSuite extends AnyFunSuite {
  private val root = Path.of(System.getProperty("codeaudit.root"))
  private val folder = root.resolve("conf/kubernetes")
  private def text(name: String): String = Files.readString(root.resolve(name))

  /** Instruction and arguments; comments dropped, continued lines joined. */
  private val instructions: Seq[(String, String)] =
    Files
      .readString(folder.resolve("Dockerfile"))
      .linesIterator
      .filterNot(_.startsWith("#"))
      .mkString("\n")
      .replace("\\\n", " ")
      .linesIterator
      .filter(_.nonEmpty)
      .map(_.split(" ", 2))
      .map(parts => parts(0) -> parts(1).trim)
      .toSeq

  private def all(name: String): Seq[String] = instructions.collect { case (`name`, rest) => rest }

  /** The last stage: what ends up in the image. */
  private val image = instructions.drop(instructions.lastIndexWhere(_._1 == "FROM"))

  private def property(name: String): String =
    s"<$name>(.+)</$name>".r.findFirstMatchIn(text("pom.xml")).get.group(1)

  test("every line is an instruction") {
    val known = Set("ARG", "FROM", "RUN", "COPY", "USER", "WORKDIR", "ENV", "ENTRYPOINT", "LABEL")
    assert(instructions.map(_._1).toSet.subsetOf(known))
  }

  test("the container's user is not root, and given by number") {
    val user = image.collect { case ("USER", name) => name }.last
    assert(user.matches("[1-9][0-9]*:[1-9][0-9]*"), user)
  }

  test("nothing is fetched but packages of the distribution and of pip") {
    assert(all("ADD").isEmpty)
    assert(!all("RUN").exists(_.matches("(?s).*(curl|wget|https?://).*")))
  }

  test("no secret is baked in") {
    val named = all("ARG") ++ all("ENV")
    assert(!named.exists(_.matches("(?i).*(token|secret|password|credential|key).*")), named)
    assert(
      all("COPY").forall(copy => !copy.matches("(?i).*(\\.ssh|\\.git|\\.netrc|credential|token).*"))
    )
  }

  test("what is copied exists or is built, and the build's context lets it in") {
    val sources = instructions
      .collect { case ("COPY", rest) if !rest.startsWith("--from") => rest }
      .flatMap(_.split(" +").dropRight(1))
    val allowed = text("conf/kubernetes/Dockerfile.dockerignore").linesIterator
      .filter(_.startsWith("!"))
      .map(_.substring(1))
      .toSet
    val built = text("job/pom.xml")
    for (source <- sources.map(_.stripSuffix("/"))) {
      assert(allowed.contains(source), source)
      if (source.startsWith("job/target/"))
        assert(
          built.contains("${project.build.directory}/" + source.stripPrefix("job/target/")),
          source
        )
      else assert(Files.exists(root.resolve(source)), source)
    }
  }

  test("Spark and libtorch are of the versions the project is built with") {
    val spark = "SPARK_IMAGE=.*:([0-9.]+)-java17(?:@sha256:[0-9a-f]{64})?".r
    assert(all("ARG").collect { case spark(version) => version } === Seq(property("spark.version")))
    assert(all("RUN").exists(_.contains(s"torch==${property("libtorch.version")}")))
  }

  test("base images are named in a version, and may be by digest") {
    val stages = all("FROM").flatMap(_.split(" AS ").drop(1)).toSet + "libtorch-${LIBTORCH}"
    val images = all("FROM").map(_.split(" AS ").head).filterNot(stages)
    val defaults = all("ARG")
      .map(_.split("=", 2))
      .collect { case Array(name, value) =>
        "${" + name + "}" -> value
      }
      .toMap
    val named = images.map(image => defaults.getOrElse(image, image))
    assert(named.size === 3)
    assert(named.filterNot(_.matches("[a-z0-9./-]+:[0-9][\\w.-]*(@sha256:[0-9a-f]{64})?")) === Nil)
  }

  test("stages that are copied from exist") {
    val named = all("FROM").flatMap(_.split(" AS ").drop(1))
    val from = "--from=([^ ]+).*".r
    assert(all("COPY").collect { case from(stage) => stage }.toSet.subsetOf(named.toSet))
    assert(named.contains("libtorch-cuda") && named.contains("libtorch-cpu"))
  }
}
