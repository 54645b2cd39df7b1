package org.codeaudit.job.option;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Large counts as people write them: {@code 800000}, {@code 800k}, {@code 50m}, {@code 1.5b}. */
public final class CountConverter implements ITypeConverter<Long> {
  private static final Pattern COUNT = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)([kmb]?)");
  private static final Map<String, Double> UNITS = Map.of("", 1.0, "k", 1e3, "m", 1e6, "b", 1e9);

  @Override
  public Long convert(String text) {
    Matcher count = COUNT.matcher(text.strip().toLowerCase(Locale.ROOT));
    double number =
        count.matches() ? Double.parseDouble(count.group(1)) * UNITS.get(count.group(2)) : 0;
    if (number < 1 || number > 1e15) {
      throw new TypeConversionException(
          "'" + text + "' is no count such as 800000, 800k, 50m or 1.5b");
    }
    return Math.round(number);
  }
}
