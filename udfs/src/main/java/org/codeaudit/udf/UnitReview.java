package org.codeaudit.udf;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Row;
import org.codeaudit.change.FileChange;
import org.codeaudit.check.CheckSettings;
import org.codeaudit.finding.AnchoredCode;
import org.codeaudit.finding.Finding;
import org.codeaudit.finding.FindingAssembler;
import org.codeaudit.finding.FindingParser;
import org.codeaudit.finding.ParsedAnswer;
import org.codeaudit.finding.ParsedFinding;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.generate.LoadedModel;
import org.codeaudit.generate.request.FinishReason;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.prompt.Unit;
import org.codeaudit.review.Asker;
import org.codeaudit.review.Candidates;
import org.codeaudit.review.CheckedReview;
import org.codeaudit.review.CheckedUnit;
import org.codeaudit.review.Claim;
import org.codeaudit.review.NeutralScores;
import org.codeaudit.rule.FindingFacts;
import org.codeaudit.rule.Ruling;
import org.codeaudit.rule.Suppressions;
import org.codeaudit.udf.row.AnswerRow;
import org.codeaudit.udf.row.CheckRow;
import org.codeaudit.udf.row.FindingRow;
import org.codeaudit.udf.row.UnitRow;
import org.codeaudit.udf.run.AnswerStream;
import org.codeaudit.udf.run.EarlierAnswers;
import org.codeaudit.udf.run.EarlierFinding;
import org.codeaudit.udf.run.Isolation;
import org.codeaudit.udf.run.TaskModel;
import org.codeaudit.udf.setting.ReviewSettings;

/** One unit's question and the row of its answer. */
public final class UnitReview {
  private static final Set<FinishReason> ENDED = Set.of(FinishReason.COMPLETE, FinishReason.STOP);

  /** The finish reason of a row whose answer an earlier run gave. */
  public static final String CARRIED = "carried_forward";

  private final FileChange file;
  private final Unit unit;
  private final TaskModel model;
  private final Isolation isolation;
  private final LoadedModel loaded;
  private final ReviewSettings settings;

  private final ShownUnit shown;

  private final List<Claim> claims;
  private final Suppressions suppressions;
  private final String rowKey;
  private final Optional<List<EarlierFinding>> carried;
  private final Optional<AnchoredCode> whole;
  private final AnswerRow row;

  /**
   * @param unitCount how many units the file has
   * @param open claims about the file; those about lines of this unit are judged
   * @param suppressions what people have said about findings in the file
   */
  public UnitReview(
      Row change,
      FileChange file,
      Unit unit,
      int unitCount,
      ReviewSettings settings,
      List<Claim> open,
      TaskModel model,
      EarlierAnswers earlier,
      Isolation isolation,
      Suppressions suppressions) {
    Instant startedAt = Instant.now();
    this.file = file;
    this.whole = AnchoredCode.of(file);
    this.unit = unit;
    this.model = model;
    this.isolation = isolation;
    this.loaded = model.loaded();
    this.settings = settings;
    this.suppressions = suppressions;
    this.shown = ShownUnit.of(file, unit, settings);
    this.claims = settings.checks().present() ? standing(open) : List.of();
    String contentKey = shown.contentKey(settings, claims);
    this.rowKey = UnitRow.rowKey(change, Optional.of(unit), contentKey);
    this.carried = settings.claims().present() ? Optional.empty() : earlier.answer(contentKey);
    int attempt = earlier.attempt(rowKey);
    this.row =
        new AnswerRow(
                UnitRow.ofUnit(change, unit, unitCount, settings, contentKey, attempt), startedAt)
            .askedOf(model.description());
  }

  private List<Claim> standing(List<Claim> open) {
    return open.stream()
        .filter(claim -> shown.code().firstQuotable(claim.startLine(), claim.endLine()).isPresent())
        .toList();
  }

  String rowKey() {
    return rowKey;
  }

  /** The row of one that is not asked again, for it has ended its executor. */
  Row stillPoison() {
    return row.stillPoison();
  }

  /** The claims that this unit judges. */
  List<Claim> claims() {
    return claims;
  }

  /** Asks the engine. */
  public AnswerStream.Work ask() {
    if (carried.isPresent()) {
      return new AnswerStream.Work.Ready(carriedForward(carried.get()));
    }
    row.waited(model.takeWaitedNanos());
    return shown.code() == null
        ? isolation.ask(rowKey, model, this::request, this::answered, row::failed)
        : isolation.converse(rowKey, model, this::converse, this::answered, row::failed);
  }

