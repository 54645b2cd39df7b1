package org.codeaudit.model.torch.load;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.codeaudit.checkpoint.config.ModelConfig.Experts;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.model.torch.pack.PackedMatrices;
import org.codeaudit.model.torch.program.DecoderProgram;
import org.codeaudit.model.torch.program.DecoderProgram.Widening;
import org.codeaudit.model.torch.program.TensorParts;

/**
 * Loads the experts of a layer, of which there may be hundreds. If their tensors are stored in the
 * form that the decoder multiplies, one call maps all experts of a layer.
 */
final class ExpertLoader {

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
   * The places of all experts' tensors in mapped files: gate, up and down of each expert in order.
   *
   * @param files the decoder's numbers of the files
   * @param offsets indices of the tensors' first elements in their files
   * @param elements elements of all tensors together
   */
  private record Places(long[] files, long[] offsets, long elements) {}

  private final Experts experts;
  private final TensorParts parts;
  private final DecoderProgram program;
  private final MatrixLoader matrices;
  private final MatrixPlace place;

  /**
   * @param matrices has the place that they are put in
   */
  ExpertLoader(Experts experts, TensorParts parts, DecoderProgram program, MatrixLoader matrices) {
    this.experts = experts;
    this.parts = parts;
    this.program = program;
    this.matrices = matrices;
    this.place = matrices.place();
  }

  /**
   * Adds all experts to the layer that was added last; its router must be there.
   *
   * @param feedForward the prefix of the layer's tensors, such as {@code model.layers.3.mlp.}
   * @return bytes they take, mapped or not, except for those that {@link MatrixLoader} counts
   */
  long load(String feedForward) {
    List<Names> names = names(feedForward);
    boolean codes = all(names).anyMatch(tensor -> PackedMatrices.kept(place.form(), tensor));
    if (place.stacksExperts() && !codes) {
      return stack(names);
    }
    if (place.onProcessor() && !codes && all(names).allMatch(this::asWanted)) {
      Places places = places(names);
      Widening widening =
          place.widening(
              all(names).allMatch(place::inForm),
              all(names).map(TensorParts::dtype).allMatch(place::packsLater));
      program.mapExperts(places.files, places.offsets, experts.intermediateSize(), widening);
      return all(names).mapToLong(TensorInfo::bytes).sum();
    }
    for (Names expert : names) {
      matrices.put("feed_input", expert.gate, expert.up);
      matrices.put("feed_output", expert.down);
      program.addExpert();
    }
    return 0;
  }

  /** Loads them into two stacked tensors, converting their type on the way. */
  private long stack(List<Names> names) {
    int dtype = place.form().dtype();
    program.stackExperts(experts.intermediateSize(), dtype);
    long elements = 0;
    if (all(names).allMatch(TensorParts::mappable)) {
      Places places = places(names);
      program.stackMapped(places.files, places.offsets);
      elements = places.elements;
    } else {
      for (int expert = 0; expert < experts.count(); expert++) {
        Names tensors = names.get(expert);
        parts.part(tensors.gate, dtype);
        parts.part(tensors.up, dtype);
        program.stackGateUp(expert);
        parts.part(tensors.down, dtype);
        program.stackDown(expert);
        elements += tensors.all().mapToLong(name -> parts.tensor(name).elements()).sum();
      }
    }
    return elements * place.form().bytes();
  }

  /** Whether a tensor can be used in its mapped file. */
  private boolean asWanted(TensorInfo tensor) {
    return TensorParts.mappable(tensor)
        && (place.mapped() || place.inForm(tensor) || place.packsLater(TensorParts.dtype(tensor)));
  }

  private Stream<TensorInfo> all(List<Names> names) {
    return names.stream().flatMap(Names::all).map(parts::tensor);
  }

  private Places places(List<Names> names) {
    List<TensorInfo> tensors = all(names).toList();
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
