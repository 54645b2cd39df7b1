package org.codeaudit.finding;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One shape of secret. Every quantifier is bounded or possessive, so a pass over a text takes time
 * linear in its length whatever the text is.
 *
 * @param kind what the marker says, e.g. {@code aws-access-key}
 * @param pattern group 1 is the secret
 * @param isSecret the last word on what the pattern found, given group 1
 */
record SecretRule(String kind, Pattern pattern, Predicate<String> isSecret) {

  private static final String PASSWORD = "pass(?:word|wd|phrase)|\\bpwd|secret";
  private static final String KEY =
      "token|api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|account[_-]?key"
          + "|credential|auth[_-]?key|secret";

  /** From a name to its value: closing quote or array brackets, a type, an operator. */
  private static final String ASSIGNED =
      "(?:\\\\{0,3}[\"'])?(?:\\[\\w{0,10}+])?(?:\\s{0,4}:\\s{0,4}[\\w&<>\\[\\].?]{1,40}+)?"
          + "\\s{0,8}+(?::=|=>|[!=]?={1,2}+|:|\\.equals\\()\\s{0,8}+";

  /** A literal without white space; its quotes may be escaped, as they are inside JSON. */
  private static final String LITERAL =
      "[a-zA-Z@]{0,2}\\\\{0,3}+[\"'`]((?:[^\\s\"'`\\\\]|\\\\[^\\s\"'`\\\\]){4,256}+)\\\\{0,3}+[\"'`]";

  /**
   * A value without quotes, as in environment files and YAML, that no call or subscript follows.
   */
  private static final String BARE = "([^\\s\"'`,;&<>(){}\\[\\]$\\\\]{6,256}+)(?![(\\[])";

  /** In order of precedence: where two overlap, the one that begins first and stands first wins. */
  static final List<SecretRule> ALL =
      List.of(
          of(
              "private-key",
              "(-----BEGIN [A-Z ]{0,32}PRIVATE KEY(?: BLOCK)?-----"
                  + "(?:(?!-----END)[A-Za-z0-9+/=\\s\\\\:,-]){0,16384}+"
                  + "(?:-----END [A-Z ]{0,32}PRIVATE KEY(?: BLOCK)?-----)?)"),
          of(
              "key-material",
              "(?<![A-Za-z0-9+/=-])([A-Za-z0-9+/]{58,76}+={0,2}+)(?![A-Za-z0-9+/=])",
              value -> hasAllClasses(value) && entropy(value) > 4.7),
          of(
              "aws-access-key",
              "(?<![A-Za-z0-9])((?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16})(?![A-Za-z0-9])"),
          of("github-token", "(?<![A-Za-z0-9])(gh[pousr]_[0-9A-Za-z]{36,255}+)"),
          of("github-token", "(?<![A-Za-z0-9])(github_pat_[0-9A-Za-z_]{22,255}+)"),
          of("gitlab-token", "(?<![A-Za-z0-9])(gl(?:pat|dt|rt|ptt)-[0-9A-Za-z_-]{20,255}+)"),
          of("slack-token", "(?<![A-Za-z0-9])(xox[abeoprs]-[0-9A-Za-z-]{10,255}+)"),
          of("slack-webhook", "hooks\\.slack\\.com/(services/[0-9A-Za-z/_-]{16,255}+)"),
          of("google-api-key", "(?<![A-Za-z0-9])(AIza[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])"),
          of("google-oauth-secret", "(?<![A-Za-z0-9])(GOCSPX-[0-9A-Za-z_-]{20,64}+)"),
          of(
              "stripe-key",
              "(?<![A-Za-z0-9])((?:sk|rk|whsec)_(?:live_|test_)?[0-9A-Za-z]{16,255}+)"),
          of(
              "api-key",
              "(?<![A-Za-z0-9_-])(sk-[A-Za-z0-9_-]{20,255}+)",
              value -> hasAllClasses(value)),
          of("npm-token", "(?<![A-Za-z0-9])(npm_[0-9A-Za-z]{36})(?![0-9A-Za-z])"),
          of("pypi-token", "(?<![A-Za-z0-9])(pypi-AgE[0-9A-Za-z_-]{50,1024}+)"),
          of("hugging-face-token", "(?<![A-Za-z0-9])(hf_[A-Za-z0-9]{30,64}+)"),
          of(
              "sendgrid-key",
              "(?<![A-Za-z0-9])(SG\\.[0-9A-Za-z_-]{16,32}+\\.[0-9A-Za-z_-]{16,64}+)"),
          of(
              "json-web-token",
              "(?<![A-Za-z0-9])(eyJ[0-9A-Za-z_-]{8,2048}+\\.eyJ[0-9A-Za-z_-]{8,4096}+"
                  + "(?:\\.[0-9A-Za-z_-]{0,2048}+)?)"),
          of(
              "connection-password",
              "://[^\\s:/@\"'<>]{0,64}+:([^\\s/@\"'<>]{1,256}+)@",
              value -> !isPlaceholder(value)),
          of(
              "connection-password",
              "(?i)[;?&](?:password|passwd|pwd|accountkey|sharedaccesskey)=([^\\s;&\"'`<>]{3,256}+)",
              value -> !isPlaceholder(value) && !isReference(value)),
          of(
              "bearer-token",
              "(?i)\\b(?:bearer|basic) {1,4}([A-Za-z0-9._~+/-]{16,4096}+={0,2}+)",
              value -> hasLetterAndDigit(value) && entropy(value) >= 3),
          of(
              "password",
              "(?i)(?:" + PASSWORD + ")" + ASSIGNED + LITERAL,
              value -> !isPlaceholder(value) && !namesItself(value)),
          of(
              "password",
              "(?i)(?:set|with)_?(?:password|passwd|passphrase|secret)\\(\\s{0,8}+" + LITERAL,
              value -> !isPlaceholder(value) && !namesItself(value)),
          of(
              "password",
              "(?i)(?:" + PASSWORD + ")" + ASSIGNED + BARE,
              value -> hasLetterAndDigit(value) && !isPlaceholder(value) && !isReference(value)),
          of(
              "password",
              "(?m)^[+-]?[ \\t]{0,16}+(?:export )?[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD)="
                  + "([^\\s\"'$(]{3,256}+)",
              value -> !isPlaceholder(value)),
          of(
              "secret",
              "(?i)(?:" + PASSWORD + "|" + KEY + ")[\\w-]{0,32}+" + ASSIGNED + LITERAL,
              SecretRule::looksRandom),
          of(
              "secret",
              "(?i)(?:" + KEY + ")[\\w-]{0,32}+" + ASSIGNED + BARE,
              SecretRule::looksRandom));

