package org.codeaudit.model.torch

import org.codeaudit.model.torch.program.{TorchProgram, TorchScriptArchive}
import org.scalatest.funsuite.AnyFunSuite

/** A kernel for all sequences is used only if it finds what it shall: no GPU's is trusted unseen.
  */
class AttentionKernelSuite extends AnyFunSuite {

  /** How much a kernel of this text is found to err. */
  private def error(kernel: String): Double = {
    val trial =
      """class Trial(Module):
        |  __parameters__ = []
        |  __buffers__ = []
        |  training : bool
        |
        |  def error(self) -> float:
        |    cache = __torch__.Cache(2, 16)
        |    cpu = torch.device("cpu")
        |    cache.allocate(4, 15, 15, cpu)
        |    return __torch__.kernel_error(6, cache, cpu)
        |
        |# other stretches, with the same queries
        |def other(stretches: __torch__.Stretches, keys: Tensor, lengths: Tensor, causal: bool) -> __torch__.Stretches:
        |  other = __torch__.Stretches([1], [0], [1], causal, keys.device)
        |  other.queries = stretches.queries
        |  other.keys = keys
        |  other.lengths = lengths
        |  return other
        |""".stripMargin
    val parts = Seq("copying.py", "codes.py", "normal_floats.py", "linear.py", "matrix.py") ++
      Seq("cache.py", "attention.py", "delta.py")
    val source = Seq(TorchScriptArchive.source(parts: _*), kernel, trial).mkString("\n\n")
    val program = TorchProgram.load(TorchScriptArchive.ofSource(source), 1)
    try program.callForDouble("error")
    finally program.close()
  }

  private def kernel(result: String): String =
    "def attention_kernel(query: Tensor, key: Tensor, value: Tensor,\n" +
      "                     stretches: __torch__.Stretches) -> Tuple[Tensor, Tensor]:\n" +
      "  found, sums = __torch__.by_definition(query, key, value, stretches)\n" +
      s"  return $result\n"

  private def of(stretches: String): String =
    s"__torch__.by_definition(query, key, value, __torch__.other(stretches, $stretches))"

  test("one that rounds its results is right") {
    assert(error(TorchScriptArchive.source("attention_kernel.py")) == 0)
    val rounded = error(kernel("(torch.to(found, 15), sums)"))
    assert(rounded > 0 && rounded < 0.01)
  }

  for (
    (what, result) <- Seq(
      "sees what comes later" -> of("stretches.keys, stretches.lengths, False"),
      "is blind to the first positions" -> of("stretches.keys, stretches.lengths, True"),
      "forgets where stretches begin" ->
        of("torch.zeros_like(stretches.keys), stretches.lengths, stretches.causal"),
      "loses the last position" ->
        of("stretches.keys, (stretches.lengths - 1).clamp_min_(1), stretches.causal"),
      "scales scores in another way" ->
        "__torch__.by_definition(query * 1.1, key, value, stretches)",
      "gives heads the keys of others" ->
        "__torch__.by_definition(query.flip([1]), key, value, stretches)",
      "mixes up sums" -> "(found, sums.flip([0]))",
      "has sums of another base" -> "(found, sums / 0.6931)",
      "finds no numbers" -> "(found * nan, sums)",
      "has no numbers for sums" -> "(found, sums * nan)"
    )
  ) test(s"one that $what is found out") {
    val found = error(kernel(result))
    info(f"$found%.2f")
    assert(found.isNaN || found > 0.1)
  }
}
