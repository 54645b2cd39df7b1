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
   */
  private record Places(long[] files, long[] offsets) {}

  private final Experts experts;
  private final TensorParts parts;
  private final TorchProgram program;
  private final MatrixPlace place;
  private final Matrices matrices;

  ExpertLoader(
      Experts experts,
      TensorParts parts,
      TorchProgram program,
      MatrixPlace place,
      Matrices matrices) {
    this.experts = experts;
    this.parts = parts;
    this.program = program;
    this.place = place;
    this.matrices = matrices;
  }

  /**
   * Adds all experts to the decoder's last layer, whose router is there already, where parts go.
   *
   * @param feedForward the prefix of the layer's tensors, such as {@code model.layers.3.mlp.}
   * @return the memory they take, mapped or not, but for what {@link Matrices} put
   */
  long load(String feedForward) {
    List<Names> names = names(feedForward);
    if (place.stacksExperts()) {
      return stack(names);
    }
    List<TensorInfo> tensors = tensors(names);
    boolean inForm = tensors.stream().allMatch(this::inForm);
    if (place.onProcessor() && (inForm || staysMapped(tensors))) {
      Places places = places(tensors);
      // those of another type are multiplied as 32-bit floats, in which they keep their values
      int widened = inForm ? 0 : 1;
      program.call(
          "map_experts", places.files, places.offsets, experts.intermediateSize(), widened);
      return tensors.stream().mapToLong(TensorInfo::bytes).sum();
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
    int dtype = place.form().dtype();
    program.call("stack_experts", experts.intermediateSize(), dtype);
    List<TensorInfo> tensors = tensors(names);
    if (tensors.stream().allMatch(TensorParts::mappable)) {
      Places places = places(tensors);
      program.call("stack_mapped", places.files, places.offsets);
    } else {
      for (int expert = 0; expert < experts.count(); expert++) {
        parts.part(names.get(expert).gate, dtype);
        parts.part(names.get(expert).up, dtype);
        program.call("stack_parts", 0, expert);
        parts.part(names.get(expert).down, dtype);
        program.call("stack_parts", 1, expert);
      }
    }
    return tensors.stream().mapToLong(TensorInfo::elements).sum() * place.form().bytes();
  }

  /** Whether a tensor lies in its file as it is multiplied. */
  private boolean inForm(TensorInfo tensor) {
    return place.form().dense()
        && TensorParts.mappable(tensor)
        && TensorParts.dtype(tensor) == place.form().dtype();
  }

  /** Whether tensors stay in their files though their form is another one. */
  private boolean staysMapped(List<TensorInfo> tensors) {
    boolean plain = place.form().dense() || place.form() == WeightForm.PACKED_F16;
    return plain && place.mapped() && tensors.stream().allMatch(TensorParts::mappable);
  }

  private Places places(List<TensorInfo> tensors) {
    List<TensorParts.Place> places = tensors.stream().map(parts::place).toList();
    return new Places(
        places.stream().mapToLong(TensorParts.Place::file).toArray(),
        places.stream().mapToLong(TensorParts.Place::offset).toArray());
  }

  /** Gate, up and down of one expert after the other. */
  private List<TensorInfo> tensors(List<Names> names) {
    return names.stream().flatMap(Names::all).map(parts::tensor).toList();
  }

  private List<Names> names(String feedForward) {
    return IntStream.range(0, experts.count())
        .mapToObj(expert -> Names.of(feedForward + "experts." + expert + "."))
        .toList();
  }
}
