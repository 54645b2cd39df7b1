package org.codeaudit.finding;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One shape of secret. Every quantifier is bounded or possessive, so a pass over a text takes time
 * linear in its length whatever the text is.
 *
 * @param kind what the marker says, e.g. {@code aws-access-key}
 * @param pattern group 1 is the secret
 * @param starts what every match begins with, in lower case and two characters at least; none if it
 *     may begin with much else
 * @param needed whether a text can have a match at all, where there are no such beginnings
 * @param isSecret the last word on what the pattern found, given group 1
 */
record SecretRule(
    String kind,
    Pattern pattern,
    List<String> starts,
    Predicate<String> needed,
    Predicate<String> isSecret) {

  private static final List<String> PASSWORDS =
      List.of("password", "passwd", "passphrase", "pwd", "secret");
  private static final List<String> KEYS =
      List.of(
          "token",
          "apikey",
          "api-key",
          "api_key",
          "accesskey",
          "access-key",
          "access_key",
          "privatekey",
          "private-key",
          "private_key",
          "encryptionkey",
          "encryption-key",
          "encryption_key",
          "accountkey",
          "account-key",
          "account_key",
          "credential",
          "authkey",
          "auth-key",
          "auth_key",
          "secret");

  private static final Pattern REFERENCE =
      Pattern.compile("[A-Za-z_]\\w*+(?:(?:\\.|::|->)[A-Za-z_]\\w*+)++");
  private static final int SHORTEST_KEY_MATERIAL = 58;

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
              List.of("-----begin "),
              "(-----BEGIN [A-Z ]{0,32}PRIVATE KEY(?: BLOCK)?-----"
                  + "(?:(?!-----END)[A-Za-z0-9+/=\\s\\\\:,-]){0,16384}+"
                  + "(?:-----END [A-Z ]{0,32}PRIVATE KEY(?: BLOCK)?-----)?)"),
          when(
              "key-material",
              SecretRule::hasLongRun,
              "(?<![A-Za-z0-9+/=-])([A-Za-z0-9+/]{"
                  + SHORTEST_KEY_MATERIAL
                  + ",76}+={0,2}+)(?![A-Za-z0-9+/=])",
              value -> hasAllClasses(value) && entropy(value) > 4.7),
          of(
              "aws-access-key",
              List.of("akia", "asia", "abia", "acca"),
              "(?<![A-Za-z0-9])((?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16})(?![A-Za-z0-9])"),
          of(
              "github-token",
              List.of("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
              "(?<![A-Za-z0-9])(gh[pousr]_[0-9A-Za-z]{36,255}+)"),
          of(
              "github-token",
              List.of("github_pat_"),
              "(?<![A-Za-z0-9])(github_pat_[0-9A-Za-z_]{22,255}+)"),
          of(
              "gitlab-token",
              List.of("glpat-", "gldt-", "glrt-", "glptt-"),
              "(?<![A-Za-z0-9])(gl(?:pat|dt|rt|ptt)-[0-9A-Za-z_-]{20,255}+)"),
          of("slack-token", List.of("xox"), "(?<![A-Za-z0-9])(xox[abeoprs]-[0-9A-Za-z-]{10,255}+)"),
          of(
              "slack-webhook",
              List.of("hooks.slack.com/services/"),
              "hooks\\.slack\\.com/(services/[0-9A-Za-z/_-]{16,255}+)"),
          of(
              "google-api-key",
              List.of("aiza"),
              "(?<![A-Za-z0-9])(AIza[0-9A-Za-z_-]{35})(?![0-9A-Za-z_-])"),
          of(
              "google-oauth-secret",
              List.of("gocspx-"),
              "(?<![A-Za-z0-9])(GOCSPX-[0-9A-Za-z_-]{20,64}+)"),
          of(
              "stripe-key",
              List.of("sk_", "rk_", "whsec_"),
              "(?<![A-Za-z0-9])((?:sk|rk|whsec)_(?:live_|test_)?[0-9A-Za-z]{16,255}+)"),
          of(
              "api-key",
              List.of("sk-"),
              "(?<![A-Za-z0-9_-])(sk-[A-Za-z0-9_-]{20,255}+)",
              value -> hasAllClasses(value)),
          of("npm-token", List.of("npm_"), "(?<![A-Za-z0-9])(npm_[0-9A-Za-z]{36})(?![0-9A-Za-z])"),
          of(
              "pypi-token",
              List.of("pypi-age"),
              "(?<![A-Za-z0-9])(pypi-AgE[0-9A-Za-z_-]{50,1024}+)"),
          of("hugging-face-token", List.of("hf_"), "(?<![A-Za-z0-9])(hf_[A-Za-z0-9]{30,64}+)"),
          of(
              "sendgrid-key",
              List.of("sg."),
              "(?<![A-Za-z0-9])(SG\\.[0-9A-Za-z_-]{16,32}+\\.[0-9A-Za-z_-]{16,64}+)"),
          of(
              "json-web-token",
              List.of("eyj"),
              "(?<![A-Za-z0-9])(eyJ[0-9A-Za-z_-]{8,2048}+\\.eyJ[0-9A-Za-z_-]{8,4096}+"
                  + "(?:\\.[0-9A-Za-z_-]{0,2048}+)?)"),
          of(
              "connection-password",
              List.of("://"),
              "://[^\\s:/@\"'<>]{0,64}+:([^\\s/@\"'<>]{1,256}+)@",
              value -> !isPlaceholder(value)),
          of(
              "connection-password",
              each(
                  List.of(";", "?", "&"),
                  List.of("password=", "passwd=", "pwd=", "accountkey=", "sharedaccesskey=")),
              "(?i)[;?&](?:password|passwd|pwd|accountkey|sharedaccesskey)=([^\\s;&\"'`<>]{3,256}+)",
              value -> !isPlaceholder(value) && !isReference(value)),
          of(
              "bearer-token",
              List.of("bearer ", "basic "),
              "(?i)\\b(?:bearer|basic) {1,4}([A-Za-z0-9._~+/-]{16,4096}+={0,2}+)",
              value -> hasLetterAndDigit(value) && entropy(value) >= 3),
          of(
              "password",
              PASSWORDS,
              "(?i)(?:" + PASSWORD + ")" + ASSIGNED + LITERAL,
              value -> !isPlaceholder(value) && !namesItself(value)),
          of(
              "password",
              each(
                  List.of("set", "set_", "with", "with_"),
                  List.of("password(", "passwd(", "passphrase(", "secret(")),
              "(?i)(?:set|with)_?(?:password|passwd|passphrase|secret)\\(\\s{0,8}+" + LITERAL,
              value -> !isPlaceholder(value) && !namesItself(value)),
          of(
              "password",
              PASSWORDS,
              "(?i)(?:" + PASSWORD + ")" + ASSIGNED + BARE,
              value -> hasLetterAndDigit(value) && !isPlaceholder(value) && !isReference(value)),
          when(
              "password",
              text -> text.contains("PASSWORD=") || text.contains("PASSWD="),
              "(?m)^[+-]?[ \\t]{0,16}+(?:export )?[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD)="
                  + "([^\\s\"'$(]{3,256}+)",
              value -> !isPlaceholder(value)),
          of(
              "secret",
              Stream.of(PASSWORDS, KEYS).flatMap(List::stream).distinct().toList(),
              "(?i)(?:" + PASSWORD + "|" + KEY + ")[\\w-]{0,32}+" + ASSIGNED + LITERAL,
              SecretRule::looksRandom),
          of(
              "secret",
              KEYS,
              "(?i)(?:" + KEY + ")[\\w-]{0,32}+" + ASSIGNED + BARE,
              SecretRule::looksRandom));

  private static SecretRule of(String kind, List<String> starts, String pattern) {
    return of(kind, starts, pattern, value -> true);
  }

  private static SecretRule of(
      String kind, List<String> starts, String pattern, Predicate<String> isSecret) {
    return new SecretRule(kind, Pattern.compile(pattern), starts, text -> true, isSecret);
  }

  private static SecretRule when(
      String kind, Predicate<String> needed, String pattern, Predicate<String> isSecret) {
    return new SecretRule(kind, Pattern.compile(pattern), List.of(), needed, isSecret);
  }

  private static List<String> each(List<String> firsts, List<String> seconds) {
    return firsts.stream().flatMap(first -> seconds.stream().map(first::concat)).toList();
  }

  /** As many characters of base 64 in a row as key material has. */
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
    return REFERENCE.matcher(value).matches();
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
