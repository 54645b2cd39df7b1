package org.codeaudit.job.sql;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.codeaudit.generate.ModelLoader;
import org.codeaudit.udf.setting.CheckpointLoader;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.runtime.BoxedUnit;

/**
 * Adds {@code ai_generate(prompt)} and {@code ai_review(code, language)} to a session: {@code
 * --conf spark.sql.extensions=org.codeaudit.job.sql.CodeAuditExtensions}, or {@code withExtensions}
 * of a session's builder.
 *
 * <p>Analysis moves every call into a projection of its own ({@link PlaceCalls}). A call is not
 * deterministic for the optimizer, which therefore never evaluates it twice; only what concerns
 * fewer rows is moved below it ({@link NarrowCalls}). After the optimizer's work the projection
 * becomes a {@code MapPartitions} ({@link BatchCalls}).
 */
public final class CodeAuditExtensions implements Function1<SparkSessionExtensions, BoxedUnit> {
  private final ModelLoader loader;

  /** Functions that load checkpoints. */
  public CodeAuditExtensions() {
    this(new CheckpointLoader());
  }

  /** Functions over a model of the caller's own making. */
  public CodeAuditExtensions(ModelLoader loader) {
    this.loader = loader;
  }

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (AiFunction function : AiFunction.values()) {
      extensions.injectFunction(description(function));
    }
    extensions.injectPostHocResolutionRule(session -> new PlaceCalls());
    extensions.injectOptimizerRule(session -> new NarrowCalls());
    extensions.injectPreCBORule(session -> new BatchCalls(classic(session), loader));
    return BoxedUnit.UNIT;
  }

  private static org.apache.spark.sql.classic.SparkSession classic(SparkSession session) {
    return (org.apache.spark.sql.classic.SparkSession) session;
  }

  private static Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>
      description(AiFunction function) {
    ExpressionInfo info =
        new ExpressionInfo(
            ModelCall.class.getName(),
            null,
            function.sqlName(),
            function.usage(),
            "",
            "",
            "",
            "",
            "",
            "",
            "");
    return new Tuple3<>(
        new FunctionIdentifier(function.sqlName()),
        info,
        arguments -> ModelCall.of(function, arguments));
  }
}
