package org.codeaudit.job.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ImplicitCastInputTypes;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.errors.QueryCompilationErrors$;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.codeaudit.job.option.FunctionSettings;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call of a function that asks the model, until {@link BatchCalls} replaces it. It carries the
 * settings of the moment it was written, so a query keeps its meaning when they are changed later,
 * and results cached of one model are not taken for another's.
 */
public final class ModelCall extends Expression implements Unevaluable, ImplicitCastInputTypes {
  private static final long serialVersionUID = 1L;

  /** What the keys of all settings begin with. */
  static final String PREFIX = "spark.codeaudit.";

  private final AiFunction function;
  private final FunctionSettings settings;
  private final Seq<Expression> children;

  ModelCall(AiFunction function, FunctionSettings settings, Seq<Expression> children) {
    this.function = function;
    this.settings = settings;
    this.children = children;
  }

  /** A call with the settings of the session that is active. */
  static ModelCall of(AiFunction function, Seq<Expression> arguments) {
    if (arguments.size() != function.arguments()) {
      QueryCompilationErrors$ errors = QueryCompilationErrors$.MODULE$;
      throw Unchecked.rethrow(
          errors.wrongNumArgsError(
              function.sqlName(),
              Plans.seq(List.of(function.arguments())),
              arguments.size(),
              errors.wrongNumArgsError$default$4(),
              errors.wrongNumArgsError$default$5(),
              errors.wrongNumArgsError$default$6()));
    }
    Map<String, String> values = new HashMap<>();
    Plans.list(SparkSession.active().conf().getAll().toSeq())
        .forEach(
            entry -> {
              if (entry._1().startsWith(PREFIX)) {
                values.put(entry._1().substring(PREFIX.length()), entry._2());
              }
            });
    return new ModelCall(function, FunctionSettings.of(PREFIX, values), arguments);
  }

  AiFunction function() {
    return function;
  }

  FunctionSettings settings() {
    return settings;
  }

  /** Whether both ask the same of every row, so that one answer serves both. */
  boolean asksTheSame(ModelCall other) {
    if (function != other.function || !settings.equals(other.settings)) {
      return false;
    }
    List<Expression> mine = Plans.list(children);
    List<Expression> others = Plans.list(other.children);
    for (int i = 0; i < mine.size(); i++) {
      if (!(mine.get(i) instanceof ModelCall call
          ? others.get(i) instanceof ModelCall nested && call.asksTheSame(nested)
          : mine.get(i).semanticEquals(others.get(i)))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Seq<Expression> children() {
    return children;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new ModelCall(function, settings, newChildren);
  }

  @Override
  public Seq<AbstractDataType> inputTypes() {
    List<AbstractDataType> types = new ArrayList<>();
    for (int i = 0; i < function.arguments(); i++) {
      types.add(DataTypes.StringType);
    }
    return Plans.seq(types);
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    return ImplicitCastInputTypes.super.checkInputDataTypes();
  }

  @Override
  public DataType dataType() {
    return function.type();
  }

  @Override
  public boolean nullable() {
    return true;
  }

  /** What is not deterministic the optimizer neither repeats nor moves. */
  @Override
  public boolean deterministic() {
    return false;
  }

  @Override
  public boolean foldable() {
    return false;
  }

  @Override
  public Object eval(InternalRow input) {
    return Unevaluable.super.eval(input);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return Unevaluable.super.doGenCode(context, code);
  }

  @Override
  public String prettyName() {
    return function.sqlName();
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> function;
      case 1 -> settings;
      case 2 -> children;
      default -> throw new IndexOutOfBoundsException(index);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ModelCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelCall call
        && function == call.function
        && settings.equals(call.settings)
        && children.equals(call.children);
  }

  @Override
  public int hashCode() {
    return Objects.hash(function, settings, children);
  }

  @Override
  public String toString() {
    return function.sqlName() + children.mkString("(", ", ", ")");
  }
}
