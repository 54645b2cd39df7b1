package org.codeaudit.job.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Confidences: numbers from 0 to 1. */
public final class ConfidenceConverter implements ITypeConverter<Double> {
  @Override
  public Double convert(String text) {
    try {
      double confidence = Double.parseDouble(text.strip());
      if (confidence >= 0 && confidence <= 1) {
        return confidence;
      }
    } catch (NumberFormatException noNumber) {
      // reported below
    }
    throw new TypeConversionException("'" + text + "' is no confidence: it is from 0 to 1");
  }
}
