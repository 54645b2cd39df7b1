package org.codeaudit.finding;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the table of secret rules; the head of the table explains its lines. */
final class SecretRules {
  private static final Pattern NAME = Pattern.compile("%([A-Z]++)%");
  private static final Pattern CHOICE = Pattern.compile("([^{]*+)\\{([^}]++)}(.*+)");

  private final Map<String, String> texts = new HashMap<>();
  private final List<SecretRule> rules = new ArrayList<>();
  private String kind;
  private List<String> starts;
  private Predicate<String> needed;
  private Predicate<String> check;

  private SecretRules() {}

  static List<SecretRule> read(String resource) {
    SecretRules reader = new SecretRules();
    lines(resource).forEach(reader::line);
    return List.copyOf(reader.rules);
  }

  /** The lines of a resource beside this class, without comments. */
  static Stream<String> lines(String resource) {
    try (InputStream stream = SecretRules.class.getResourceAsStream(resource)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void line(String line) {
    int blank = line.indexOf(' ');
    String rest = line.substring(blank + 1);
    switch (line.substring(0, blank)) {
      case "let" -> let(rest);
      case "kind" -> begin(rest);
      case "starts" -> starts = words(withTexts(rest)).flatMap(SecretRules::choices).toList();
      case "needs" -> needed = SecretCheck.ofText(rest);
      case "check" ->
          check = words(rest).map(SecretCheck::of).reduce(value -> true, Predicate::and);
      case "pattern" ->
          rules.add(new SecretRule(kind, Pattern.compile(withTexts(rest)), starts, needed, check));
      default -> throw new IllegalStateException("No line of a secret rule: " + line);
    }
  }

  private void let(String definition) {
    int equals = definition.indexOf(" = ");
    texts.put(definition.substring(0, equals), withTexts(definition.substring(equals + 3)));
  }

  private void begin(String newKind) {
    kind = newKind;
    starts = List.of();
    needed = text -> true;
    check = value -> true;
  }

  private String withTexts(String line) {
    return NAME.matcher(line)
        .replaceAll(name -> Matcher.quoteReplacement(texts.get(name.group(1))));
  }

  private static Stream<String> words(String line) {
    return Arrays.stream(line.split(" ")).distinct();
  }

  /** {@code {a,b}c} as {@code ac} and {@code bc}. */
  private static Stream<String> choices(String word) {
    Matcher choice = CHOICE.matcher(word);
    if (!choice.matches()) {
      return Stream.of(word);
    }
    return Arrays.stream(choice.group(2).split(","))
        .flatMap(some -> choices(choice.group(1) + some + choice.group(3)));
  }
}
