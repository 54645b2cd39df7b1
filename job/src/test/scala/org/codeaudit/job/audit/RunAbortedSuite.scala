package org.codeaudit.job.audit

import java.io.IOException

import org.apache.spark.SparkException
import org.codeaudit.{AuditException, ErrorClass}
import org.codeaudit.job.audit.RunAborted.Reason
import org.scalatest.funsuite.AnyFunSuite

class RunAbortedSuite extends AnyFunSuite {
  private def known(errorClass: ErrorClass) = new AuditException(errorClass, "what", "why", "fix")

  private def byTask(cause: Throwable) =
    new SparkException("Job aborted due to stage failure", new SparkException("Task failed", cause))

  for (
    (what, failure, reason, message) <- Seq[(String, Throwable, Reason, String)](
      (
        "a model that a task cannot load",
        byTask(known(ErrorClass.CHECKPOINT_TRUNCATED)),
        Reason.MODEL,
        "what. why. fix."
      ),
      (
        "a repository that a task cannot read",
        byTask(known(ErrorClass.GIT_FAILED)),
        Reason.SOURCE,
        "what. why. fix."
      ),
      (
        "rows that cannot be published, on the driver",
        known(ErrorClass.OUTPUT_PUBLISH),
        Reason.OUTPUT,
        "what. why. fix."
      ),
      (
        "a prompt template that is wrong",
        known(ErrorClass.PROMPT_INVALID),
        Reason.OTHER,
        "what. why. fix."
      ),
      (
        "a full disk, below what Spark says of it",
        byTask(new IOException("No space left on device\n\tat org.example")),
        Reason.UNEXPECTED,
        "the run was aborted: java.io.IOException: No space left on device"
      ),
      (
        "an error of the JVM",
        new OutOfMemoryError("Java heap space"),
        Reason.UNEXPECTED,
        "the run was aborted: java.lang.OutOfMemoryError: Java heap space"
      )
    )
  ) test(s"a run can be aborted by $what") {
    val aborted = RunAborted.by(failure)
    assert(aborted.reason === reason && aborted.getMessage === message)
    assert(aborted.error.isPresent === (reason != Reason.UNEXPECTED))
    assert(aborted.getCause eq failure)
  }

  test("a run that was aborted is not aborted again on its way out") {
    val aborted = RunAborted.by(known(ErrorClass.MODEL_CHANGED))
    assert(RunAborted.by(aborted) eq aborted)
  }
}
