package org.codeaudit.placement;

import java.util.List;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.model.Device;
import org.codeaudit.placement.PlacementPlan.LayerPlace;
import org.codeaudit.placement.PlacementPlan.Residence;
import org.codeaudit.placement.PlacementPlan.Share;
import org.codeaudit.placement.weight.Matrix;
import org.codeaudit.placement.weight.WeightTable;
import org.codeaudit.placement.weight.WeightTable.Way;

/**
 * Estimates how long a batch of reviews takes, to compare strategies that do not have everything on
 * a GPU. The time of the GPU is neglected beside copying to it and the work of the processor. The
 * figures are round ones of common machines: they decide between strategies that differ by factors,
 * and do not predict speed.
 */
final class Pace {
  /** Bytes a second that get to a GPU from mapped memory, through pinned buffers. */
  static final double LINK = 12e9;

  /** Bytes a second that a processor reads from memory. */
  static final double MEMORY = 40e9;

  /** Bytes a second of an NVMe disk. */
  static final double DISK = 2e9;

  /** Operations a second of a processor of eight cores with AVX2. */
  static final double OPERATIONS = 0.5e12;

  /** And of one that multiplies bfloat16. */
  static final double OPERATIONS_BF16 = 4e12;

  /** Tokens of a review's prompt, and of its answer. */
  static final int PROMPT = 2048;

  static final int ANSWER = 256;

  private final PlacementQuestion question;
  private final ModelConfig config;
  private final double operations;

  Pace(PlacementQuestion question) {
    this.question = question;
    this.config = question.model().config();
    boolean fast = question.kernels().bf16() && question.machine().processor().bf16();
    this.operations = fast ? OPERATIONS_BF16 : OPERATIONS;
  }

  /** Seconds in which a full batch of reviews is read and answered. */
  double seconds(PlanDraft draft) {
    int sequences = question.step().sequences();
    double readingSteps = (double) sequences * PROMPT / question.step().tokens();
    return readingSteps * step(draft, question.step().tokens()) + ANSWER * step(draft, sequences);
  }

  /** Seconds of a step of so many tokens. */
  private double step(PlanDraft draft, int tokens) {
    boolean cached = inMemory(draft);
    double link = cached ? LINK : Math.min(LINK, DISK);
    double reading = cached ? MEMORY : DISK;
    WeightTable there = question.weights(way(draft));
    double seconds = 0;
    for (int i = 0; i < draft.layers().size(); i++) {
      LayerPlace place = draft.layers().get(i);
      if (place.residence() == Residence.STREAMED) {
        seconds += there.layer(i).working() / link;
      }
      if (!Candidate.onGpu(place.device())) {
        long numbers = numbers(question.model().layers().get(i).common());
        seconds += multiplied(there.common().get(i).working(), numbers, tokens, reading);
      }
      if (!Candidate.onGpu(place.feedForward())) {
        long numbers = numbers(question.model().layers().get(i).feedForward());
        double touched = config.sparse(i) ? touched(tokens) : 1;
        double active = config.sparse(i) ? active() : 1;
        long bytes = (long) (there.feedForward().get(i).working() * touched);
        seconds += multiplied(bytes, (long) (numbers * active), tokens, reading);
      }
    }
    return seconds;
  }

  private static Way way(PlanDraft draft) {
    return switch (draft.strategy()) {
      case STREAMED -> Way.SOURCE;
      case DISK -> Way.DISK;
      default -> Way.MEMORY;
    };
  }

  /** A processor reads each weight once a step, or computes for longer than that. */
  private double multiplied(long bytes, long numbers, int tokens, double reading) {
    return Math.max(bytes / reading, 2.0 * numbers * tokens / operations);
  }

  /** Whether what is mapped stays in memory from step to step. */
  private boolean inMemory(PlanDraft draft) {
    Share share = draft.shares().get(Device.CPU);
    Budget budget = Budget.of(question.machine(), question.request()).get(Device.CPU);
    boolean needed = draft.layers().stream().anyMatch(place -> place.residence() != Residence.HELD);
    return share == null || !needed || share.held() + share.mapped() <= budget.usable();
  }

  private static long numbers(List<Matrix> matrices) {
    return matrices.stream().mapToLong(Matrix::numbers).sum();
  }

  /** The part of a layer's experts that one token is sent to. */
  private double active() {
    Experts experts = config.experts().orElseThrow();
    return (double) experts.perToken() / experts.count();
  }

  /** The part of a layer's experts that any of so many tokens is sent to, if they choose evenly. */
  private double touched(int tokens) {
    return 1 - Math.pow(1 - active(), tokens);
  }
}
