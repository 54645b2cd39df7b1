package org.codeaudit.job.ci

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper

/** The templates for merge requests, as they lie in `conf/ci`. */
object Templates {
  private val folder = Path.of(System.getProperty("codeaudit.root")).resolve("conf/ci")

  val names: Seq[String] = Seq("github.yml", "gitlab.yml", "pre-commit")
  def file(name: String): Path = folder.resolve(name)
  def text(name: String): String = Files.readString(file(name))

  lazy val github: JsonNode = new YAMLMapper().readTree(text("github.yml"))
  lazy val gitlab: JsonNode = new YAMLMapper().readTree(text("gitlab.yml"))

  /** The one job of each. */
  lazy val githubJob: JsonNode = github.at("/jobs/review")
  lazy val gitlabJob: JsonNode = gitlab.path("code-audit")

  lazy val githubSteps: Seq[JsonNode] = githubJob.path("steps").elements.asScala.toSeq

  /** Those that run a script. */
  lazy val githubScripts: Seq[JsonNode] = githubSteps.filter(_.has("run"))

  def gitlabScripts(part: String): Seq[String] =
    gitlabJob.path(part).elements.asScala.map(_.asText).toSeq

  /** Every script, by the name of its template. */
  lazy val scripts: Seq[(String, String)] =
    githubScripts.map("github.yml" -> _.path("run").asText) ++
      Seq("before_script", "script").flatMap(gitlabScripts).map("gitlab.yml" -> _) :+
      ("pre-commit" -> text("pre-commit"))

  /** The arguments of every call of `bin/audit` in a script, variables as they are written. */
  def calls(script: String): Seq[Seq[String]] =
    script
      .replaceAll("\\\\\n\\s*", " ")
      .linesIterator
      .filterNot(_.trim.startsWith("#"))
      .flatMap(""""?(?:\S*bin/audit|\$audit)"? ((?:review|report) .*)""".r.findFirstMatchIn(_))
      .map(_.group(1).replaceAll(" (\\|\\||&&|\\||;|\\d?>).*", "").replace("\"", ""))
      .map(_.trim.split("\\s+").toSeq)
      .toSeq

  lazy val calls: Seq[(String, Seq[String])] =
    scripts.flatMap { case (name, script) => calls(script).map(name -> _) }
}
