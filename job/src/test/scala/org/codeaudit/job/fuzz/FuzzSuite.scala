package org.codeaudit.job.fuzz

import java.lang.management.ManagementFactory
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Using

import com.sun.management.ThreadMXBean
import org.scalatest.funsuite.AnyFunSuite

/** What fuzzing started from and what it found, tried again in every build. */
class FuzzSuite extends AnyFunSuite {
  for (target <- FuzzTarget.all) {
    test(s"the property of ${target.name} holds for every input of its corpus") {
      val inputs = Corpora.files(target)
      assert(inputs.size >= 3)
      check(target, Array.emptyByteArray)
      inputs.foreach { input =>
        withClue(s"${input.getFileName}: ")(check(target, Files.readAllBytes(input)))
      }
    }
  }

  private val threads = ManagementFactory.getThreadMXBean.asInstanceOf[ThreadMXBean]

  /** The fuzzer allocates too, so that only its heap's limit tells when an input does: see here. */
  private def check(target: FuzzTarget, input: Array[Byte]): Unit = {
    target.check(input) // loads classes
    val before = threads.getCurrentThreadAllocatedBytes
    target.check(input)
    val allocated = threads.getCurrentThreadAllocatedBytes - before
    assert(allocated <= target.mostAllocated)
  }

  test("every corpus has a target") {
    val folders = Using.resource(Files.list(Corpora.root)) {
      _.iterator.asScala.filter(Files.isDirectory(_)).map(_.getFileName.toString).toSet
    }
    assert(folders == FuzzTarget.all.map(_.name).toSet)
  }
}

/** The inputs and dictionaries that are kept in `data/fuzz`. */
object Corpora {
  val root: Path = Path.of(System.getProperty("codeaudit.root")).resolve("data/fuzz")

  def folder(target: FuzzTarget): Path = root.resolve(target.name)

  def files(target: FuzzTarget): Seq[Path] =
    Using.resource(Files.list(folder(target)))(_.iterator.asScala.toSeq.sorted)

  /** Words of the format; a format without words has none. */
  def dictionary(target: FuzzTarget): Option[Path] =
    Some(root.resolve(s"${target.name}.dict")).filter(Files.exists(_))
}
