package org.codeaudit.bench.models

import java.util.{List => JList}

import org.scalatest.funsuite.AnyFunSuite

class GpuWatchSuite extends AnyFunSuite {
  private def seen(script: String): GpuWatch.Reading = {
    val watch = GpuWatch.asking(JList.of("sh", "-c", script))
    try {
      val patience = System.nanoTime + 120e9.toLong
      def waiting = {
        val now = watch.reading
        now.percent == null && now.reason.contains("was over before")
      }
      while (waiting && System.nanoTime < patience) Thread.sleep(10)
      watch.reading
    } finally watch.close()
  }

  test("what nvidia-smi says is read, in bytes") {
    val reading = seen("echo '87, 1024, 2048'")
    assert(reading.percent == 87 && reading.reason == null)
    assert(reading.usedBytes == (1024L << 20) && reading.freeBytes == (2048L << 20))
  }

  test("what it does not say is unknown, with the reason") {
    for (
      (script, reason) <- Seq(
        "echo '[N/A], 1, 2'" -> "nvidia-smi says: [N/A], 1, 2",
        "echo 'No devices were found'; exit 6" -> "nvidia-smi says: No devices were found",
        "exit 9" -> "nvidia-smi says: nothing"
      )
    ) assert(seen(script) == GpuWatch.Reading.none(reason))
    assert(GpuWatch.of("cpu").reading.reason == "the model is on no GPU")
    assert(GpuWatch.of("cuda:0+cpu").reading.reason == "the model is on several devices")
  }

  test("a system without it says so") {
    val watch = GpuWatch.asking(JList.of("/no/such/nvidia-smi"))
    val patience = System.nanoTime + 120e9.toLong
    while (!watch.reading.reason.contains("cannot be asked") && System.nanoTime < patience)
      Thread.sleep(10)
    assert(watch.reading.reason.startsWith("nvidia-smi cannot be asked"))
  }
}
