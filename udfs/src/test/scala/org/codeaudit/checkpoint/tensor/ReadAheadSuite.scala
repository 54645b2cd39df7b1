package org.codeaudit.checkpoint.tensor
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit
import java.util.{List => JavaList}

import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._

class ReadAheadSuite extends AnyFunSuite {

  private def tensor(file: Path, name: String, offset: Long, bytes: Long) = new TensorInfo(
    name,
    TensorType.BF16,
    JavaList.of(Long.box(bytes / 2)),
    file,
    offset,
    bytes,
    TensorInfo.RowOrder.HALVES
  )

  private def withFile[T](bytes: Int)(use: Path => T): T = {
    val file = Files.createTempFile("read-ahead", ".bin")
    try {
      Files.write(file, new Array[Byte](bytes))
      use(file)
    } finally Files.delete(file)
  }

  private def parts(tensors: Seq[TensorInfo]*): JavaList[JavaList[TensorInfo]] =
    tensors.map(_.asJava).asJava

  test("everything is read, and the threads end by themselves") {
    withFile(40 << 20) { file =>
      val ahead =
        new ReadAhead(
          parts(
            Seq(tensor(file, "a", 0, 30 << 20)),
            Nil,
            Seq(tensor(file, "b", 30 << 20, 10 << 20))
          )
        )
      ahead.finish()
      ahead.await()
      assert(ahead.piecesTaken == 4 + 2)
    }
  }

  test("no more is read than a distance ahead of the user") {
    withFile(1 << 20) { file =>
      val piece = tensor(file, "a", 0, 1 << 20)
      val allowed = 1 + ReadAhead.DISTANCE / (1 << 20)
      val ahead = new ReadAhead(parts(Seq(piece), Seq.fill(600)(piece)))
      while (ahead.piecesTaken <= allowed) TimeUnit.MILLISECONDS.sleep(5)
      TimeUnit.MILLISECONDS.sleep(100)
      assert(ahead.piecesTaken == allowed + 1)
      ahead.reached(1)
      ahead.await()
      assert(ahead.piecesTaken == 601)
    }
  }

  test("closing ends the threads, and so does a file that is gone") {
    withFile(1 << 20) { file =>
      val ahead = new ReadAhead(parts(Nil, Seq.fill(700)(tensor(file, "a", 0, 1 << 20))))
      ahead.close()
      ahead.await()
      assert(ahead.piecesTaken < 700)
    }
    val gone = new ReadAhead(parts(Seq(tensor(Path.of("/nowhere/model"), "a", 0, 8))))
    gone.await()
  }
}
