package org.codeaudit.model.torch.machine
import java.nio.file.{Files, Path}

import org.scalatest.funsuite.AnyFunSuite

class FreeMemorySuite extends AnyFunSuite {
  private def free(files: (String, String)*): Long = {
    val root = Files.createTempDirectory("free-memory")
    for ((name, text) <- files) {
      Files.createDirectories(root.resolve(name).getParent)
      Files.writeString(root.resolve(name), text)
    }
    new FreeMemory(root.resolve("proc"), root.resolve("cgroup")).bytes
  }

  private val machine = "proc/meminfo" -> "MemTotal: 9000 kB\nMemAvailable:   8000 kB\n"

  test("the machine's memory counts, or what is left of a container's limit") {
    val stat = "anon 5\ninactive_file 200000\nactive_file 100000\n" +
      "total_inactive_file 200000\ntotal_active_file 100000\n"
    val cases = Seq[(String, Seq[(String, String)], Long)](
      ("no container", Seq(machine), 8192000L),
      (
        "no limit",
        Seq(machine, "cgroup/memory.max" -> "max\n", "cgroup/memory.current" -> "5000\n"),
        8192000L
      ),
      (
        "a limit",
        Seq(
          machine,
          "cgroup/memory.max" -> "2000000\n",
          "cgroup/memory.current" -> "900000\n",
          "cgroup/memory.stat" -> stat
        ),
        1400000L
      ),
      (
        "a limit above what the machine has",
        Seq(machine, "cgroup/memory.max" -> "99000000", "cgroup/memory.current" -> "900000"),
        8192000L
      ),
      (
        "used up",
        Seq(machine, "cgroup/memory.max" -> "1000", "cgroup/memory.current" -> "900000"),
        0L
      ),
      (
        "the first version",
        Seq(
          machine,
          "cgroup/memory/memory.limit_in_bytes" -> "2000000",
          "cgroup/memory/memory.usage_in_bytes" -> "900000",
          "cgroup/memory/memory.stat" -> stat
        ),
        1400000L
      ),
      (
        "the first version without a limit",
        Seq(
          machine,
          "cgroup/memory/memory.limit_in_bytes" -> "9223372036854771712",
          "cgroup/memory/memory.usage_in_bytes" -> "900000"
        ),
        8192000L
      ),
      ("nothing is said", Nil, Runtime.getRuntime.maxMemory)
    )
    for ((name, files, expected) <- cases) assert(free(files: _*) == expected, name)
  }

  test("this machine has some") {
    assert(FreeMemory.HERE.bytes > (1L << 26) && FreeMemory.HERE.bytes < (1L << 50))
  }
}
