package org.codeaudit.bench.models;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * What a process has measured.
 *
 * @param rows of {@link org.codeaudit.udf.row.GenerationSchema#GENERATIONS}, one for each prompt
 * @param error why there is nothing else; null if all went well
 */
record ModelOutcome(List<Row> rows, RunFacts facts, String error) implements Serializable {
  static ModelOutcome without(String error) {
    return new ModelOutcome(List.of(), null, error);
  }
}
