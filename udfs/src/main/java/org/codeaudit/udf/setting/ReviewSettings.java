package org.codeaudit.udf.setting;

import java.io.Serializable;
import java.util.HashSet;
import java.util.Set;
import org.codeaudit.check.Check;
import org.codeaudit.check.CheckSettings;
import org.codeaudit.prompt.PromptTemplate;
import org.codeaudit.review.CheckedReview;
import org.codeaudit.review.Claims;
import org.codeaudit.rule.RepositoryRules;

/**
 * How changes are reviewed.
 *
 * @param answer what every question to the model needs
 * @param prompt what is asked where there are no checks
 * @param unitTokens the most tokens of code in one question; less where the model's context is
 *     short
 * @param maxFindings the most findings of one unit
 * @param checks what is asked instead of one open question
 * @param claims reports of other tools that are judged by checks instead of a review
 * @param rules which findings need no attention, in all repositories; changes no answer
 */
public record ReviewSettings(
    AnswerSettings answer,
    PromptTemplate prompt,
    int unitTokens,
    int maxFindings,
    CheckSettings checks,
    Claims claims,
    RepositoryRules rules)
    implements Serializable {

  /** Settings of a review, by checks if there are any. */
  public ReviewSettings(
      AnswerSettings answer,
      PromptTemplate prompt,
      int unitTokens,
      int maxFindings,
      CheckSettings checks) {
    this(answer, prompt, unitTokens, maxFindings, checks, Claims.NONE, RepositoryRules.NONE);
  }

  /** Settings of a review with one open question. */
  public ReviewSettings(
      AnswerSettings answer, PromptTemplate prompt, int unitTokens, int maxFindings) {
    this(answer, prompt, unitTokens, maxFindings, CheckSettings.NONE);
  }

  /** These settings for another run. */
  public ReviewSettings withRunId(String runId) {
    return new ReviewSettings(
        answer.withRunId(runId), prompt, unitTokens, maxFindings, checks, claims, rules);
  }

  /** The same checks, to judge reports of other tools. */
  public ReviewSettings withClaims(Claims claims) {
    return new ReviewSettings(answer, prompt, unitTokens, maxFindings, checks, claims, rules);
  }

  /**
   * The same with rules for all repositories.
   *
   * @throws org.codeaudit.AuditException {@code OPTION} if they ask for a check that there is not
   */
  public ReviewSettings withRules(RepositoryRules rules) {
    if (checks.present()) {
      checks.checks().requireAll(rules.requestedChecks(), rules.file());
    }
    return new ReviewSettings(answer, prompt, unitTokens, maxFindings, checks, claims, rules);
  }

  /**
   * The same for one file, with the checks that rules ask for about it, and without those that are
   * asked on request alone. Claims are judged by checks of their own.
   *
   * @param own the rules of the file's repository
   */
  public ReviewSettings about(String path, RepositoryRules own) {
    if (claims.present() || checks.checks().checks().stream().noneMatch(Check::onRequest)) {
      return this;
    }
    Set<String> requested = new HashSet<>(own.requestedChecks(path));
    requested.addAll(rules.requestedChecks(path));
    return new ReviewSettings(
        answer, prompt, unitTokens, maxFindings, checks.about(requested), claims, rules);
  }

  /** The name of what is asked: {@code triage}, {@code checks} or the prompt's. */
  public String promptName() {
    if (claims.present()) {
      return "triage";
    }
    return checks.present() ? "checks" : prompt.name();
  }

  /** The version of what is asked. */
  public String promptVersion() {
    return checks.present() ? CheckedReview.version(checks.checks()) : prompt.version();
  }

  /**
   * Units in flight at once: two batches if each has one question, fewer if each has many, so that
   * the code of a unit is still in the cache when its next question comes.
   */
  public int window() {
    return checks.present() ? Math.max(2, answer.window() / 8) : answer.window();
  }
}
