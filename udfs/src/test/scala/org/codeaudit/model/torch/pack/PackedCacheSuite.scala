package org.codeaudit.model.torch.pack

import java.nio.file.attribute.FileTime
import java.nio.file.{Files, Path, StandardOpenOption}
import java.util.Optional

import org.codeaudit.checkpoint.Checkpoints
import org.codeaudit.model.{ModelSettings, Precision}
import org.codeaudit.model.torch.{Golden, Matrices, TorchLanguageModel}
import org.codeaudit.model.torch.load.DecoderLoader
import org.codeaudit.model.torch.program.DecoderProgram
import org.codeaudit.model.torch.machine.{Hardware, ThisMachine}
import org.codeaudit.placement.{PlacementQuestion, Placements, StepSize}
import org.codeaudit.placement.weight.Footprint
import org.scalatest.funsuite.AnyFunSuite

import scala.concurrent.ExecutionContext.Implicits.global
import scala.concurrent.duration._
import scala.concurrent.{Await, Future}
import scala.jdk.CollectionConverters._

/** Quantised weights are laid out once; what is wrong with their file costs time, never an answer.
  */
class PackedCacheSuite extends AnyFunSuite {
  import Golden._

  private def withFolder(use: Path => Unit): Unit = {
    val folder = Files.createTempDirectory("packed")
    try use(folder)
    finally delete(folder)
  }

  private def delete(folder: Path): Unit = {
    val all = Files.walk(folder)
    try all.iterator.asScala.toSeq.reverse.foreach(Files.deleteIfExists(_))
    finally all.close()
  }

  private def cache(folder: Path) = new PackedCache(Optional.of(folder), 0)

  /** The logits of every prompt. */
  private def answers(path: Path, precision: Precision, cache: PackedCache): Seq[Seq[Float]] = {
    val checkpoint = Checkpoints.open(path)
    val settings = new ModelSettings(path.toString, precision, 512, 1)
    val question = PlacementQuestion.of(
      Footprint.of(checkpoint),
      settings,
      ThisMachine.of(settings.device),
      StepSize.DEFAULT
    )
    val plan = Placements.plan(settings.path, question)
    val model =
      try
        new TorchLanguageModel(
          new DecoderLoader(
            checkpoint,
            settings,
            plan,
            Hardware.OF_PROCESS,
            cache,
            DecoderProgram.load(_, _, _)
          ).load()
        )
      finally checkpoint.close()
    try
      prompts(path.getFileName.toString).map { prompt =>
        val sequence = model.open(prompt.ids.length)
        try model.logits(sequence, prompt.ids).last.toSeq
        finally model.close(sequence)
      }
    finally model.close()
  }

  private def files(folder: Path): Seq[Path] = {
    val all = Files.list(folder)
    try all.iterator.asScala.toSeq.sorted
    finally all.close()
  }

  /** Waits for a file to get its name, which takes as long as the disk does. */
  private def packed(folder: Path): Path = {
    val deadline = 2.minutes.fromNow
    while (files(folder).map(_.toString).forall(f => !f.endsWith(".packed")) || parts(folder) > 0) {
      assert(deadline.hasTimeLeft(), files(folder))
      Thread.sleep(20)
    }
    files(folder).head
  }

  private def parts(folder: Path) = files(folder).count(_.toString.endsWith(".part"))

  private val cases = Seq(
    "qwen2-tiny" -> Precision.INT8,
    "llama-tiny" -> Precision.INT4,
    "qwen3-tiny" -> Precision.NF4,
    "qwen3-tiny-autoround" -> Precision.BF16,
    "qwen3-tiny-gptq-actorder" -> Precision.BF16,
    "qwen3-tiny-nf4-double" -> Precision.INT4
  )

  for ((name, precision) <- cases) {
    test(s"$name in $precision answers the same from memory, from a new file and from an old one") {
      withFolder { folder =>
        val memory = answers(path(name), precision, Matrices.noCache)
        assert(answers(path(name), precision, cache(folder)) == memory)
        val file = packed(folder)
        val written = Files.getLastModifiedTime(file)
        assert(answers(path(name), precision, cache(folder)) == memory)
        assert(files(folder) == Seq(file) && Files.getLastModifiedTime(file) == written)
      }
    }
  }

