package org.codeaudit.check;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.codeaudit.finding.Category;
import org.codeaudit.finding.Severity;

/**
 * One kind of defect a model is asked about, as a file of {@code conf/checks} describes it.
 *
 * @param id unique among the checks of a run
 * @param category of its findings
 * @param cwe number in the Common Weakness Enumeration, e.g. {@code CWE-89}; empty for the
 *     category's own
 * @param languages it applies to, in lower case; empty for all
 * @param onRequest whether it is asked only about files for which rules ask for it
 * @param severity of its findings
 * @param question about a whole unit, with {@code {{code}}} where "this code" stands
 * @param counts what is a defect, as a clause
 * @param harmless what only looks like one
 * @param where a finding can be about lines in which one of these is found
 * @param unless except for lines in which one of these is found
 * @param needs each must also be found somewhere in the unit
 * @param absent none may be found anywhere in the unit
 * @param signs code that shows the defect by itself; {@link Signs#NONE} if nothing does
 * @param taint where values from outside begin and what makes them harmless; {@link Taint#NONE} if
 *     the check is not about values
 * @param message of findings for which no explanation was generated
 * @param suggestion how such a defect is fixed
 * @param defect an example
 * @param clean the same, harmless
 */
public record Check(
    String id,
    Category category,
    String cwe,
    Set<String> languages,
    boolean onRequest,
    Severity severity,
    String question,
    String counts,
    String harmless,
    List<Pattern> where,
    List<Pattern> unless,
    List<Pattern> needs,
    List<Pattern> absent,
    Signs signs,
    Taint taint,
    String message,
    String suggestion,
    String defect,
    String clean)
    implements Serializable {

  public Check {
    // Sorted: settings are told apart by their bytes, and Set.copyOf has another order in each JVM.
    languages = Collections.unmodifiableSortedSet(new TreeSet<>(languages));
    where = List.copyOf(where);
    unless = List.copyOf(unless);
    needs = List.copyOf(needs);
    absent = List.copyOf(absent);
  }

  /** The same, asked about all files. */
  Check unrequested() {
    return new Check(
        id,
        category,
        cwe,
        languages,
        false,
        severity,
        question,
        counts,
        harmless,
        where,
        unless,
        needs,
        absent,
        signs,
        taint,
        message,
        suggestion,
        defect,
        clean);
  }

  /** What the defect is called in a sentence, e.g. {@code sql injection}. */
  public String title() {
    return id.replace('-', ' ');
  }

  /** The question about a thing, such as {@code this code}. */
  public String question(String thing) {
    return question.replace(CheckReader.PLACEHOLDER, thing);
  }

  /**
   * Whether the check is worth asking about code.
   *
   * @param language in any case; empty if it is not known, which excludes no check
   * @param text of the unit
   */
  public boolean appliesTo(Optional<String> language, String text) {
    return isFor(language)
        && needs.stream().allMatch(needed -> needed.matcher(text).find())
        && !anyFound(absent, text);
  }

  /**
   * Whether the check is about a language.
   *
   * @param language in any case; empty if it is not known, which excludes no check
   */
  public boolean isFor(Optional<String> language) {
    return languages.isEmpty() || language.isEmpty() || languages.contains(lower(language.get()));
  }

  /**
   * Whether a finding can be about a line.
   *
   * @param signed whether there is one of the {@link #signs()}
   */
  public boolean canStandAt(String line, boolean signed) {
    return (signed || anyFound(where, line)) && !anyFound(unless, line);
  }

  private static boolean anyFound(List<Pattern> patterns, String text) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(text).find());
  }

  /** Whether it is about values from outside that reach a line. */
  public boolean followsValues() {
    return !taint.sources().isEmpty();
  }

  private static String lower(String language) {
    return language.toLowerCase(Locale.ROOT);
  }
}
