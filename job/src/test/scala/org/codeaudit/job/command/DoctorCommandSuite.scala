package org.codeaudit.job.command

import java.nio.file.Files

import com.fasterxml.jackson.databind.ObjectMapper

import org.codeaudit.model.torch.machine.TorchInstallation

class DoctorCommandSuite extends CommandSuite {

  test("a machine is examined, for people and for programs") {
    val file = folder("doctor").resolve("doctor.json")
    val outcome = audit("doctor", "--json", file.toString)
    val lines = outcome.out.linesIterator.toSeq
    // the disk of a machine that builds may be full
    val bad = lines.filter(_.startsWith("failed"))
    assert(bad.forall(_.contains("disk for")), outcome.out)
    assert(outcome.code == (if (bad.isEmpty) 0 else 1))
    for (what <- Seq("java modules", "memory", "libtorch", "floors of the processor"))
      assert(lines.exists(_.matches(s"ok +$what +.*")), what)
    assert(lines.exists(_.contains("6 of 6 answers")))
    val report = new ObjectMapper().readTree(file.toFile)
    assert(report.path("checks").size == lines.size - 1)
    assert(report.path("well").asBoolean == bad.isEmpty)
  }

  test("without a GPU the check for one fails and says what is missing") {
    assume(
      TorchInstallation.find().devices.isEmpty && !Files.exists(
        java.nio.file.Path.of("/proc/driver/nvidia")
      )
    )
    val outcome = audit("doctor", "--gpu")
    assert(outcome.code == 1)
    val lines = outcome.out.linesIterator.toSeq
    assert(lines.exists(_.matches("failed +driver of NVIDIA .*\\[install .*")))
    assert(lines.exists(_.matches("failed +cuda .*for processors only.*\\[set PYTORCH_.*")))
    assert(lines.exists(_.matches("skipped +what small models compute .*")))
  }
}
