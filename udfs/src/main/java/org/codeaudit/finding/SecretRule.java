package org.codeaudit.finding;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One shape of secret.
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

  /** In order of precedence: where two overlap, the one that begins first and stands first wins. */
  static final List<SecretRule> ALL = SecretRules.read("secret-rules.txt");
}
