package org.codeaudit.job.option;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Bytes as people write them: {@code 14} and {@code 14GB} are 14,000,000,000; {@code 14GiB}. */
public final class SizeConverter implements ITypeConverter<Long> {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?) ?(MB|GB|TB|MIB|GIB|TIB|M|G|T|)");
  private static final Map<String, Double> UNITS =
      Map.of(
          "", 1e9, "M", 1e6, "MB", 1e6, "G", 1e9, "GB", 1e9, "T", 1e12, "TB", 1e12, "MIB", 0x1p20,
          "GIB", 0x1p30, "TIB", 0x1p40);

  @Override
  public Long convert(String text) {
    Matcher size = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    double bytes =
        size.matches() ? Double.parseDouble(size.group(1)) * UNITS.get(size.group(2)) : 0;
    if (bytes < 1 || bytes > 0x1p50) {
      throw new TypeConversionException(
          "'" + text + "' is no amount of memory such as 14 (gigabytes), 14GB, 13.5GiB or 800MB");
    }
    return (long) bytes;
  }
}
