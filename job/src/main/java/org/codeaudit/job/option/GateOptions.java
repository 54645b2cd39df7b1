package org.codeaudit.job.option;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.codeaudit.job.report.request.Gate;
import org.codeaudit.job.report.request.NewFindings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Whether findings make the command fail. */
public final class GateOptions {
  @Option(
      names = "--fail-on",
      paramLabel = "GATE",
      converter = Converter.class,
      description =
          "End with exit code 5 if something was found of at least this severity: critical, high,"
              + " medium, low or info; with new: before it, e.g. new:high, only if it was not there"
              + " before. Findings that are less sure than --min-confidence do not count.")
  Gate gate;

  static final class Converter implements ITypeConverter<Gate> {
    @Override
    public Gate convert(String text) {
      try {
        return Gate.parse(text);
      } catch (IllegalArgumentException unknown) {
        throw new TypeConversionException(unknown.getMessage());
      }
    }
  }

  /** The gate, if one was asked for. */
  public Optional<Gate> gate() {
    return Optional.ofNullable(gate);
  }

  /**
   * The findings that keep it shut; none without a gate.
   *
   * @param findings rows of {@code findings} that stand
   * @param states rows of that table, of the runs they are of
   * @param coverage rows of that table, of the same
   */
  public List<Row> shutBy(List<Row> findings, Dataset<Row> states, Dataset<Row> coverage) {
    return gate == null ? List.of() : gate.shutBy(findings, NewFindings.of(states, coverage));
  }
}