  private static SecretRule of(String kind, String pattern) {
    return of(kind, pattern, value -> true);
  }

  private static SecretRule of(String kind, String pattern, Predicate<String> isSecret) {
    return new SecretRule(kind, Pattern.compile(pattern), isSecret);
  }

  /** A value that people do not choose: long, mixed, and not a path, address or reference. */
  private static boolean looksRandom(String value) {
    return value.length() >= 16
        && hasLetterAndDigit(value)
        && !isPlaceholder(value)
        && !isReference(value)
        && !value.contains("://")
        && !value.startsWith("/")
        && !value.startsWith("./")
        && entropy(value) >= 3;
  }

  /** {@code ${NAME}}, {@code <password>}, {@code %s}, {@code ****}, or what was redacted before. */
  private static boolean isPlaceholder(String value) {
    return "${<%#".indexOf(value.charAt(0)) >= 0
        || value.startsWith(SecretRedactor.MARKER)
        || value.chars().distinct().count() == 1;
  }

  /** {@code config.database1.password}: code that names a value, not the value. */
  private static boolean isReference(String value) {
    return value.matches("[A-Za-z_]\\w*+(?:(?:\\.|::|->)[A-Za-z_]\\w*+)++");
  }

  /** The name of a field or form input rather than what is in it. */
  private static boolean namesItself(String value) {
    return value.matches("(?i)[a-z_.-]*+") && value.matches("(?i).*(?:pass|pwd|secret).*");
  }

  private static boolean hasLetterAndDigit(String value) {
    return value.chars().anyMatch(Character::isDigit)
        && value.chars().anyMatch(Character::isLetter);
  }

  private static boolean hasAllClasses(String value) {
    return value.chars().anyMatch(Character::isDigit)
        && value.chars().anyMatch(Character::isUpperCase)
        && value.chars().anyMatch(Character::isLowerCase);
  }

  /** Shannon's entropy of the characters, in bits a character. */
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
