package org.codeaudit.job.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** An executor holds one model at a time, and a task may not wait for itself to let go of it. */
final class OneModel {
  private OneModel() {}

  /**
   * @throws AuditException {@code MODEL_BUSY} if calls of this plan ask different models
   */
  static void check(LogicalPlan plan) {
    List<ModelCall> calls = new ArrayList<>();
    plan.foreach(
        operator -> {
          calls.addAll(Plans.distinctCalls(Plans.list(operator.expressions()), call -> true));
          return null;
        });
    for (ModelCall call : calls) {
      if (!call.settings().sameModel(calls.get(0).settings())) {
        throw new AuditException(
            ErrorClass.MODEL_BUSY,
            "One query cannot ask two models",
            "it asks "
                + calls.get(0).settings().model()
                + " and "
                + call.settings().model()
                + ", or one model with different "
                + ModelCall.PREFIX
                + "precision, arithmetic, batch, threads, cacheTokens or kvCacheDtype",
            "Write the answers of the first to a table and ask the second in another query");
      }
    }
  }
}
