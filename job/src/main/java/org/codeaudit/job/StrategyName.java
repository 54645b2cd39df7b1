package org.codeaudit.job;

import java.util.Arrays;
import org.codeaudit.model.PlacementRequest.Strategy;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a placement as it is written on the command line: {@code multi-gpu}. */
final class StrategyName implements ITypeConverter<Strategy> {
  @Override
  public Strategy convert(String text) {
    return Arrays.stream(Strategy.values())
        .filter(strategy -> strategy.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of "
                        + Arrays.toString(Strategy.values())
                        + " but was '"
                        + text
                        + "'"));
  }
}
