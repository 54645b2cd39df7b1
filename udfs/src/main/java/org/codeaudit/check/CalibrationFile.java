package org.codeaudit.check;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** Calibrations as small JSON files, as {@code audit calibrate} writes them. */
public final class CalibrationFile {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setSerializationInclusion(JsonInclude.Include.ALWAYS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  private CalibrationFile() {}

  /**
   * A calibration for a run.
   *
   * @param model the revision of the checkpoint that will be asked
   * @param questions the version of what it will be asked
   * @throws AuditException {@code CALIBRATION_INVALID} if it cannot be read or was made for another
   *     model or other questions
   */
  public static Calibration read(Path file, String model, String questions) {
    try {
      Calibration read = parse(Files.readString(file));
      if (!read.model().equals(model)) {
        throw refused(
            file.toString(), "it was made for the model " + read.model() + ", not " + model);
      }
      if (!read.questions().equals(questions)) {
        throw refused(
            file.toString(),
            "it was made for the questions " + read.questions() + ", not " + questions);
      }
      return read;
    } catch (JsonProcessingException e) {
      throw refused(file.toString(), "it is no calibration: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw refused(file.toString(), e.toString());
    }
  }

  /** The calibration in the jar for a model and its questions, if there is one. */
  public static Optional<Calibration> bundled(String model, String questions) {
    try (InputStream in =
        CalibrationFile.class.getResourceAsStream("/calibrations/" + name(model))) {
      if (in == null) {
        return Optional.empty();
      }
      Calibration read = parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return read.questions().equals(questions) ? Optional.of(read) : Optional.empty();
    } catch (IOException e) {
      throw refused(name(model) + " which the jar carries", e.toString());
    }
  }

  /** The name of the file of a model in {@code conf/calibrations}. */
  public static String name(String model) {
    String plain = model.replaceAll("[^A-Za-z0-9]", "");
    return plain.substring(0, Math.min(16, plain.length())) + ".json";
  }

  /** Writes one; an existing file is replaced. */
  public static void write(Calibration calibration, Path file) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(calibration) + "\n");
  }

  private static Calibration parse(String text) throws JsonProcessingException {
    Calibration read = JSON.readValue(text, Calibration.class);
    if (read == null
        || Stream.of(read.leaning(), read.prior(), read.screen(), read.verdict())
            .anyMatch(Objects::isNull)) {
      throw new JsonParseException(null, "it has no curves");
    }
    return read;
  }

  private static AuditException refused(String file, String why) {
    return new AuditException(
        ErrorClass.CALIBRATION_INVALID,
        "Cannot use the calibration " + file,
        why,
        "Make one with 'audit calibrate', or pass --uncalibrated");
  }
}
