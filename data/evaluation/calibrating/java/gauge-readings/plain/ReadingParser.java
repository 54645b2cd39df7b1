package plants.readings;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses the files in which the gauges keep their readings. A line is
 * {@code sensor;instant;moisture}, moisture in per cent. Lines that start with # are remarks.
 */
public final class ReadingParser {

    private static final int MAX_PROBLEMS = 50;

    public record Reading(String sensor, Instant at, double moisture) { }

    public record Problem(int line, String reason) { }

    public record Outcome(List<Reading> readings, List<Problem> problems) { }

    /** Reads a file. Bad lines are reported, and after too many of them the file is refused. */
    public Outcome parse(Path file) throws IOException {
        List<Reading> readings = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            int number = 0;
            String line;
            while ((line = lines.readLine()) != null) {
                number++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                try {
                    readings.add(parseLine(line));
                } catch (IllegalArgumentException | DateTimeException e) {
                    problems.add(new Problem(number, e.getMessage()));
                    if (problems.size() > MAX_PROBLEMS) {
                        throw new IOException("Too many bad lines in " + file.getFileName(), e);
                    }
                }
            }
        }
        return new Outcome(List.copyOf(readings), List.copyOf(problems));
    }

    static Reading parseLine(String line) {
        String[] parts = line.split(";", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("Expected 3 fields, found " + parts.length);
        }
        String sensor = parts[0].strip();
        if (sensor.isEmpty()) {
            throw new IllegalArgumentException("The sensor is missing");
        }
        Instant at = Instant.parse(parts[1].strip());
        double moisture = Double.parseDouble(parts[2].strip());
        // Written this way round so that NaN is refused as well.
        if (!(moisture >= 0 && moisture <= 100)) {
            throw new IllegalArgumentException("Moisture out of range: " + moisture);
        }
        return new Reading(sensor, at, moisture);
    }
}
