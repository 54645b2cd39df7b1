package org.codeaudit.model.torch;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.codeaudit.checkpoint.ModelConfig.Experts;
import org.codeaudit.checkpoint.TensorInfo;
import org.codeaudit.placement.WeightForm;

/**
 * Builds the experts of a layer, of which there may be hundreds: where their tensors lie in files as
 * the decoder wants them, all of a layer in one call.
 */
final class ExpertLoader {

  /** Puts a matrix that is made of tensors, one below the other, under a name of the decoder. */
  @FunctionalInterface
  interface Matrices {
    void put(String name, String... tensors);
  }

  /** The tensors of one expert. */
  private record Names(String gate, String up, String down) {
    static Names of(String expert) {
      return new Names(
          expert + "gate_proj.weight", expert + "up_proj.weight", expert + "down_proj.weight");
    }

    Stream<String> all() {
      return Stream.of(gate, up, down);
    }
  }

  /**
   * Where the tensors of all experts lie, gate, up and down of one after the other.
   *
   * @param files the decoder's numbers of their mapped files
   * @param offsets the indices of their first numbers in them
   * @param elements the numbers of all of them
   */
  private record Places(long[] files, long[] offsets, long elements) {}

  private final Experts experts;
  private final TensorParts parts;
  private final TorchProgram program;
  private final Placement placement;
  private final Matrices matrices;

  ExpertLoader(
      Experts experts,
      TensorParts parts,
      TorchProgram program,
      Placement placement,
      Matrices matrices) {
    this.experts = experts;
    this.parts = parts;
    this.program = program;
    this.placement = placement;
    this.matrices = matrices;
  }

  /**
   * Adds all experts to the decoder's last layer, whose router is there already.
   *
   * @param feedForward the prefix of the layer's tensors, such as {@code model.layers.3.mlp.}
   * @return the memory they take, mapped or not, but for what {@link Matrices} put
   */
  long load(String feedForward) {
    List<Names> names = names(feedForward);
    if (placement.stacksExperts()) {
      return stack(names);
    }
    if (placement.onProcessor() && names.stream().allMatch(this::asWanted)) {
      Places places = places(names);
      program.call("map_experts", places.files, places.offsets, experts.intermediateSize());
      return places.elements * placement.weights().bytes();
    }
    for (Names expert : names) {
      matrices.put("feed_input", expert.gate, expert.up);
      matrices.put("feed_output", expert.down);
      program.call("add_expert");
    }
    return 0;
  }

  /** In two tensors, one expert after the other, converted on the way. */
  private long stack(List<Names> names) {
    int dtype = placement.weights().dtype();
    program.call("stack_experts", experts.intermediateSize(), dtype);
    long elements = 0;
    if (names.stream().flatMap(Names::all).map(parts::tensor).allMatch(TensorParts::mappable)) {
      Places places = places(names);
      program.call("stack_mapped", places.files, places.offsets);
      elements = places.elements;
    } else {
      for (int expert = 0; expert < experts.count(); expert++) {
        Names tensors = names.get(expert);
        parts.part(tensors.gate, dtype);
        parts.part(tensors.up, dtype);
        program.call("stack_parts", 0, expert);
        parts.part(tensors.down, dtype);
        program.call("stack_parts", 1, expert);
        elements += tensors.all().mapToLong(name -> parts.tensor(name).elements()).sum();
      }
    }
    return elements * placement.weights().bytes();
  }

  /** Whether an expert can stay in its file. */
  private boolean asWanted(Names expert) {
    WeightForm form = placement.weights();
    return form.dense()
        && expert
            .all()
            .map(parts::tensor)
            .allMatch(t -> TensorParts.mappable(t) && TensorParts.dtype(t) == form.dtype());
  }

  private Places places(List<Names> names) {
    List<TensorInfo> tensors = names.stream().flatMap(Names::all).map(parts::tensor).toList();
    List<TensorParts.Place> places = tensors.stream().map(parts::place).toList();
    return new Places(
        places.stream().mapToLong(TensorParts.Place::file).toArray(),
        places.stream().mapToLong(TensorParts.Place::offset).toArray(),
        tensors.stream().mapToLong(TensorInfo::elements).sum());
  }

  private List<Names> names(String feedForward) {
    return IntStream.range(0, experts.count())
        .mapToObj(expert -> Names.of(feedForward + "experts." + expert + "."))
        .toList();
  }
}
