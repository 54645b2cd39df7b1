package org.codeaudit.job.packaged

import java.io.File
import java.nio.file.Path

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.JsonNode

/** A library that we ship, as the bill of materials has it.
  *
  * @param licences
  *   identifiers of SPDX where there is one, else names; of several any may be chosen
  */
case class ShippedPart(
    group: String,
    name: String,
    version: String,
    classifier: Option[String],
    licences: Set[String],
    sha256: String
) {
  val coordinates: String = s"$group:$name"
  val ours: Boolean = group == "org.codeaudit"
  val fileName: String = (Seq(name, version) ++ classifier).mkString("-") + ".jar"

  /** The jar it was taken from. */
  lazy val jar: Path =
    if (ours) Build.root.resolve("udfs/target").resolve(fileName)
    else
      ShippedPart.classPath
        .find(_.getFileName.toString == fileName)
        .getOrElse(throw new NoSuchElementException(s"$fileName is not on the class path"))
}

object ShippedPart {
  private lazy val classPath: Seq[Path] =
    System.getProperty("java.class.path").split(File.pathSeparator).toSeq.map(Path.of(_))

  def of(component: JsonNode): ShippedPart = ShippedPart(
    component.path("group").asText,
    component.path("name").asText,
    component.path("version").asText,
    "classifier=([^&]+)".r.findFirstMatchIn(component.path("purl").asText).map(_.group(1)),
    component.path("licenses").elements.asScala.map(licence).toSet,
    component
      .path("hashes")
      .elements
      .asScala
      .collectFirst { case hash if hash.path("alg").asText == "SHA-256" => hash }
      .fold("")(_.path("content").asText)
  )

  private def licence(choice: JsonNode): String =
    Seq(choice.at("/license/id"), choice.at("/license/name"), choice.at("/expression"))
      .map(_.asText)
      .find(_.nonEmpty)
      .getOrElse("")
}
