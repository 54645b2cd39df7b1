package org.codeaudit.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.codeaudit.check.Calibration;
import org.codeaudit.check.Check;
import org.codeaudit.check.CheckScore;
import org.codeaudit.check.CheckSet;
import org.codeaudit.check.CheckSettings;
import org.codeaudit.finding.ParsedFinding;
import org.codeaudit.finding.ToolReport;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.grammar.ExplanationGrammar;
import org.codeaudit.generate.grammar.FindingsLimits;
import org.codeaudit.generate.grammar.LineGrammar;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.token.ChatMessage;

/**
 * Reviews one unit by checks. All that apply are asked at once and scored (screen); for the
 * likeliest the model copies the line it means (locate) and is asked whether a finding at that line
 * would be right (second look). Only what holds is put into words. Lines that other tools have
 * reported are looked at however unlikely the screen makes them.
 */
public final class CheckedReview {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LINE_TOKENS = 400;
  private static final int EXPLANATION_TOKENS = 200;
  private static final Pattern SENTENCE = Pattern.compile("(?s)(\\S+\\s+){3,}\\S*[.!?]`?");
  private static final FindingsLimits LIMITS = FindingsLimits.DEFAULT;

  /** The most tokens of a line that is copied, and of an explanation. */
  static final int MOST_COPIED_AND_WRITTEN =
      LIMITS.quoteBytes() + Math.max(LINE_TOKENS, EXPLANATION_TOKENS);

  private final String key;
  private final ReviewedCode code;
  private final Candidates candidates;
  private final CheckSettings settings;
  private final CompletableFuture<Calibration> calibrating;
  private final LoadedModel loaded;
  private final Requests requests;
  private final CheckPrompts prompts;
  private final Optional<CheckPrompts> commented;
  private final Conversation<CheckedUnit> conversation;

  private CheckedReview(
      String key,
      Candidates candidates,
      Optional<ReviewedCode> commented,
      CheckSettings settings,
      CompletableFuture<Calibration> calibration,
      LoadedModel loaded,
      Asker asker) {
    this.key = key;
    this.code = candidates.code();
    this.candidates = candidates;
    this.settings = settings;
    this.calibrating = calibration;
    this.loaded = loaded;
    this.requests = new Requests(loaded);
    this.prompts = new CheckPrompts(code);
    this.commented = commented.map(CheckPrompts::new);
    this.conversation = new Conversation<>(asker);
  }

  /**
   * Starts a review.
   *
   * @param key the row's key, for errors and logs
   * @param candidates what to ask about
   * @param commented the same code with its comments, to ask the screen about that too
   * @return the result, or the failure of the first question that failed; cancelling it withdraws
   *     all questions
   */
  public static CompletableFuture<CheckedUnit> begin(
      String key,
      Candidates candidates,
      Optional<ReviewedCode> commented,
      CheckSettings settings,
      CompletableFuture<Calibration> calibration,
      LoadedModel loaded,
      Asker asker) {
    return new CheckedReview(key, candidates, commented, settings, calibration, loaded, asker)
        .begin();
  }

  /** The version of everything that is asked apart from the code: checks and wording. */
  public static String version(CheckSet checks) {
    return checks.version() + "-" + CheckPrompts.VERSION;
  }

  /**
   * The version of what a calibration is made for: the checks of the jar, the wording, and whether
   * signs and a parser are used.
   */
  public static String calibratedVersion(CheckSet checks, boolean evidence) {
    return checks.bundledVersion() + "-" + CheckPrompts.VERSION + (evidence ? "" : "-no-evidence");
  }

  /** What a model is shown before any question: equal texts have equal answers. */
  public static List<ChatMessage> shown(ReviewedCode code) {
    return new CheckPrompts(code).unit();
  }

  private CompletableFuture<CheckedUnit> begin() {
    List<Check> checks = candidates.checks();
    CompletableFuture<Map<String, Double>> plain = screen(checks, prompts);
    CompletableFuture<Optional<Map<String, Double>>> framed =
        commented
            .map(with -> screen(checks, with).thenApply(Optional::of))
            .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    CompletableFuture<List<CheckScore>> screened =
        plain
            .thenCombine(framed, Screens::new)
            .thenCombine(calibrating, (scores, known) -> screened(checks, scores, known));
    Function<List<CheckScore>, CompletableFuture<List<Followed>>> next =
        candidates.claimed().isEmpty() ? this::followUp : this::judge;
    return conversation.end(conversation.then(screened, next).thenApply(this::unit));
  }

