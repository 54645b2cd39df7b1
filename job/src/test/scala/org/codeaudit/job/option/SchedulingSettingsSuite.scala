package org.codeaudit.job.option

import org.apache.spark.SparkConf
import org.codeaudit.AuditException
import org.codeaudit.job.command.{CommandSuite, ExitCode}
import org.scalatest.concurrent.TimeLimits
import org.scalatest.time.SpanSugar._

/** What Spark is told about GPUs before a session is started. */
class SchedulingSettingsSuite extends CommandSuite with TimeLimits {
  private val gpus = Map(
    "spark.task.resource.gpu.amount" -> "0.5",
    "spark.executor.resource.gpu.amount" -> "1",
    "spark.executor.resource.gpu.discoveryScript" -> "/nowhere/gpus.sh",
    "spark.driver.resource.gpu.amount" -> "1"
  )

  private def conf(master: String, settings: Map[String, String]) =
    new SparkConf(false).setMaster(master).setAll(settings)

  for (master <- Seq("local", "local[2]", "local[*]", "local[2,3]")) {
    test(s"$master schedules no resources: they are dropped, other settings stay") {
      val settings = conf(master, gpus + ("spark.executor.cores" -> "2"))
      SchedulingSettings.check(settings)
      assert(
        settings.getAll.toMap == Map("spark.master" -> master, "spark.executor.cores" -> "2")
      )
    }
  }

  for (master <- Seq("local-cluster[2,2,1024]", "spark://host:7077", "yarn", "k8s://https://host"))
    test(s"$master keeps its resources, one GPU an executor") {
      val settings = conf(master, gpus)
      SchedulingSettings.check(settings)
      assert(settings.getAll.toMap == gpus + ("spark.master" -> master))
      for (amount <- Seq("2", " 8", "10", "02")) {
        val several = conf(master, gpus + ("spark.executor.resource.gpu.amount" -> amount))
        val error = intercept[AuditException](SchedulingSettings.check(several))
        assert(error.errorClass.name == "GPUS_PER_EXECUTOR")
      }
      // all of them for the one task that loads the model
      val together =
        Seq("executor", "task").map(who => s"spark.$who.resource.gpu.amount" -> "2").toMap
      SchedulingSettings.check(conf(master, gpus ++ together))
    }

  test("a local run ends although resources are asked for, as spark-submit and --conf pass them") {
    val submitted = gpus + ("spark.master" -> "local[1]") - "spark.driver.resource.gpu.amount"
    submitted.foreach { case (key, value) => System.setProperty(key, value) }
    val outcome =
      try
        failAfter(10.minutes) { // without the check no task would ever start
          audit(
            Seq("generate", "--prompt", "Hello", "--model", golden("llama-tiny")) ++
              Seq("--precision", "f32", "--threads", "1", "--max-new-tokens", "2") ++
              Seq("--conf", "spark.driver.resource.gpu.amount=1") ++
              Seq("--out", folder("out").resolve("tables").toString): _*
          )
        }
      finally submitted.keys.foreach(System.clearProperty)
    assert(outcome.code == ExitCode.OK, outcome.err)
  }

  test("--require-gpu fails the run where there is none, with what to do") {
    val output = folder("out").resolve("tables").toString
    val outcome = audit(
      Seq("generate", "--prompt", "Hello", "--model", golden("llama-tiny"), "--require-gpu") ++
        Seq("--master", "local[1]", "--out", output): _*
    )
    assume(!outcome.err.contains("cuda:"), "this machine has a GPU")
    assert(outcome.code == ExitCode.ABORTED)
    assert(outcome.err.contains("which --require-gpu insists on. Spark assigned no GPU, and "))
  }

  test("--device cpu and --require-gpu contradict each other") {
    val outcome = audit("generate", "--prompt", "Hello", "--device", "cpu", "--require-gpu")
    assert(outcome.code == ExitCode.USAGE && outcome.err.contains("--device cpu --require-gpu"))
    val unknown = audit("generate", "--prompt", "Hello", "--device", "tpu")
    assert(unknown.code == ExitCode.USAGE && unknown.err.contains("[AUTO, CPU, GPU]"))
  }
}
