package org.codeaudit.job.packaged

import java.nio.file.Path
import java.util.zip.ZipFile

import scala.jdk.CollectionConverters._
import scala.util.Using

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.Packaged

class PackagingSuite extends AnyFunSuite {
  private def names(jar: Path): Seq[String] =
    Using.resource(new ZipFile(jar.toFile))(_.entries.asScala.map(_.getName).toList)

  private lazy val packaged: Seq[String] = names(Build.jar)
  private def classes(names: Seq[String]): Seq[String] = names.filter(_.endsWith(".class"))

  test("no class of the jar is in a jar of Spark too", Packaged) {
    val ours = classes(packaged).toSet
    val twice =
      Build.sparkJars.map(jar => jar.getFileName -> names(jar).filter(ours)).filter(_._2.nonEmpty)
    assert(Build.sparkJars.size > 100)
    assert(twice === Nil)
  }

  test(
    "all classes are ours, or keep their names for the sake of their native libraries",
    Packaged
  ) {
    val owners = Seq("org/codeaudit/", "ai/djl/", "com/sun/jna/", "org/treesitter/")
    assert(classes(packaged).filterNot(name => owners.exists(name.startsWith)) === Nil)
    for (moved <- Seq("picocli", "jline", "jgit", "javaewah", "jte"))
      assert(packaged.exists(_.startsWith(s"org/codeaudit/shaded/$moved/")), moved)
  }

  test("no entry comes twice", Packaged) {
    assert(packaged.diff(packaged.distinct) === Nil)
  }

  test("no native library comes twice, and libtorch is in a jar of its own", Packaged) {
    val libraries = Seq(Build.jar, Build.libtorch).flatMap { jar =>
      Using.resource(new ZipFile(jar.toFile)) { zip =>
        zip.entries.asScala
          .filter(_.getName.matches(""".*\.(so|dll|dylib|jnilib)(\.\d+)*"""))
          .map(entry => (entry.getSize, entry.getCrc) -> entry.getName)
          .toList
      }
    }
    assert(libraries.exists(_._2.endsWith("libtorch_cpu.so")))
    assert(!packaged.exists(_.contains("libtorch_cpu")))
    assert(libraries.groupMap(_._1)(_._2).values.filter(_.size > 1).toSeq === Nil)
  }

  test("the jar runs on the class path of Spark", Packaged) {
    val work = Build.workFolder("packaging")
    val classPath = (Build.jar +: Build.sparkJars).mkString(java.io.File.pathSeparator)
    val help = new JvmProcess(
      "help",
      work,
      Map.empty,
      Seq("-cp", classPath, "org.codeaudit.job.Main", "--help")
    )
    assert(help.exitCode(60) === 0)
    assert(help.log.contains("review") && help.log.contains("generate"))
    Build.delete(work)
  }
}