  private CompletableFuture<CheckedUnit> converse() {
    CheckSettings settings = this.settings.checks();
    Candidates candidates =
        this.settings.claims().present()
            ? Candidates.claimed(settings, shown.code(), claims)
            : Candidates.of(settings, shown.code());
    return CheckedReview.begin(
        rowKey,
        candidates,
        shown.commented(),
        settings,
        settings.calibration().fitted()
            ? CompletableFuture.completedFuture(settings.calibration())
            : NeutralScores.of(settings, candidates.checks(), loaded, model::submitStarted),
        loaded,
        asker());
  }

  /** Only the first question depends on the budget; those that follow it are always asked. */
  private Asker asker() {
    AtomicBoolean first = new AtomicBoolean(true);
    return request ->
        first.compareAndSet(true, false) ? model.submit(request) : model.submitStarted(request);
  }

  private GenerationRequest request() {
    ReviewQuestion question = new ReviewQuestion(unit, shown.messages(), loaded, settings);
    long begin = System.nanoTime();
    int[] prompt = question.prompt();
    row.set("tokenize_ns", System.nanoTime() - begin);
    return question.request(rowKey, prompt);
  }

  private Row answered(Generation generation) {
    ParsedAnswer answer = FindingParser.parse(generation.text());
    // A thought that was cut off may contain what looks like an answer.
    boolean whole =
        answer.ending() == ParsedAnswer.Ending.COMPLETE
            && ENDED.contains(generation.finishReason());
    FindingAssembler assembler = new FindingAssembler(file.path(), rowKey, unit);
    List<Row> findings = findings(generation, answer, assembler);
    return row.set("text", assembler.redactor().redact(generation.text()))
        .set("findings", findings.toArray(Row[]::new))
        .answered(whole, generation.finishReason(), generation.timing());
  }

  private Row answered(CheckedUnit checked) {
    FindingAssembler assembler = new FindingAssembler(file.path(), rowKey, unit);
    List<Row> findings =
        assembler.assemble(checked.findings(), checked::confidence).stream()
            .map(finding -> row(finding, assembler))
            .toList();
    return row.set("findings", findings.toArray(Row[]::new))
        .set("framed", settings.checks().comments() ? checked.framed() : null)
        .set(
            "checks",
            checked.scores().stream()
                .map(score -> CheckRow.of(score, assembler.redactor()))
                .toArray(Row[]::new))
        .answered(true, FinishReason.COMPLETE, checked.timing());
  }

  private List<Row> findings(
      Generation generation, ParsedAnswer answer, FindingAssembler assembler) {
    Confidence confidence = new Confidence(generation, loaded.tokenizer());
    return assembler
        .assemble(
            answer.findings(),
            parsed ->
                confidence.of(
                    bytes(generation.text(), parsed.start()),
                    bytes(generation.text(), parsed.end())))
        .stream()
        .map(finding -> row(finding, assembler))
        .toList();
  }

  /** The answer of an earlier run to the same question: found again in this file's lines. */
  private Row carriedForward(List<EarlierFinding> earlier) {
    FindingAssembler assembler = new FindingAssembler(file.path(), rowKey, unit);
    Map<ParsedFinding, OptionalDouble> answers = new LinkedHashMap<>();
    for (EarlierFinding finding : earlier) {
      answers.put(
          parsed(finding, assembler.redactor()),
          finding.confidence() == null
              ? OptionalDouble.empty()
              : OptionalDouble.of(finding.confidence()));
    }
    Row[] findings =
        assembler.assemble(List.copyOf(answers.keySet()), answers::get).stream()
            .map(finding -> row(finding, assembler))
            .toArray(Row[]::new);
    return row.set("findings", findings).known(CARRIED);
  }

  private ParsedFinding parsed(EarlierFinding finding, SecretRedactor redactor) {
    // What was redacted stands nowhere: the line that reads so once it is redacted is meant.
    String quote =
        unit.lines().stream()
            .map(line -> line.text().strip())
            .filter(line -> redactor.redact(line).equals(finding.quote()))
            .findFirst()
            .orElse(finding.quote());
    return new ParsedFinding(
        Optional.ofNullable(finding.check()),
        quote,
        finding.message(),
        finding.suggestion() == null ? "" : finding.suggestion(),
        finding.category(),
        finding.severity(),
        0,
        0,
        Optional.ofNullable(finding.cwe()),
        Optional.empty());
  }

  private Row row(Finding finding, FindingAssembler assembler) {
    Ruling ruling = suppressions.of(FindingFacts.of(file.path(), finding));
    return FindingRow.of(finding, whole, ruling, assembler.redactor());
  }

  private static int bytes(String text, int characters) {
    return text.substring(0, characters).getBytes(StandardCharsets.UTF_8).length;
  }
}
