package org.codeaudit.bench.row;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.codeaudit.change.FileChange;
import org.codeaudit.change.FilePatch;
import org.codeaudit.change.UnifiedDiffParser;
import org.codeaudit.finding.AnchorResolver;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.prompt.ChangeSplitter;
import org.codeaudit.prompt.Unit;
import org.codeaudit.token.BpeTokenizer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What happens to the text of the sample changes on its way to the model and back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class TextBenchmark {
  private BpeTokenizer tokenizer;
  private String patches;
  private List<FileChange> changes;
  private List<Unit> units;

  /** Reads tokenizer and samples. */
  @Setup
  public void open() {
    tokenizer = Samples.tokenizer();
    patches = Samples.patches();
    changes = Samples.changes();
    units = Samples.units();
  }

  /** Closes the tokenizer. */
  @TearDown
  public void close() {
    tokenizer.close();
  }

  /** Parses all sample patches. */
  @Benchmark
  public List<FilePatch> parse() {
    return UnifiedDiffParser.parse(patches, "samples");
  }

  /** Tokenizes all sample patches; returns the number of tokens. */
  @Benchmark
  public int tokenize() {
    return tokenizer.encode(patches).length;
  }

  /** Splits the changes into units of 200 tokens, counted by the tokenizer. */
  @Benchmark
  public int split() {
    ChangeSplitter splitter = new ChangeSplitter(200, text -> tokenizer.encode(text).length);
    return changes.stream().mapToInt(change -> splitter.split(change).size()).sum();
  }

  /** Finds where every quotable line of every unit stands. */
  @Benchmark
  public int anchor() {
    int found = 0;
    for (Unit unit : units) {
      for (String quote : unit.quotes()) {
        found += AnchorResolver.resolve(quote, unit).lineStart().isPresent() ? 1 : 0;
      }
    }
    return found;
  }

  /** Removes secrets from all sample patches. */
  @Benchmark
  public String redact() {
    return SecretRedactor.SHAPES.redact(patches);
  }
}
