package org.codeaudit.check
import java.nio.file.{Files, Path}

import org.codeaudit.AuditException
import org.scalatest.funsuite.AnyFunSuite

class CalibrationFileSuite extends AnyFunSuite {
  private val calibration = new Calibration(
    "sha256:0123456789abcdef",
    "abc-1",
    new Leaning(java.util.Map.of("a", 1.5), 1.2),
    new Curve(java.util.Map.of("sign", 2.5), java.util.Map.of("a", -3.0), -4),
    0.03,
    new Curve(java.util.Map.of("screen", 0.5), java.util.Map.of("a", -1.0), -2),
    new Curve(java.util.Map.of("verdict", 1.5), java.util.Map.of(), -3),
    0.1
  )

  private def written(text: String): Path =
    Files.writeString(Files.createTempFile("calibration", ".json"), text)

  private def refusal(text: String, model: String, questions: String): String = {
    val refused =
      intercept[AuditException](CalibrationFile.read(written(text), model, questions))
    assert(refused.errorClass.name == "CALIBRATION_INVALID")
    assert(refused.getMessage.contains("--uncalibrated"))
    refused.getMessage
  }

  test("a calibration comes back as it was written") {
    val file = Files.createTempFile("calibration", ".json")
    CalibrationFile.write(calibration, file)
    assert(CalibrationFile.read(file, calibration.model, calibration.questions) == calibration)
  }

  test("what is no calibration, or one of something else, is refused with the reason") {
    val file = Files.createTempFile("calibration", ".json")
    CalibrationFile.write(calibration, file)
    val good = Files.readString(file)
    val cases = Seq(
      (good, "other", "abc-1", "made for the model sha256:0123456789abcdef, not other"),
      (good, calibration.model, "abc-2", "made for the questions abc-1, not abc-2"),
      ("", calibration.model, "abc-1", "no calibration"),
      ("null", calibration.model, "abc-1", "no curves"),
      ("[1]", calibration.model, "abc-1", "no calibration"),
      (good.replace("screenFrom", "screenTo"), calibration.model, "abc-1", "screenFrom"),
      (good.replaceFirst("0\\.5", "\"half\""), calibration.model, "abc-1", "no calibration")
    )
    for ((text, model, questions, expected) <- cases) {
      val message = refusal(text, model, questions)
      assert(message.contains(expected), s"$message instead of $expected")
    }
  }

  test("a file that is not there is refused with its name") {
    val refused = intercept[AuditException](
      CalibrationFile.read(Path.of("/nowhere/at/all.json"), "m", "q")
    )
    assert(refused.getMessage.contains("/nowhere/at/all.json"))
  }

  test("there is none for a model that nobody calibrated") {
    assert(CalibrationFile.bundled("sha256:ffffffffffffffff", "abc-1").isEmpty)
  }

  test("calibrations that the jar carries are those of its checks") {
    val folder = Path.of(System.getProperty("codeaudit.root", "..")).resolve("conf/calibrations")
    val files = Files.list(folder).filter(_.toString.endsWith(".json")).toList
    val questions =
      org.codeaudit.review.CheckedReview.calibratedVersion(CheckSet.bundled(), true)
    files.forEach { file =>
      val model = new com.fasterxml.jackson.databind.ObjectMapper()
        .readTree(file.toFile)
        .path("model")
        .asText
      assert(file.getFileName.toString == CalibrationFile.name(model))
      assert(
        CalibrationFile.bundled(model, questions).isPresent,
        s"$file was made for other questions: run audit calibrate again"
      )
    }
  }
}
