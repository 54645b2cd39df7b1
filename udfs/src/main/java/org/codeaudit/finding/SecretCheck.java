package org.codeaudit.finding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Checks of a value that a pattern cannot express; the table of rules refers to them by name. */
final class SecretCheck {
  private static final Pattern REFERENCE =
      Pattern.compile("[A-Za-z_]\\w*+(?:(?:\\.|::|->)[A-Za-z_]\\w*+)++");
  private static final Pattern ESCAPE = Pattern.compile("\\\\u[0-9a-fA-F]{4}");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{32,}+={0,2}+");
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_]++\\d{0,4}+");
  private static final Pattern WORD_ENDS = Pattern.compile("_++|(?<=[a-z])(?=[A-Z])");
  private static final Pattern CREDENTIALS = Pattern.compile("[ -9;-~]{1,128}:[ -~]{1,512}");
  private static final int SHORTEST_KEY_MATERIAL = 58;
  private static final int ALPHABET = 16;

  private static final Set<String> WORDS_OF_CODE = words("words-of-code.txt");

  /** What occurs in sentences and not in passphrases. */
  private static final Set<String> WORDS_OF_SENTENCES =
      Set.of(
          "a an and are at be been by can cannot do does enter for from had has have if in is it may"
              .concat(" must no not of on only or please should than that the then this to too use")
              .concat(" used using was were when which will with you your valid invalid required")
              .split(" "));

  private SecretCheck() {}

  static Predicate<String> of(String name) {
    return switch (name) {
      case "filled" -> value -> !isPlaceholder(value);
      case "foreign" -> value -> !namesItself(value);
      case "direct" -> value -> !isReference(value);
      case "wordless" -> value -> !isWordOfCode(value);
      case "mixed" -> SecretCheck::hasLetterAndDigit;
      case "classes" -> SecretCheck::hasAllClasses;
      case "varied" -> value -> entropy(value) >= 3;
      case "dense" -> value -> hasAllClasses(value) && entropy(value) > 4.7 && !isAlphabet(value);
      case "random" -> SecretCheck::looksRandom;
      case "basic" -> SecretCheck::isUserAndPassword;
      case "passphrase" -> SecretCheck::isPassphrase;
      default -> throw new IllegalStateException("No check of a secret: " + name);
    };
  }

  static Predicate<String> ofText(String name) {
    return switch (name) {
      case "long-run" -> SecretCheck::hasLongRun;
      case "password-variable" -> text -> text.contains("PASSWORD=") || text.contains("PASSWD=");
      default -> throw new IllegalStateException("No need of a secret: " + name);
    };
  }

  private static Set<String> words(String resource) {
    return SecretRules.lines(resource)
        .flatMap(line -> Arrays.stream(line.split(" ")))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The number of consecutive base64 characters that suggests key material. */
  private static boolean hasLongRun(String text) {
    int run = 0;
    for (int at = 0; at < text.length(); at++) {
      run = base64(text.charAt(at)) ? run + 1 : 0;
      if (run == SHORTEST_KEY_MATERIAL) {
        return true;
      }
    }
    return false;
  }

  private static boolean base64(char character) {
    return character >= 'a' && character <= 'z'
        || character >= 'A' && character <= 'Z'
        || character >= '/' && character <= '9'
        || character == '+';
  }

  /** A value that no person would choose: long, mixed, and not a path, address or reference. */
  private static boolean looksRandom(String value) {
    return value.length() >= 16
        && hasLetterAndDigit(value)
        && !isPlaceholder(value)
        && !isReference(value)
        && !value.contains("://")
        && !isPath(value)
        && entropy(value) >= 3;
  }

  /** Begins like a path; so can base64, but the parts between its slashes are longer. */
  private static boolean isPath(String value) {
    return value.startsWith("./")
        || value.startsWith("/")
            && !(BASE64.matcher(value).matches()
                && hasAllClasses(value)
                && entropy(value) > 4
                && Arrays.stream(value.split("/")).anyMatch(part -> part.length() >= 16));
  }

  /** {@code ${NAME}}, {@code <password>}, {@code %s}, {@code ****}, or what was redacted before. */
  private static boolean isPlaceholder(String value) {
    return "${<%#".indexOf(value.charAt(0)) >= 0
        || value.startsWith(SecretRedactor.MARKER)
        || value.chars().distinct().count() == 1;
  }

  /** {@code config.database1.password}: code that names a value, not the value. */
  private static boolean isReference(String value) {
    return REFERENCE.matcher(value).matches();
  }

  /** The name of a field or form input rather than its value. */
  private static boolean namesItself(String value) {
    return value.matches("(?i)[a-z_.-]*+") && value.matches("(?i).*(?:pass|pwd|secret).*");
  }

  /** {@code String2}, {@code otherValue}: a type or variable, judging by its last word. */
  private static boolean isWordOfCode(String value) {
    if (!IDENTIFIER.matcher(value).matches()) {
      return false;
    }
    String[] words = WORD_ENDS.split(value.replaceAll("\\d++$", ""));
    return words.length > 0
        && WORDS_OF_CODE.contains(words[words.length - 1].toLowerCase(Locale.ROOT));
  }

  /** Base64 of a user name, a colon and a password. */
  private static boolean isUserAndPassword(String value) {
    try {
      byte[] decoded = Base64.getDecoder().decode(value);
      return CREDENTIALS.matcher(new String(decoded, StandardCharsets.ISO_8859_1)).matches();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Words that belong neither to a sentence nor to the name of a password. */
  private static boolean isPassphrase(String value) {
    return Arrays.stream(value.split("[ -]"))
        .noneMatch(word -> WORDS_OF_SENTENCES.contains(word) || namesItself(word));
  }

  /** The digits of an escaped character do not count. */
  private static boolean hasLetterAndDigit(String value) {
    String letters = value.contains("\\u") ? ESCAPE.matcher(value).replaceAll("e") : value;
    return letters.chars().anyMatch(Character::isDigit)
        && letters.chars().anyMatch(Character::isLetter);
  }

  /** Letters in alphabetical order, as in a table of characters. */
  private static boolean isAlphabet(String value) {
    int run = 1;
    for (int at = 1; at < value.length() && run < ALPHABET; at++) {
      run = value.charAt(at) == value.charAt(at - 1) + 1 ? run + 1 : 1;
    }
    return run == ALPHABET;
  }

  private static boolean hasAllClasses(String value) {
    return value.chars().anyMatch(Character::isDigit)
        && value.chars().anyMatch(Character::isUpperCase)
        && value.chars().anyMatch(Character::isLowerCase);
  }

  /** Shannon entropy of the characters, in bits per character. */
  private static double entropy(String value) {
    int[] counts = new int[128];
    value.chars().forEach(c -> counts[Math.min(c, 127)]++);
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / value.length();
        bits -= share * Math.log(share) / Math.log(2);
      }
    }
    return bits;
  }
}