  /** Scores by check. */
  private CompletableFuture<Map<String, Double>> screen(List<Check> checks, CheckPrompts about) {
    return Conversation.all(checks.stream().map(check -> screen(check, about)).toList())
        .thenApply(
            scores -> {
              Map<String, Double> byCheck = new HashMap<>();
              for (int i = 0; i < scores.size(); i++) {
                byCheck.put(checks.get(i).id(), scores.get(i));
              }
              return byCheck;
            });
  }

  private CompletableFuture<Double> screen(Check check, CheckPrompts about) {
    return conversation.ask(requests.yesOrNo(key, about.screen(check))).thenApply(requests::score);
  }

  /** Scores by check, without comments and perhaps with them. */
  private record Screens(Map<String, Double> plain, Optional<Map<String, Double>> commented) {}

  private List<CheckScore> screened(List<Check> checks, Screens scores, Calibration calibration) {
    Map<String, Double> left = calibration.leaning().takenOff(scores.plain());
    Optional<Map<String, Double>> leftWithComments =
        scores.commented().map(calibration.leaning()::takenOff);
    return checks.stream()
        .map(
            check -> {
              double own = left.get(check.id());
              Clues clues = candidates.clues(check);
              return new CheckScore(
                  check,
                  new CheckScore.OfUnit(
                      scores.plain().get(check.id()),
                      own,
                      leftWithComments
                          .map(with -> OptionalDouble.of(with.get(check.id()) - own))
                          .orElse(OptionalDouble.empty()),
                      clues.flow(),
                      clues.sign(),
                      calibration.screen().probability(check.id(), observed(own, clues))));
            })
        .toList();
  }

  private static Map<String, Double> observed(double left, Clues clues) {
    Map<String, Double> observed = new HashMap<>(clues.observed());
    observed.put(Calibration.SCREEN, left);
    return observed;
  }

  private CompletableFuture<List<Followed>> followUp(List<CheckScore> screened) {
    List<CheckScore> likeliest =
        screened.stream()
            .filter(score -> score.unit().probability() >= calibrating.join().screenFrom())
            .sorted(
                Comparator.comparingDouble((CheckScore score) -> score.unit().probability())
                    .reversed())
            .limit(settings.most())
            .toList();
    return Conversation.all(
        screened.stream()
            .map(
                score ->
                    likeliest.contains(score)
                        ? followUp(score)
                        : CompletableFuture.completedFuture(new Followed(score)))
            .toList());
  }

  /** A check's score, with the words of its finding if there is one. */
  private record Followed(CheckScore score, String message, String suggestion) {
    Followed(CheckScore score) {
      this(score, score.check().message(), score.check().suggestion());
    }

    /** The line of the finding. */
    CheckScore.OfLine line() {
      return score.line().orElseThrow();
    }
  }

  /**
   * A line to be looked at.
   *
   * @param line as the model is shown it, stripped
   * @param quote as the file has it, stripped
   * @param clues what is known of it
   * @param report the report that is judged there, if another tool made one
   */
  private record Place(String line, String quote, Clues clues, Optional<ToolReport> report) {}

  private CompletableFuture<Followed> followUp(CheckScore screened) {
    return conversation.then(
        locate(screened.check()),
        line ->
            line.isEmpty()
                ? CompletableFuture.completedFuture(new Followed(screened))
                : lookAgain(screened, place(screened.check(), line.get())));
  }

  private Place place(Check check, String line) {
    return new Place(line, code.quote(line), candidates.clues(check, line), Optional.empty());
  }

  /** Looks at every line that was reported. */
  private CompletableFuture<List<Followed>> judge(List<CheckScore> screened) {
    Map<String, CheckScore> byCheck =
        screened.stream().collect(Collectors.toMap(score -> score.check().id(), score -> score));
    return Conversation.all(
        candidates.claimed().stream()
            .map(claimed -> judge(claimed, byCheck.get(claimed.claim().check().id())))
            .toList());
  }

  private CompletableFuture<Followed> judge(ClaimedLine claimed, CheckScore screened) {
    // Checks of one id ask the same about a unit, and may say different things about a line.
    CheckScore own = screened.forCheck(claimed.claim().check());
    ReviewedCode.Shown line = claimed.line();
    return lookAgain(
        own,
        new Place(
            line.text().strip(), line.line().text().strip(), claimed.clues(), claimed.report()));
  }

