package org.codeaudit.finding;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One shape of secret.
 *
 * @param kind what the marker says, e.g. {@code aws-access-key}
 * @param pattern group 1 is the secret
 * @param starts what every match begins with, in lower case and at least two characters; empty if
 *     it may begin with anything
 * @param needed whether a text can contain a match at all, for rules without such beginnings
 * @param isSecret has the final say on what the pattern found, given group 1
 */
record SecretRule(
    String kind,
    Pattern pattern,
    List<String> starts,
    Predicate<String> needed,
    Predicate<String> isSecret) {

  /**
   * In order of precedence: of two overlapping matches the one that begins first wins, then the one
   * of the earlier rule.
   */
  static final List<SecretRule> ALL = SecretRules.read("secret-rules.txt");
}
