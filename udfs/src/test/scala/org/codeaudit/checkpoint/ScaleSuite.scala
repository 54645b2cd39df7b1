package org.codeaudit.checkpoint

import java.nio.FloatBuffer
import java.nio.channels.FileChannel
import java.nio.file.{Files, Path}

import scala.sys.process._

import org.codeaudit.Folders
import org.codeaudit.model.DeviceRequest.Wish
import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.{Arithmetic, CacheType, Device, PlacementRequest, Precision}
import org.codeaudit.placement.weight.{Instructions, Footprint}
import org.codeaudit.placement.{
  Machine,
  PlacementPlan,
  PlacementQuestion,
  Placements,
  Refusal,
  StepSize
}
import org.scalatest.funsuite.AnyFunSuite

/** Checkpoints of the size people use, on a machine that could not hold them. */
class ScaleSuite extends AnyFunSuite {

  private def timed[A](what: String)(work: => A): A = {
    val started = System.nanoTime
    val result = work
    info(f"$what took ${(System.nanoTime - started) / 1e9}%.2f s")
    result
  }

  /** What a folder takes on disk, which is less than the sizes of its files. */
  private def diskBytes(folder: Path): Long =
    Seq("du", "--summarize", "--block-size=1", folder.toString).!!.split("\\s+")(0).toLong

  private case class Shape(
      name: String,
      checkpoint: SparseCheckpoint,
      tensors: Int,
      parameters: Long,
      expert: String
  )

  for (
    shape <- Seq(
      Shape(
        "Qwen3-32B",
        SparseCheckpoint.qwen3Dense32b,
        707,
        32762123264L,
        "model.layers.63.mlp.down_proj.weight"
      ),
      Shape(
        "Qwen3-Coder-30B-A3B",
        SparseCheckpoint.qwen3Coder30b,
        18867,
        30532122624L,
        "model.layers.47.mlp.experts.127.down_proj.weight"
      ),
      Shape(
        "Qwen3-Next-80B-A3B",
        SparseCheckpoint.qwen3Next80b,
        74391,
        79674391296L,
        "model.layers.47.mlp.experts.511.down_proj.weight"
      )
    )
  ) {
    test(s"a checkpoint of the shape of ${shape.name} is opened and checked without its weights") {
      Folders.temporary("scale") { folder =>
        timed("writing")(shape.checkpoint.write(folder))
        val disk = diskBytes(folder)
        info(f"${shape.checkpoint.bytes / 1e9}%.1f GB take ${disk / 1e6}%.1f MB of disk")
        assert(disk < 32e6)
        val checkpoint = timed("opening")(Checkpoints.open(folder))
        try {
          // not in the assertion, which would print the names of all of them
          val tensors = checkpoint.tensors.size
          assert(tensors == shape.tensors)
          val parameters = checkpoint.tensors.values.stream.mapToLong(_.elements).sum
          assert(parameters == shape.parameters)
          assert(2 * parameters == shape.checkpoint.bytes)
          // the far end of a shard beyond what an int can count
          val tensor = checkpoint.tensors.get(shape.expert)
          val row = FloatBuffer.allocate(tensor.shape.get(1).intValue)
          checkpoint.read(tensor, tensor.shape.get(0) - 1, 1, row)
          assert(row.position == row.capacity && row.array.forall(_ == 0))
          plans(checkpoint, shape.checkpoint.bytes)
        } finally checkpoint.close()
      }
    }
  }

  /** On a machine of 24 GiB with 21 GB free there is one way, and the others say what they lack. */
  private def plans(checkpoint: Checkpoint, bytes: Long): Unit = {
    def placed(strategy: Strategy, precision: Precision) = timed(s"planning $strategy")(
      Placements.of(
        new PlacementQuestion(
          Footprint.of(checkpoint),
          precision,
          Arithmetic.EXACT,
          new Machine(java.util.List.of(), 21000000000L, Instructions.AVX2),
          new PlacementRequest(strategy, 0, 0),
          Wish.AUTO,
          1024,
          CacheType.AUTO,
          StepSize.ofBatch(1)
        )
      )
    )
    for (strategy <- Seq(Strategy.AUTO, Strategy.DISK))
      placed(strategy, Precision.BF16) match {
        case plan: PlacementPlan =>
          val share = plan.shares.get(Device.CPU)
          assert(plan.strategy == Strategy.DISK)
          assert(share.held < 21000000000L)
          assert(share.mapped > 0.95 * bytes && share.mapped <= bytes)
        case refusal: Refusal => fail(refusal.reason)
      }
    placed(Strategy.CPU, Precision.F32) match {
      case refusal: Refusal    => assert(refusal.reason.contains("21.0 GB"), refusal.reason)
      case plan: PlacementPlan => fail(plan.explanation)
    }
  }

  test("what is seeded is there, row for row, and the rest is holes") {
    Folders.temporary("scale") { folder =>
      val shape = SparseCheckpoint.qwen3Dense32b
      shape.write(folder, seeded = 3)
      assert(diskBytes(folder) < 4e6)
      val checkpoint = Checkpoints.open(folder)
      try {
        val embedding = checkpoint.tensors.get("model.embed_tokens.weight")
        val rows = FloatBuffer.allocate(4 * 5120)
        checkpoint.read(embedding, 0, 4, rows)
        for (row <- 0 until 3) {
          val values = rows.array.slice(row * 5120, (row + 1) * 5120)
          val deviation = math.sqrt(values.map(v => v.toDouble * v).sum / 5120)
          assert(math.abs(deviation - 0.02) < 1e-3, row)
        }
        assert(rows.array.drop(3 * 5120).forall(_ == 0))
        assert(SmallModels.read(checkpoint, "model.norm.weight").forall(_ == 1))
      } finally checkpoint.close()
    }
  }

  test("pages of a mapped file count as resident once they are touched, and no others") {
    assume(Files.isReadable(Path.of("/proc/self/pagemap")), "only Linux says")
    Folders.temporary("pages") { folder =>
      val file = folder.resolve("file")
      val size = 64 << 20
      Files.write(file, Array.fill[Byte](size)(1))
      val channel = FileChannel.open(file)
      try {
        val mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size)
        assert(ResidentPages.of(file).isEmpty)
        val touched = Seq(0, 20 << 20, size - 1)
        assert(touched.map(at => mapped.get(at).toInt).sum == 3)
        val resident = ResidentPages.of(file)
        for (at <- touched) assert(resident.share(at, 1) == 1, at)
        assert(resident.share(8 << 20, 4 << 20) == 0)
        assert(resident.share(19 << 20, 4 << 20) < 0.5)
      } finally channel.close()
    }
  }
}
