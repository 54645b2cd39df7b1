package org.codeaudit.model.torch.program

import java.nio.ByteBuffer
import java.nio.file.Files

import ai.djl.engine.EngineException
import org.codeaudit.model.torch.Golden
import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._
import scala.util.Using

/** Programs made of text, and the traps between Java and libtorch. */
class TorchProgramSuite extends AnyFunSuite {

  private def withProgram[T](methods: String)(use: TorchProgram => T): T = {
    val source =
      s"""class Trial(Module):
         |  __parameters__ = []
         |  __buffers__ = []
         |  training : bool
         |  kept : Tensor
         |
         |$methods
         |""".stripMargin
    val program = TorchProgram.load(TorchScriptArchive.ofSource(source), 1)
    try use(program)
    finally program.close()
  }

  test("values of every form go in, and lists may be empty") {
    withProgram("""  def run(self, a: int, b: float, c: str, d: List[int], e: List[float], f: Tensor, g: Tensor) -> Tensor:
        |    return torch.tensor([float(a), b, float(len(c)), float(len(d)), float(len(e)), float(torch.sum(f)), float(g.size(0))], dtype=7)
        |""".stripMargin) { program =>
      for (size <- Seq(0, 3, 20000)) {
        val result = program.callForDoubles(
          "run",
          7,
          2.5,
          "abc",
          new Array[Long](size),
          new Array[Double](size),
          new TorchProgram.Numbers(Array(1L << 40, 2L << 40), 2),
          new TorchProgram.Numbers(new Array[Long](2 * size), size, 2)
        )
        assert(result.toSeq == Seq(7.0, 2.5, 3, size, size, (3L << 40).toDouble, size))
      }
    }
  }

  test("an error in the program or in its run is an exception that says what libtorch said") {
    val syntax = intercept[EngineException](
      withProgram("  def run(self) -> int:\n    return nothing\n")(identity)
    )
    assert(syntax.getMessage.contains("nothing"))
    withProgram(
      "  def run(self) -> int:\n    return int(torch.ones([2, 3]) @ torch.ones([2, 3]))\n"
    ) { program =>
      assert(intercept[EngineException](program.call("run")).getMessage.contains("2x3"))
    }
    intercept[IllegalArgumentException](TorchScriptArchive.ofSource("def run():\n  pass\n"))
  }

  test("a bfloat16 tensor lives in the program and never reaches DJL's conversion of types") {
    val file = Files.createTempFile("bf16", ".bin")
    Files.write(file, Array[Byte](0x80.toByte, 0x3f, 0x00, 0xc0.toByte)) // 1 and -2
    withProgram("""  def open(self, path: str) -> int:
        |    self.kept = torch.from_file(path, False, 2, dtype=15)
        |    return 0
        |  def bare(self) -> Tensor:
        |    return self.kept
        |  def total(self) -> float:
        |    return float(torch.sum(torch.to(self.kept, 6)))
        |""".stripMargin) { program =>
      program.call("open", file.toString)
      assert(program.callForDouble("total") == -1.0)
      // read as what it is not, it is refused in Java: the JVM would abort in a conversion
      intercept[IllegalStateException](program.callForFloats("bare"))
      intercept[IllegalStateException](program.callForDoubles("bare"))
    }
    Files.delete(file)
    // no source of these rooms names a type of DJL that its native code does not map
    val rooms =
      Golden.root.getParent.getParent.resolve("udfs/src/main/java/org/codeaudit/model/torch")
    val sources = Using
      .resource(Files.walk(rooms))(_.iterator.asScala.filter(_.toString.endsWith(".java")).toSeq)
      .map(Files.readString(_))
    assert(sources.exists(_.contains("class TorchProgram ")) && sources.size > 30)
    for (source <- sources) {
      val types = "DataType\\.(\\w+)".r.findAllMatchIn(source).map(_.group(1)).toSet
      assert(
        types.subsetOf(Set("UINT8", "INT64", "FLOAT32", "FLOAT64")) && !source.contains("toType(")
      )
    }
  }

  test("tensors over memory of Java are read where they are") {
    withProgram("  def run(self, x: Tensor) -> float:\n    return float(torch.sum(x))\n") {
      program =>
        val buffer = ByteBuffer.allocateDirect(16).order(java.nio.ByteOrder.nativeOrder())
        buffer.asFloatBuffer().put(Array(1f, 2f, 3f, 4f))
        assert(program.callForDouble("run", new TorchProgram.Floats(buffer, 2, 2)) == 10)
    }
  }
}
