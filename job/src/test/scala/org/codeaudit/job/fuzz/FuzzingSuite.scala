package org.codeaudit.job.fuzz

import scala.collection.mutable

import org.codeaudit.OptIn
import org.scalatest.BeforeAndAfterAll
import org.scalatest.funsuite.AnyFunSuite

/** Looks for inputs that break a property, for so many seconds a target. Run by
  * `mvn verify -Pfuzz`; what is found lies in `job/target/fuzz`.
  */
class FuzzingSuite extends AnyFunSuite with BeforeAndAfterAll {
  private val seconds = Integer.getInteger("fuzz.seconds", 3600).toInt
  private val only = Option(System.getProperty("fuzz.targets")).filterNot(_ == "all")
  private val runs = mutable.ArrayBuffer.empty[FuzzRun]

  for (target <- FuzzTarget.all if only.forall(_.split(",").contains(target.name))) {
    test(s"no input that breaks the property of ${target.name} is found", OptIn) {
      if (!FuzzRun.available) cancel("the fuzzer is not on the class path: use -Pfuzz")
      val run = FuzzRun.of(target, seconds)
      runs += run
      assert(run.failure.isEmpty)
    }
  }

  override def afterAll(): Unit = if (runs.nonEmpty) {
    alert(f"${"target"}%-12s ${"executions"}%12s ${"edges"}%8s ${"corpus"}%8s")
    runs.foreach { run =>
      alert(f"${run.target}%-12s ${run.executions}%,12d ${run.edges}%,8d ${run.corpus}%,8d")
    }
  }
}
