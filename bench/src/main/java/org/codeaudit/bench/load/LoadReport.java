package org.codeaudit.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.bench.load.LoadRow.Start;
import org.codeaudit.bench.measure.ProcessFiles;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.model.Arithmetic;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;

/** Runs the benchmark of loading and tells people and programs what it found. */
public final class LoadReport {
  private static final ObjectMapper JSON = FigureFiles.JSON;

  private final PrintWriter out;
  private final List<LoadRow> rows = new ArrayList<>();

  /**
   * @param out takes the table as it is made
   */
  public LoadReport(PrintWriter out) {
    this.out = out;
  }

  /** What to measure. */
  public record Request(
      List<Precision> precisions,
      Arithmetic arithmetic,
      List<Strategy> placements,
      int repeat,
      int cacheTokens,
      int threads,
      int promptTokens) {
    public Request {
      precisions = List.copyOf(precisions);
      placements = List.copyOf(placements);
    }
  }

  /**
   * Measures everything that is asked for.
   *
   * @param scratch a folder that is made for packed weights and deleted
   * @return the figures for programs; see docs/benchmarks.md
   */
  public ObjectNode run(Checkpoint checkpoint, Path scratch, Request request) {
    try (LoadBench bench = new LoadBench(checkpoint, scratch, request.repeat())) {
      machine(checkpoint, bench);
      LoadTable table = new LoadTable(out);
      table.header();
      for (Precision precision : request.precisions()) {
        for (Strategy placement : request.placements()) {
          LoadCase load =
              new LoadCase(
                  checkpoint.path().toAbsolutePath().toString(),
                  precision,
                  request.arithmetic(),
                  placement,
                  request.cacheTokens(),
                  request.threads(),
                  request.promptTokens());
          bench.measure(
              load,
              row -> {
                rows.add(row);
                table.row(row);
              });
        }
      }
      List<LoadTarget> targets =
          LoadTarget.of(read(false).map(PlainRead::seconds).orElse(Double.NaN));
      out.println();
      print("cold", read(false));
      print("warm", read(true));
      table.targets(targets, rows);
      return json(checkpoint, bench, targets);
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.BENCH,
          "Loading " + checkpoint.path() + " cannot be measured",
          e.toString(),
          "Check that the files can be read and that " + scratch + " can be written",
          e);
    }
  }

  /** Whether every row has figures. */
  public boolean complete() {
    return rows.stream().allMatch(row -> row.figures().isPresent());
  }

  private void machine(Checkpoint checkpoint, LoadBench bench) {
    out.printf("Model      %s%n", checkpoint.path());
    out.printf(
        Locale.ROOT,
        "Machine    %d processors%s%n",
        processors(),
        ProcessFiles.processor().stream().findFirst().map(name -> ", " + name).orElse(""));
    out.printf(
        "Page cache %s%n",
        bench
            .dropped()
            .map(how -> "dropped before every first and second start (" + how + ")")
            .orElse("could not be dropped here: first and second starts may be warm"));
    out.println();
    out.flush();
  }

  /** The median of the plain reads of all cold, or all warm, rows. */
  private Optional<PlainRead> read(boolean warm) {
    return PlainRead.median(
        rows.stream()
            .filter(row -> warm == (row.start() == Start.WARM))
            .flatMap(row -> row.reads().stream())
            .toList());
  }

  private void print(String name, Optional<PlainRead> found) {
    found.ifPresent(
        read ->
            out.printf(
                Locale.ROOT,
                "Plain read %s: %.1f MB in %.3f s, %.2f GB/s%n",
                name,
                read.bytes() / 1e6,
                read.seconds(),
                read.gigabytesPerSecond()));
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private ObjectNode json(Checkpoint checkpoint, LoadBench bench, List<LoadTarget> targets) {
    ObjectNode report = JSON.createObjectNode();
    report.put("measured_at", Instant.now().toString());
    report.put("model", checkpoint.path().toString());
    report.put("revision", checkpoint.revision());
    report.put("processors", processors());
    ProcessFiles.processor().stream().findFirst().ifPresent(name -> report.put("processor", name));
    report.put("page_cache_dropped", bench.dropped().orElse(null));
    read(false).ifPresent(read -> report.set("plain_read_cold", JSON.valueToTree(read)));
    read(true).ifPresent(read -> report.set("plain_read_warm", JSON.valueToTree(read)));
    ArrayNode loads = report.putArray("loads");
    rows.forEach(row -> loads.add(json(row)));
    ArrayNode found = report.putArray("targets");
    targets.forEach(target -> found.add(json(target)));
    return report;
  }

  private static ObjectNode json(LoadRow row) {
    ObjectNode node = JSON.createObjectNode();
    node.put("precision", row.load().precision().toString());
    node.put("arithmetic", row.load().arithmetic().toString());
    node.put("placement", row.load().placement().toString());
    node.put("start", row.start().toString());
    node.put("cache_tokens", row.load().cacheTokens());
    node.put("prompt_tokens", row.load().promptTokens());
    node.put("needed_bytes", row.neededBytes());
    node.put("packed_bytes", row.packedBytes());
    row.figures().ifPresent(figures -> node.set("figures", JSON.valueToTree(figures)));
    row.read().ifPresent(read -> node.set("plain_read", JSON.valueToTree(read)));
    row.reason().ifPresent(reason -> node.put("reason", reason));
    row.gigabytesPerSecond().ifPresent(ratio -> node.put("gigabytes_per_second", ratio));
    row.openToRead().ifPresent(ratio -> node.put("open_to_read", ratio));
    row.firstTokenToRead().ifPresent(ratio -> node.put("first_token_to_read", ratio));
    row.peakToDeclared().ifPresent(ratio -> node.put("peak_to_declared", ratio));
    ArrayNode seconds = node.putArray("first_token_seconds_of_all");
    row.results()
        .forEach(
            result ->
                result.figures().ifPresent(figures -> seconds.add(figures.firstTokenSeconds())));
    return node;
  }

  private ObjectNode json(LoadTarget target) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", target.name());
    node.put("limit", target.limit());
    target
        .worst(rows)
        .ifPresent(
            worst -> {
              node.put("worst", worst.getValue());
              node.put("met", worst.getValue() <= target.limit());
              node.put("precision", worst.getKey().load().precision().toString());
              node.put("placement", worst.getKey().load().placement().toString());
              node.put("start", worst.getKey().start().toString());
            });
    return node;
  }
}
