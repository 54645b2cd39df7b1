package org.codeaudit.udf;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.codeaudit.change.FileChange;
import org.codeaudit.finding.Category;
import org.codeaudit.finding.Severity;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.grammar.FindingsGrammar;
import org.codeaudit.generate.grammar.FindingsLimits;
import org.codeaudit.generate.grammar.ThinkingGrammar;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.model.ModelDescription;
import org.codeaudit.model.SamplingSettings;
import org.codeaudit.prompt.Unit;
import org.codeaudit.token.ChatMessage;
import org.codeaudit.token.ThoughtTokens;
import org.codeaudit.udf.run.ModelText;
import org.codeaudit.udf.run.ReviewUnits;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * What a model is asked about a unit. Reviews are greedy and without penalties whatever the
 * checkpoint's defaults, so that the same code gives the same findings tomorrow.
 *
 * @param messages of the question
 */
public record ReviewQuestion(
    Unit unit, List<ChatMessage> messages, LoadedModel loaded, ReviewSettings settings) {
  private static final List<String> CATEGORIES =
      Arrays.stream(Category.values()).map(Category::columnValue).toList();
  private static final List<String> SEVERITIES =
      Arrays.stream(Severity.values()).map(Severity::columnValue).toList();

  ReviewQuestion(FileChange file, Unit unit, LoadedModel loaded, ReviewSettings settings) {
    this(unit, settings.prompt().messages(file, unit), loaded, settings);
  }

  /**
   * The questions about a file, one for each of its units, as {@link ReviewFunction} asks them.
   *
   * @throws org.codeaudit.AuditException if prompt and answer leave no room for code
   */
  public static List<ReviewQuestion> of(
      FileChange file, LoadedModel loaded, ModelDescription model, ReviewSettings settings) {
    ModelText text = ModelText.of(loaded, model, settings.answer().model());
    return new ReviewUnits(settings, text)
        .split(file).stream()
            .map(unit -> new ReviewQuestion(file, unit, loaded, settings))
            .toList();
  }

  /** The token ids of the question. */
  public int[] prompt() {
    return loaded.chat().encode(messages, settings.answer().thinking());
  }

  /** The request for the engine, with a grammar of its own, to be used once. */
  public GenerationRequest request(String key, int[] prompt) {
    return new GenerationRequest(
        key,
        prompt,
        settings.answer().maxNewTokens(),
        SamplingSettings.GREEDY,
        Set.copyOf(loaded.defaults().endTokens()),
        List.of(),
        Optional.of(grammar(prompt)));
  }

  private OutputGrammar grammar(int[] prompt) {
    OutputGrammar findings =
        FindingsGrammar.create(loaded.tokenizer(), unit.quotes(), CATEGORIES, SEVERITIES, limits());
    boolean opened = ThoughtTokens.of(loaded.tokenizer()).begunBy(prompt);
    return settings.answer().thinking() || opened
        ? new ThinkingGrammar(
            loaded.tokenizer(), opened, settings.answer().maxNewTokens() / 2, findings)
        : findings;
  }

  private FindingsLimits limits() {
    FindingsLimits limits = FindingsLimits.DEFAULT;
    return new FindingsLimits(
        settings.maxFindings(),
        limits.quoteBytes(),
        limits.messageBytes(),
        limits.suggestionBytes());
  }
}
