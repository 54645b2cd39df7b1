package org.codeaudit.bench.row;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.codeaudit.generate.grammar.FindingsGrammar;
import org.codeaudit.generate.grammar.FindingsLimits;
import org.codeaudit.generate.request.OutputGrammar;
import org.codeaudit.model.AllowedTokens;
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

/** A whole constrained answer without a model: masks made, tokens accepted. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class GrammarBenchmark {
  private BpeTokenizer tokenizer;
  private List<String> quotes;

  /** Reads tokenizer and samples. */
  @Setup
  public void open() {
    tokenizer = Samples.tokenizer();
    quotes = Samples.units().get(0).quotes();
  }

  /** Closes the tokenizer. */
  @TearDown
  public void close() {
    tokenizer.close();
  }

  /** An answer whose tokens are drawn among the allowed ones; returns how many. */
  @Benchmark
  public int answer() {
    Random random = new Random(1);
    OutputGrammar grammar =
        FindingsGrammar.create(
            tokenizer,
            quotes,
            List.of("bug", "style"),
            List.of("low", "high"),
            FindingsLimits.DEFAULT);
    int tokens = 0;
    while (!grammar.complete()) {
      int[] forced = grammar.forced();
      if (forced.length == 0) {
        forced = new int[] {draw(grammar.allowed(), random)};
      }
      for (int token : forced) {
        grammar.accept(token);
        tokens++;
      }
    }
    return tokens;
  }

  private static int draw(AllowedTokens allowed, Random random) {
    int[] ids =
        allowed instanceof AllowedTokens.Only only
            ? only.ids()
            : ((AllowedTokens.Masked) allowed).mask().ids();
    return ids[random.nextInt(ids.length)];
  }
}