  private CompletableFuture<Followed> lookAgain(CheckScore screened, Place place) {
    return conversation.then(secondLook(screened, place), looked -> explain(looked, place.line()));
  }

  private CompletableFuture<Optional<String>> locate(Check check) {
    List<String> lines = candidates.lines(check);
    if (lines.size() == 1) {
      return CompletableFuture.completedFuture(Optional.of(lines.get(0)));
    }
    Optional<OutputGrammar> grammar =
        LineGrammar.create(loaded.tokenizer(), lines, LIMITS.quoteBytes());
    return grammar.isEmpty()
        ? CompletableFuture.completedFuture(Optional.empty())
        : conversation
            .ask(requests.request(key, prompts.locate(check), LINE_TOKENS, grammar.get()))
            .thenApply(CheckedReview::line);
  }

  private static Optional<String> line(Generation answer) {
    return answer.finishReason() == FinishReason.COMPLETE
        ? Optional.of(answer.text().strip())
        : Optional.empty();
  }

  /** Asks whether the finding holds, unless the calibration ignores the answer. */
  private CompletableFuture<CheckScore> secondLook(CheckScore screened, Place place) {
    Calibration calibration = calibrating.join();
    if (!calibration.usesVerdict()) {
      return CompletableFuture.completedFuture(
          looked(screened, place, OptionalDouble.empty(), calibration));
    }
    return conversation
        .ask(
            requests.yesOrNo(
                key, prompts.verdict(screened.check(), place.line(), place.clues().told())))
        .thenApply(
            answer ->
                looked(screened, place, OptionalDouble.of(requests.score(answer)), calibration));
  }

  private static CheckScore looked(
      CheckScore screened, Place place, OptionalDouble verdict, Calibration calibration) {
    Map<String, Double> observed = new HashMap<>(observed(screened.unit().left(), place.clues()));
    verdict.ifPresent(score -> observed.put(Calibration.VERDICT, score));
    double confidence = calibration.verdict().probability(screened.check().id(), observed);
    return screened.followedUp(
        new CheckScore.OfLine(
            place.quote(),
            verdict,
            place.clues().flow(),
            place.clues().sign(),
            confidence,
            place.report()));
  }

  private CompletableFuture<Followed> explain(CheckScore looked, String line) {
    if (looked.line().orElseThrow().confidence() < settings.explainFrom()) {
      return CompletableFuture.completedFuture(new Followed(looked));
    }
    OutputGrammar grammar = ExplanationGrammar.create(loaded.tokenizer(), LIMITS);
    return conversation
        .ask(
            requests.request(
                key, prompts.explain(looked.check(), line), EXPLANATION_TOKENS, grammar))
        .thenApply(answer -> explained(looked, answer.text()));
  }

  /** The model's words, or those of the check where the model wrote no complete sentence. */
  private static Followed explained(CheckScore looked, String answer) {
    try {
      JsonNode said = JSON.readTree(answer);
      String message = said.path("message").asText().strip();
      String suggestion = said.path("suggestion").asText().strip();
      Check check = looked.check();
      return new Followed(
          looked,
          isSentence(message) ? message : check.message(),
          isSentence(suggestion) ? suggestion : check.suggestion());
    } catch (JsonProcessingException cutOff) {
      return new Followed(looked);
    }
  }

  /** Small models stop at a quotation mark of the code, or repeat what they were told. */
  private static boolean isSentence(String text) {
    return SENTENCE.matcher(text).matches() && text.chars().filter(c -> c == '`').count() % 2 == 0;
  }

  private CheckedUnit unit(List<Followed> followed) {
    List<Followed> looked =
        followed.stream()
            .filter(one -> one.score().line().isPresent())
            .sorted(
                Comparator.comparingDouble((Followed one) -> one.line().confidence()).reversed())
            .toList();
    return new CheckedUnit(
        looked.stream().map(CheckedReview::finding).toList(),
        looked.stream().map(one -> one.line().confidence()).toList(),
        followed.stream().map(Followed::score).toList(),
        conversation.timing());
  }

  private static ParsedFinding finding(Followed followed) {
    Check check = followed.score().check();
    return new ParsedFinding(
        Optional.of(check.id()),
        followed.line().quote(),
        followed.message(),
        followed.suggestion(),
        check.category().columnValue(),
        check.severity().columnValue(),
        0,
        0,
        check.cwe().isEmpty() ? Optional.empty() : Optional.of(check.cwe()),
        followed.line().report());
  }
}
