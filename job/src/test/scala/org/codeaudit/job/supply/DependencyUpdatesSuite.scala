package org.codeaudit.job.supply
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Using

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper
import org.scalatest.funsuite.AnyFunSuite

/** What asks for newer versions of what we build on: it must know every place that names some. */
class DependencyUpdatesSuite extends AnyFunSuite {
  private val root = Path.of(System.getProperty("codeaudit.root"))

  private val updates: Seq[JsonNode] = new YAMLMapper()
    .readTree(root.resolve(".github/dependabot.yml").toFile)
    .path("updates")
    .elements
    .asScala
    .toSeq

  /** Other people's code, which we do not build; and what a build or a person leaves behind. */
  private val notOurs = Set("data", "target", ".git", ".venv", "code-audit-out")

  private def below(folder: Path): Seq[Path] =
    Using.resource(Files.list(folder))(_.iterator.asScala.toSeq).flatMap { entry =>
      if (notOurs(entry.getFileName.toString)) Nil
      else if (Files.isDirectory(entry)) below(entry)
      else Seq(root.relativize(entry))
    }

  private def folder(file: Path): String = "/" + Option(file.getParent).fold("")(_.toString)

  /** A module of Maven is looked after with the project it is of. */
  private def isModule(pom: Path): Boolean =
    Option(pom.getParent).exists { module =>
      Files.readString(root.resolve("pom.xml")).contains(s"<module>$module</module>")
    }

  private def manifest(file: Path): Option[(String, String)] = {
    val template = """conf/ci/.+\.ya?ml""".r
    val workflow = """\.github/workflows/.+\.ya?ml""".r
    file.toString match {
      case workflow() => Some("github-actions" -> "/")
      case template() => Some("github-actions" -> folder(file))
      case _          =>
        file.getFileName.toString match {
          case "pom.xml" if !isModule(file)               => Some("maven" -> folder(file))
          case "package.json"                             => Some("npm" -> folder(file))
          case "Cargo.toml"                               => Some("cargo" -> folder(file))
          case "go.mod"                                   => Some("gomod" -> folder(file))
          case name if name.matches("(.+\\.)?Dockerfile") => Some("docker" -> folder(file))
          case name if name.matches("requirements.*\\.txt|pyproject\\.toml") =>
            Some("pip" -> folder(file))
          case _ => None
        }
    }
  }

  test("every folder with a manifest is looked after, and no other") {
    val found = below(root).flatMap(manifest).distinct.sorted
    val known = updates.map { update =>
      update.path("package-ecosystem").asText -> update.path("directory").asText
    }
    assert(found.exists(_._1 == "maven"))
    assert(known.sorted === found)
  }

  test("every update has a time to look for it") {
    val intervals = Set("daily", "weekly", "monthly")
    assert(updates.forall(update => intervals(update.at("/schedule/interval").asText)))
  }

  test("what is grouped or left out is something the poms name") {
    val artifact = "<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>".r
    val named = Seq("pom.xml", "udfs/pom.xml", "job/pom.xml", "bench/pom.xml")
      .map(pom => Files.readString(root.resolve(pom)))
      .flatMap(artifact.findAllMatchIn(_).map(found => s"${found.group(1)}:${found.group(2)}"))
    val maven = updates.filter(_.path("package-ecosystem").asText == "maven")
    val patterns = maven.flatMap { update =>
      update.path("ignore").findValuesAsText("dependency-name").asScala ++
        update
          .path("groups")
          .findValues("patterns")
          .asScala
          .flatMap(_.elements.asScala.map(_.asText))
    }
    assert(patterns.size > 5)
    for (pattern <- patterns) {
      val expression = pattern.split("\\*", -1).map(java.util.regex.Pattern.quote).mkString(".*")
      assert(named.exists(_.matches(expression)), pattern)
    }
  }

  test("no version of a dependency or plugin is a range, or whatever is newest") {
    val version = "</artifactId>\\s*<version>([^<]+)</version>".r
    for (pom <- below(root).filter(_.getFileName.toString == "pom.xml")) {
      val versions =
        version.findAllMatchIn(Files.readString(root.resolve(pom))).map(_.group(1)).toSeq
      val open = versions.filter(_.matches("(?i).*[\\[\\](),].*|latest|release|.*-snapshot"))
      assert(versions.nonEmpty, pom)
      assert(open.diff(Seq("0.1.0-SNAPSHOT")) === Nil, pom)
    }
  }

  test("Python packages are required in one version") {
    val requirements = Files
      .readString(root.resolve("notebooks/requirements.txt"))
      .linesIterator
      .filterNot(line => line.isBlank || line.startsWith("#"))
      .toSeq
    assert(requirements.nonEmpty)
    assert(requirements.filterNot(_.matches("[\\w.-]+==[\\w.]+")) === Nil)
  }
}