  private val name = "qwen3-tiny"
  private lazy val memory = answers(path(name), Precision.INT4, Matrices.noCache)

  private val damages: Seq[(String, Path => Unit)] = Seq(
    "is torn" -> (file => truncate(file, Files.size(file) - 10)),
    "is empty" -> (file => truncate(file, 0)),
    "has another end" -> (file =>
      Files.write(file, Array[Byte](1, 2, 3), StandardOpenOption.APPEND)
    ),
    "has a damaged index" -> { file =>
      val bytes = Files.readAllBytes(file)
      bytes(bytes.length - 20) = (bytes(bytes.length - 20) ^ 1).toByte
      Files.write(file, bytes)
    },
    "is something else" -> (file => Files.write(file, Array.fill[Byte](100000)(7)))
  )

  private def truncate(file: Path, size: scala.Long): Unit = {
    val channel = Files.newByteChannel(file, StandardOpenOption.WRITE)
    try channel.truncate(size)
    finally channel.close()
  }

  for ((what, damage) <- damages) test(s"a file that $what is written again") {
    withFolder { folder =>
      assert(answers(path(name), Precision.INT4, cache(folder)) == memory)
      val file = packed(folder)
      val whole = Files.readAllBytes(file)
      damage(file)
      assert(answers(path(name), Precision.INT4, cache(folder)) == memory)
      packed(folder)
      assert(files(folder) == Seq(file) && Files.size(file) == whole.length)
      assert(answers(path(name), Precision.INT4, cache(folder)) == memory)
    }
  }

  test("a checkpoint that has changed gets a file of its own, and the earlier one goes") {
    withFolder { folder =>
      val model = Files.createDirectory(folder.resolve(name))
      files(path(name)).foreach(f => Files.copy(f, model.resolve(f.getFileName)))
      val kept = Files.createDirectory(folder.resolve("packed"))
      answers(model, Precision.INT4, cache(kept))
      val first = packed(kept)
      answers(model, Precision.INT8, cache(kept))
      while (files(kept).count(_.toString.endsWith(".packed")) < 2) Thread.sleep(20)
      val weights = model.resolve("model.safetensors")
      Files.setLastModifiedTime(weights, FileTime.fromMillis(1000000))
      answers(model, Precision.INT4, cache(kept))
      val deadline = 2.minutes.fromNow
      while (Files.exists(first) && deadline.hasTimeLeft()) Thread.sleep(20)
      assert(!Files.exists(first) && files(kept).length == 2)
    }
  }

  test("a folder that cannot be written costs nothing but the file") {
    withFolder { folder =>
      val blocked = Files.write(folder.resolve("file"), Array[Byte](1))
      assert(answers(path(name), Precision.INT4, cache(blocked.resolve("below"))) == memory)
      // too small to be worth a file
      val small = new PackedCache(Optional.of(folder.resolve("none")), 1L << 40)
      assert(answers(path(name), Precision.INT4, small) == memory)
      assert(files(folder) == Seq(blocked))
    }
  }

  test("several who load the same at once do not disturb one another") {
    withFolder { folder =>
      val all = Future.sequence(
        (1 to 4).map(_ => Future(answers(path(name), Precision.INT4, cache(folder))))
      )
      assert(Await.result(all, 3.minutes).forall(_ == memory))
      packed(folder)
      assert(files(folder).length == 1)
      assert(answers(path(name), Precision.INT4, cache(folder)) == memory)
    }
  }

  test("a load that fails leaves no file, and what a dead process left goes after a day") {
    withFolder { folder =>
      val old = Files.write(folder.resolve("dead.part"), Array[Byte](1))
      val young = Files.write(folder.resolve("alive.part"), Array[Byte](1))
      Files.setLastModifiedTime(old, FileTime.fromMillis(0))
      val checkpoint = Checkpoints.open(path(name))
      val slot =
        try cache(folder).slot(checkpoint, Precision.INT4, 1 << 20)
        finally checkpoint.close()
      assert(!slot.complete && slot.file.isPresent && files(folder).length == 2)
      slot.abandon()
      assert(files(folder) == Seq(young) && slot.file.isEmpty)
    }
  }
}
