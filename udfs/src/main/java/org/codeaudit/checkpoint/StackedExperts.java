package org.codeaudit.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorInfo.RowOrder;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/**
 * Presents a layer's experts one by one where a file holds them as one tensor: {@code [experts,
 * out, in]}, or with the last two sizes exchanged; and the gate and up projections by themselves or
 * {@code gate_up_proj}, the gate's outputs first.
 */
final class StackedExperts {
  private static final String GATE = "gate_proj";
  private static final String UP = "up_proj";
  private static final String DOWN = "down_proj";
  private static final String BOTH = "gate_up_proj";

  private static final Pattern NAME =
      Pattern.compile(
          "(model\\.layers\\.([0-9]{1,6})\\.mlp\\.experts\\.)"
              + "(gate_proj|up_proj|down_proj|gate_up_proj)(?:\\.weight)?");

  private final ModelConfig config;
  private final Experts experts;
  private final SortedMap<String, TensorInfo> tensors;
  private final List<String> problems = new ArrayList<>();

  private StackedExperts(ModelConfig config, SortedMap<String, TensorInfo> tensors) {
    this.config = config;
    this.experts = config.experts().orElseThrow();
    this.tensors = new TreeMap<>(tensors);
  }

  /**
   * The tensors with every stacked one replaced by those of its experts; the same where there is
   * none.
   *
   * @throws org.codeaudit.AuditException if a stacked tensor has neither of the two shapes
   */
  static SortedMap<String, TensorInfo> apart(
      ModelConfig config, SortedMap<String, TensorInfo> tensors, Path path) {
    if (config.experts().isEmpty()) {
      return tensors;
    }
    StackedExperts stacked = new StackedExperts(config, tensors);
    SortedMap<Integer, List<Stack>> layers = new TreeMap<>();
    for (TensorInfo tensor : tensors.values()) {
      Stack.of(tensor)
          .filter(stack -> config.sparse(stack.layer()))
          .ifPresent(s -> layers.computeIfAbsent(s.layer(), l -> new ArrayList<>()).add(s));
    }
    layers.values().forEach(stacked::replace);
    if (!stacked.problems.isEmpty()) {
      throw CheckpointErrors.tensorsMismatch(path, stacked.problems);
    }
    return stacked.tensors;
  }

  /** A stacked tensor, by the layer and the projection its name tells. */
  private record Stack(TensorInfo tensor, int layer, String prefix, String projection) {

    static Optional<Stack> of(TensorInfo tensor) {
      Matcher name = NAME.matcher(tensor.name());
      return name.matches()
          ? Optional.of(
              new Stack(tensor, Integer.parseInt(name.group(2)), name.group(1), name.group(3)))
          : Optional.empty();
    }

    /** Whether the projections of one expert have these sizes, and all are there. */
    boolean has(long count, long rows, long columns) {
      return tensor.shape().equals(List.of(count, rows, columns));
    }
  }

  /**
   * The stacks of a layer are exchanged all or none of them: one alone may have equal sizes, but
   * then another has not.
   */
  private void replace(List<Stack> layer) {
    for (Stack stack : layer) {
      TensorInfo tensor = stack.tensor();
      if (!tensor.type().ofWeights()) {
        throw TensorLayout.unsupportedType(tensor.file(), tensor.name(), tensor.type().name());
      }
    }
    boolean straight = layer.stream().allMatch(s -> s.has(experts.count(), rows(s), columns(s)));
    boolean exchanged =
        !straight
            && layer.stream()
                .allMatch(
                    s -> s.has(experts.count(), columns(s), rows(s)) && s.tensor().type().plain());
    if (!straight && !exchanged) {
      layer.forEach(this::describe);
      return;
    }
    for (Stack stack : layer) {
      tensors.remove(stack.tensor().name());
      for (int expert = 0; expert < experts.count(); expert++) {
        add(stack, expert, exchanged);
      }
    }
  }

  private void add(Stack stack, int expert, boolean exchanged) {
    if (stack.projection().equals(BOTH)) {
      add(stack, expert, GATE, 0, experts.intermediateSize(), exchanged);
      add(stack, expert, UP, experts.intermediateSize(), experts.intermediateSize(), exchanged);
    } else {
      add(stack, expert, stack.projection(), 0, rows(stack), exchanged);
    }
  }

  /** Adds some rows of one expert's matrix under their usual name. */
  private void add(
      Stack stack, int expert, String projection, long firstRow, long rows, boolean exchanged) {
    TensorInfo all = stack.tensor();
    String name = stack.prefix() + expert + "." + projection + ".weight";
    long begin = all.offset() + all.bytes() / experts.count() * expert;
    long stackRows = rows(stack);
    long rowBytes = all.bytes() / experts.count() / stackRows;
    long columns = columns(stack);
    TensorInfo part =
        exchanged
            ? new TensorInfo(
                name,
                all.type(),
                List.of(rows, columns),
                all.file(),
                begin + firstRow * all.type().blockBytes(),
                rows * rowBytes,
                RowOrder.TRANSPOSED,
                stackRows)
            : new TensorInfo(
                name,
                all.type(),
                List.of(rows, columns),
                all.file(),
                begin + firstRow * rowBytes,
                rows * rowBytes,
                RowOrder.HALVES);
    if (tensors.put(name, part) != null) {
      problems.add(name + " is there by itself and in " + all.name());
    }
  }

  private long rows(Stack stack) {
    return switch (stack.projection()) {
      case DOWN -> config.hiddenSize();
      case BOTH -> 2L * experts.intermediateSize();
      default -> experts.intermediateSize();
    };
  }

  private long columns(Stack stack) {
    return stack.projection().equals(DOWN) ? experts.intermediateSize() : config.hiddenSize();
  }

  private void describe(Stack stack) {
    long count = experts.count();
    List<Long> straight = List.of(count, rows(stack), columns(stack));
    List<Long> exchanged = List.of(count, columns(stack), rows(stack));
    TensorInfo tensor = stack.tensor();
    problems.add(
        tensor.name()
            + " is "
            + tensor.shape()
            + " but should be "
            + straight
            + (tensor.type().plain() ? " or, as all of its layer, " + exchanged : ""));
  }
}
