package org.codeaudit.model.torch

import java.io.ByteArrayInputStream
import java.nio.file.Path
import java.nio.{ByteBuffer, ByteOrder, FloatBuffer}
import java.util.zip.ZipInputStream
import java.util.{Optional, SortedMap, TreeMap, List => JavaList}

import org.codeaudit.checkpoint._
import org.codeaudit.checkpoint.config.{GenerationDefaults, ModelConfig, TokenizerFiles}
import org.codeaudit.checkpoint.quantized.QuantizedMatrix
import org.codeaudit.checkpoint.tensor.{TensorInfo, TensorType}
import org.codeaudit.checkpoint.tensor.TensorInfo.RowOrder
import org.codeaudit.model.{Device, Precision}
import org.codeaudit.model.torch.load.{MatrixLoader, MatrixPlace}
import org.codeaudit.model.torch.pack.PackedCache
import org.codeaudit.model.torch.program.{
  DecoderProgram,
  TensorParts,
  TorchProgram,
  TorchScriptArchive
}
import org.codeaudit.placement.PlacementPlan.Residence
import org.codeaudit.placement.weight.ProcessorKernels
import org.codeaudit.placement.weight.ProcessorKernels.Int8

/** Single matrices in the decoder. */
object Matrices {
  val noCache = new PackedCache(Optional.empty[Path], 0)

  /** A matrix [rows, columns] of a checkpoint, plain or quantised. */
  case class Source(
      name: String,
      rows: Int,
      columns: Int,
      numbers: Array[Float],
      quantised: Option[QuantizedMatrix] = None
  ) {
    // a type that is neither mapped nor kept
    def info(file: Path): TensorInfo = {
      val kind = quantised.map(q => (q.kind, q.bits)) match {
        case Some((QuantizedMatrix.Kind.NF4, _)) => TensorType.NF4
        case Some((_, 4))                        => TensorType.INT4
        case Some(_)                             => TensorType.INT8
        case None                                => TensorType.Q5_1
      }
      val shape = JavaList.of(Long.box(rows.toLong), Long.box(columns.toLong))
      new TensorInfo(name, kind, shape, file, 0, 0, RowOrder.HALVES)
    }
  }

  class Fake(sources: Seq[Source]) extends Checkpoint {
    private def unexpected = throw new UnsupportedOperationException
    val path: Path = Path.of("fake")
    def format: String = unexpected
    def config: ModelConfig = unexpected
    def tensors: SortedMap[String, TensorInfo] = {
      val map = new TreeMap[String, TensorInfo]
      sources.foreach(source => map.put(source.name, source.info(path.resolve("weights"))))
      map
    }
    def tokenizer: TokenizerFiles = unexpected
    def generationDefaults: GenerationDefaults = unexpected
    def revision: String = "fake"
    private def source(tensor: TensorInfo) = sources.find(_.name == tensor.name).get
    def read(tensor: TensorInfo, first: scala.Long, rows: scala.Long, into: FloatBuffer): Unit =
      into.put(
        source(tensor).numbers,
        (first * source(tensor).columns).toInt,
        (rows * source(tensor).columns).toInt
      )
    def quantized(tensor: TensorInfo): Optional[QuantizedMatrix] =
      Optional.ofNullable(source(tensor).quantised.orNull)
    def close(): Unit = ()
  }

  /** The decoder's program, with methods that only tests need. */
  private lazy val archive: Array[Byte] = {
    val zip = new ZipInputStream(new ByteArrayInputStream(DecoderProgram.archive()))
    val code = Iterator
      .continually(zip.getNextEntry)
      .takeWhile(_ != null)
      .map(entry => entry.getName -> new String(zip.readAllBytes, "UTF-8"))
      .find(_._1.endsWith("__torch__.py"))
      .get
      ._2
    TorchScriptArchive.ofSource(code.stripTrailing + """
  def product(self, name: str, x: Tensor) -> Tensor:
    return self.matrices[name].multiply(x)

  def copy_product(self, name: str, x: Tensor) -> Tensor:
    return self.matrices[name].copied(self.device).multiply(x)

  def pack_numbers(self, name: str, numbers: int) -> int:
    weights = self.matrices[name].weights[0]
    if weights.packs and len(weights.codes) > 0:
      return weights.pack_codes(numbers)
    if weights.packs:
      block = weights.to_pack(numbers)
      return __torch__.pack_blocks([weights], [block])
    return 0

  def difference_of_lines(self, name: str) -> float:
    codes = self.matrices[name].weights[0].codes[0]
    lines = codes.table.view([-1, codes.table.size(2)])
    ones = torch.ones_like(codes.scales)
    codes.scales = ones
    kernel = codes.numbers(0, lines.size(0) // codes.table.size(1), 6).view([-1, 128])
    return float(torch.max(torch.abs(kernel - __torch__.integers(lines, codes.bits))))
""")
  }

