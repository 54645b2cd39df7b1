package org.codeaudit.job.option;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Times as people write them: {@code 90s}, {@code 45m}, {@code 2h}, {@code 1h30m}; {@code PT2H}.
 */
public final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern PARTS =
      Pattern.compile("(?:(\\d{1,6})d)? ?(?:(\\d{1,6})h)? ?(?:(\\d{1,6})m)? ?(?:(\\d{1,9})s)?");

  @Override
  public Duration convert(String text) {
    Matcher parts = PARTS.matcher(text.strip().toLowerCase(Locale.ROOT));
    try {
      Duration duration = parts.matches() ? sum(parts) : Duration.parse(text.strip());
      if (!duration.isNegative() && !duration.isZero()) {
        return duration;
      }
    } catch (DateTimeParseException | ArithmeticException e) {
      // Reported below.
    }
    throw new TypeConversionException("'" + text + "' is no time such as 2h, 45m, 1h30m or 90s");
  }

  private static Duration sum(Matcher parts) {
    return Duration.ofDays(number(parts.group(1)))
        .plusHours(number(parts.group(2)))
        .plusMinutes(number(parts.group(3)))
        .plusSeconds(number(parts.group(4)));
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
