package org.codeaudit.house
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Using
import com.tngtech.archunit.core.domain.{Dependency, JavaClass}
import com.tngtech.archunit.core.importer.{ClassFileImporter, ImportOption}
import org.scalatest.funsuite.AnyFunSuite

/** The map of the rooms in CONTRIBUTING.md, held against the code. */
class RoomsSuite extends AnyFunSuite {
  private val root = Path.of(System.getProperty("codeaudit.root"))
  private val most = 25

  /** The rooms as the map lists them: each may use those before it. */
  private val rooms: Seq[String] = {
    val text = Files.readString(root.resolve("CONTRIBUTING.md"))
    val map = text.substring(text.indexOf("## Where things are"), text.indexOf("## Style"))
    val row = """(?m)^\| ((?:`[a-z.]+`(?:, )?)+) \|""".r
    row
      .findAllMatchIn(map)
      .flatMap(m => "`([a-z.]+)`".r.findAllMatchIn(m.group(1)))
      .map(_.group(1))
      .toSeq
  }

  private lazy val classes: Seq[JavaClass] =
    new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests)
      .importPackages("org.codeaudit")
      .asScala
      .toSeq
      .filterNot(_.getPackageName.endsWith(".jmh_generated"))

  private def room(of: JavaClass): String = of.getBaseComponentType.getPackageName
    .stripPrefix("org.codeaudit.")

  /** The folders of sources that are rooms, by the rooms' names. */
  private val folders: Map[String, Path] = Seq("udfs", "job", "bench").flatMap { module =>
    val sources = root.resolve(module).resolve("src/main/java")
    Using
      .resource(Files.walk(sources))(_.iterator.asScala.filter(Files.isDirectory(_)).toSeq)
      .filter(files(_).nonEmpty)
      .map { folder =>
        val name = sources.relativize(folder).toString.replace('/', '.')
        name.stripPrefix("org.codeaudit.") -> folder
      }
  }.toMap - "org.codeaudit" // what every room may use

  private def files(folder: Path): Seq[Path] = Using.resource(Files.list(folder)) {
    _.iterator.asScala.filter(_.toString.endsWith(".java")).toSeq
  }

  private def about(folder: Path): String = {
    val file = folder.resolve("package-info.java")
    if (Files.exists(file)) Files.readString(file) else ""
  }

  test("every room stands in the map once, and nothing else does") {
    assert(rooms.diff(rooms.distinct) == Nil)
    assert(folders.keySet.diff(rooms.toSet) == Set.empty)
    assert(rooms.toSet.diff(folders.keySet) == Set.empty)
  }

  test("a room uses only rooms that stand before it in the map") {
    val place = rooms.zipWithIndex.toMap
    val against = for {
      from <- classes
      arrow: Dependency <- from.getDirectDependenciesFromSelf.asScala
      to = arrow.getTargetClass.getBaseComponentType
      if to.getPackageName.startsWith("org.codeaudit")
      if place.getOrElse(room(to), 0) > place.getOrElse(room(from), 0)
    } yield s"${from.getName} -> ${to.getName}"
    assert(classes.size > 800, "the classes were not found")
    assert(against.distinct == Nil)
  }

  test("only the rooms of libtorch and the tokenizer know DJL") {
    val known = classes
      .filter(_.getDirectDependenciesFromSelf.asScala.exists {
        _.getTargetClass.getPackageName.startsWith("ai.djl")
      })
      .map(room)
      .distinct
    assert(known.contains("token"))
    assert(known.filterNot(name => name == "token" || name.startsWith("model.torch")) == Nil)
  }

  test("every room says what lives in it") {
    for ((name, folder) <- folders)
      assert(about(folder).matches("(?s)/\\*\\*.{20,}\\*/\\s*package .*"), name)
  }

  test("a room has no more files than a reader can take in, or says why") {
    for ((name, folder) <- folders if files(folder).size > most)
      assert(about(folder).contains("More files than a room should have"), name)
  }
}
