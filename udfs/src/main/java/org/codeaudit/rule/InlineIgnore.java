package org.codeaudit.rule;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A remark in a comment: {@code codeaudit:ignore CHECK[,CHECK] reason}.
 *
 * @param checks ids of checks, categories, weaknesses such as {@code CWE-89}, or {@code *} for all
 * @param reason empty if there is none: then nothing is suppressed
 */
record InlineIgnore(List<String> checks, String reason) {
  /** What a text must hold to have any. */
  static final String MARK = "codeaudit:ignore";

  private static final String ANY = "*";
  private static final String NAME = "(?:\\*|[A-Za-z0-9]++(?:[-_][A-Za-z0-9]++)*+)";
  private static final Pattern FORM =
      Pattern.compile(
          MARK
              + "[ \\t]++("
              + NAME
              + "(?:[ \\t]*+,[ \\t]*+"
              + NAME
              + ")*+)(?!\\w)((?:(?!"
              + MARK
              + ")[^\\r\\n])*+)");

  /** What may end a comment on its line. */
  private static final Pattern END = Pattern.compile("(?:\\*/|-->|--%>|\\*\\)|-}|#}|%})\\s*$");

  private static final Pattern LEAD = Pattern.compile("^[\\s:;,.–—-]+");
  private static final int MOST_REASON = 500;

  /** The remarks of a line's comments. */
  static List<InlineIgnore> of(String comment) {
    Matcher form = FORM.matcher(comment);
    return Stream.iterate(form.find(), found -> found, found -> form.find())
        .map(found -> new InlineIgnore(names(form.group(1)), reason(form.group(2))))
        .toList();
  }

  private static List<String> names(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).toList();
  }

  private static String reason(String rest) {
    String words = LEAD.matcher(END.matcher(rest).replaceFirst("")).replaceFirst("").strip();
    boolean says = words.chars().anyMatch(Character::isLetterOrDigit);
    return says ? words.substring(0, Math.min(words.length(), MOST_REASON)) : "";
  }

  boolean matches(FindingFacts finding) {
    return checks.stream().anyMatch(name -> matches(name, finding));
  }

  private static boolean matches(String name, FindingFacts finding) {
    return name.equals(ANY)
        || finding.check().filter(name::equalsIgnoreCase).isPresent()
        || finding.category().equalsIgnoreCase(name)
        || finding.cwe().filter(name.toUpperCase(Locale.ROOT)::equals).isPresent();
  }

  /** What it says of a finding that it matches. */
  Ruling ruling() {
    return reason.isEmpty()
        ? Ruling.noted("ignored without a reason")
        : Ruling.of(
            new Suppression(
                Suppression.Kind.INLINE,
                Decision.ACCEPTED,
                reason,
                Optional.empty(),
                Optional.empty()));
  }
}
