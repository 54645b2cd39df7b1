package org.codeaudit.job.packaged
import java.nio.file.{Files, Path}
import java.security.MessageDigest
import java.util.HexFormat
import java.util.zip.ZipFile

import scala.jdk.CollectionConverters._
import scala.util.Using
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.Packaged

/** What we ship of others: listed without gaps, under licences that allow it, and named in NOTICE.
  */
class SuppliedPartsSuite extends AnyFunSuite {

  /** Those that ask no more of whoever passes the jar on than to pass their text on with it. */
  private val allowed = Set("Apache-2.0", "BSD-3-Clause", "MIT")

  private val libtorch = "ai.djl.pytorch:pytorch-native-cpu"

  /** Where the pom names another licence than the one that what is packed has. */
  private val packedUnder = Map(libtorch -> "BSD-3-Clause")

  /** CycloneDX takes the name "The BSD License" for that of four clauses; the address beside it in
    * the pom says three, as the sources do.
    */
  private val misread = Set("org.jline:jline-reader", "org.jline:jline-terminal")

  /** Beginnings, as the build has them: `javaewah32` is moved with `javaewah`. */
  private val moved = Map(
    "org/codeaudit/shaded/picocli" -> "picocli",
    "org/codeaudit/shaded/jline" -> "org/jline",
    "org/codeaudit/shaded/jgit" -> "org/eclipse/jgit",
    "org/codeaudit/shaded/javaewah" -> "com/googlecode/javaewah",
    "org/codeaudit/shaded/jte" -> "gg/jte"
  )

  private lazy val bill: JsonNode = new ObjectMapper().readTree(Build.billOfMaterials.toFile)
  private lazy val parts: Seq[ShippedPart] =
    bill.path("components").elements.asScala.map(ShippedPart.of).map(asInPom).toSeq
  private lazy val inside: Seq[ShippedPart] = parts.filter(_.coordinates != libtorch)

  private def asInPom(part: ShippedPart): ShippedPart =
    if (!misread(part.coordinates)) part
    else {
      val pom = Files.readString(Path.of(part.jar.toString.stripSuffix(".jar") + ".pom"))
      assert(pom.contains("<url>https://opensource.org/licenses/BSD-3-Clause</url>"))
      part.copy(licences = Set("BSD-3-Clause"))
    }

  private def entries(jar: Path): Set[String] =
    Using.resource(new ZipFile(jar.toFile)) { zip =>
      zip.entries.asScala.filterNot(_.isDirectory).map(_.getName).toSet
    }

  /** Names as they were before classes were moved. */
  private lazy val packaged: Set[String] = entries(Build.jar).map { name =>
    moved.collectFirst {
      case (place, origin) if name.startsWith(place) => origin + name.stripPrefix(place)
    } getOrElse name
  }

  private lazy val ofJob: Set[String] = entries(
    Build.root.resolve(
      s"job/target/code-audit-job-${bill.at("/metadata/component/version").asText}.jar"
    )
  )

  private def text(jar: Path, entry: String): String =
    Using.resource(new ZipFile(jar.toFile)) { zip =>
      new String(zip.getInputStream(zip.getEntry(entry)).readAllBytes, "UTF-8")
    }

  /** Coordinates and licences, as the tables in NOTICE have them. */
  private lazy val notice: Seq[(String, String)] =
    "(?m)^  ([^\\s:]+:[^\\s:]+) +(\\S+)$".r
      .findAllMatchIn(Files.readString(Build.root.resolve("NOTICE")))
      .map(row => row.group(1) -> row.group(2))
      .toSeq

  test("the bill is CycloneDX and the same whoever makes it, wherever and whenever", Packaged) {
    assert(bill.path("bomFormat").asText === "CycloneDX")
    assert(bill.path("specVersion").asText === "1.6")
    assert(bill.at("/metadata/timestamp").isMissingNode)
    assert(!Files.readString(Build.billOfMaterials).contains(Build.root.toString))
  }

  test("everything in the jar is ours or of a part of the bill", Packaged) {
    val made = Set("META-INF/MANIFEST.MF", "META-INF/LICENSE", "META-INF/NOTICE")
    assert(packaged.size > 1000)
    assert((packaged -- made -- ofJob -- inside.flatMap(part => entries(part.jar))).toSeq === Nil)
  }

  test("every part of the bill is in the jar, or is libtorch in a jar of its own", Packaged) {
    val content = inside.map(part => part -> entries(part.jar).filterNot(_.startsWith("META-INF/")))
    for ((part, names) <- content) {
      val others = content.filter(_._1 != part).flatMap(_._2)
      assert((names -- others).exists(packaged), part.coordinates)
    }
    assert(parts.diff(inside).map(_.fileName) === Seq(Build.libtorch.getFileName.toString))
  }

  test("the bill's checksums are those of the jars that were packed", Packaged) {
    for (part <- parts) {
      val digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(part.jar))
      assert(part.sha256 === HexFormat.of.formatHex(digest), part.coordinates)
    }
  }

  test("every part offers a licence that is on the list", Packaged) {
    assert(parts.filterNot(_.licences.exists(allowed)) === Nil)
  }

  test("NOTICE names every part with a licence that it offers", Packaged) {
    val foreign = parts.filterNot(_.ours)
    assert(notice.map(_._1).sorted === foreign.map(_.coordinates).sorted)
    for ((coordinates, licence) <- notice) {
      val offered = packedUnder.get(coordinates).map(Set(_)).getOrElse {
        foreign.find(_.coordinates == coordinates).get.licences.intersect(allowed)
      }
      assert(offered.contains(licence), coordinates)
    }
  }

  test("the jar carries the texts of the licences it is under", Packaged) {
    for (name <- Seq("LICENSE", "NOTICE"))
      assert(text(Build.jar, s"META-INF/$name") === Files.readString(Build.root.resolve(name)))
    assert(text(Build.jar, "about.html").contains("Eclipse Distribution License"))
  }
}