  /** A matrix that the loader has put, and its products. */
  class Put(program: TorchProgram, val bytes: scala.Long) {

    /** x: [tokens][columns]; the answer is [tokens][rows] */
    def multiply(x: Array[Array[Float]], method: String = "product"): Array[Array[Float]] = {
      val flat = x.flatten
      val y =
        program.callForFloats(method, "m", floats(flat, x.length.toLong, x.head.length.toLong))
      y.grouped(y.length / x.length).toArray
    }

    /** The matrix itself, [rows][columns]. */
    def numbers(columns: Int): Array[Array[Float]] =
      multiply(
        Array.tabulate(columns, columns)((i, j) => if (i == j) 1f else 0f)
      ).transpose

    /** Packs about so many numbers more. */
    def pack(numbers: Int): Unit = program.call("pack_numbers", "m", Long.box(numbers.toLong))

    def differenceOfLines: Double = program.callForDouble("difference_of_lines", "m")
  }

  def floats(values: Array[Float], shape: scala.Long*): TorchProgram.Floats = {
    val buffer = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.nativeOrder)
    buffer.asFloatBuffer.put(values)
    new TorchProgram.Floats(buffer, shape: _*)
  }

  /** A decoder that holds one matrix after the other: to load one takes longer than most of what is
    * done with it. Its owner closes it.
    */
  class Decoder(threads: Int) extends AutoCloseable {
    private var loaded: Option[TorchProgram] = None

    /** @param kernels for the processor; those of 8-bit integers if none are named */
    def withMatrix[T](
        precision: Precision,
        sources: Seq[Source],
        bias: Option[Array[Float]] = None,
        kernels: ProcessorKernels = new ProcessorKernels(false, Int8.PACKED)
    )(use: Put => T): T = {
      val program = loaded.getOrElse(load(threads))
      loaded = Some(program)
      try use(put(program, precision, sources, bias, kernels))
      catch {
        case failure: Throwable => // what was put in part is not for the next one
          close()
          throw failure
      }
    }

    override def close(): Unit = {
      loaded.foreach(_.close())
      loaded = None
    }
  }

  private def put(
      program: TorchProgram,
      precision: Precision,
      sources: Seq[Source],
      bias: Option[Array[Float]],
      kernels: ProcessorKernels
  ): Put = {
    val checkpoint = new Fake(sources)
    val decoder = new DecoderProgram(program)
    for (values <- bias) {
      decoder.partCopied(floats(values, values.length.toLong))
      decoder.putBias()
    }
    val slot = noCache.slot(checkpoint, precision, 0)
    val parts = new TensorParts(checkpoint, decoder)
    val loader = new MatrixLoader(checkpoint, parts, decoder, slot)
    loader.place(MatrixPlace.of(Device.CPU, precision, kernels, Residence.HELD))
    loader.put("m", sources.map(_.name): _*)
    assert(parts.parameters == sources.map(s => s.rows.toLong * s.columns).sum)
    new Put(program, loader.bytes)
  }

  private def load(threads: Int): TorchProgram = {
    val program = TorchProgram.load(archive, threads)
    val decoder = new DecoderProgram(program)
    decoder.begin(1e-6, floats(Array(1f), 1), 1.0)
    decoder.on("cpu", 6)
    program
  }

  def withProgram[T](use: TorchProgram => T): T = {
    val program = load(2)
    try use(program)
    finally program.close()
  }
}
