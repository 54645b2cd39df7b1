package org.codeaudit.placement.weight;

import java.util.List;
import java.util.Optional;
import org.codeaudit.model.Precision;
import org.codeaudit.placement.weight.Storage.Encoding;

/**
 * Bytes of a model's weights if all of them were kept one way.
 *
 * @param embedding of a device that looks tokens up
 * @param head of a device that does both that and the output projection
 * @param headAlone of a device that only does the output projection
 * @param common layer by layer: attention, norms, router and shared expert
 * @param feedForward layer by layer: the feed-forward layer, or the experts
 * @param unmapped a matrix that cannot be mapped; only of {@link Way#DISK}
 */
public record WeightTable(
    Kept embedding,
    Kept head,
    Kept headAlone,
    List<Kept> common,
    List<Kept> feedForward,
    Optional<Matrix> unmapped) {

  /** A way to keep weights. */
  public enum Way {
    /** On a GPU. */
    GPU,
    /** In memory, for the processor. */
    MEMORY,
    /** In mapped files, for the processor. */
    DISK,
    /** In memory or mapped files, in the form of a GPU they are copied to. */
    SOURCE
  }

  public static WeightTable of(
      Footprint model, Precision precision, ProcessorKernels kernels, Way way) {
    Keeping keeping = new Keeping(precision, kernels, way);
    Keeping heads = new Keeping(precision.coded() ? Precision.BF16 : precision, kernels, way);
    Kept last = Kept.held(4L * model.config().hiddenSize());
    Kept alone = last.plus(heads.matrix(plain(model.head().orElse(model.embedding()))));
    Kept embedding = keeping.embedding(model.embedding());
    return new WeightTable(
        embedding,
        model.head().isPresent() ? alone : last.plus(heads.tied(plain(model.embedding()))),
        alone,
        model.layers().stream()
            .map(layer -> keeping.all(layer.common()).plus(Kept.held(4 * layer.small())))
            .toList(),
        model.layers().stream().map(layer -> keeping.all(layer.feedForward())).toList(),
        way == Way.DISK
            ? model.matrices().filter(matrix -> !keeping.mappable(matrix)).findFirst()
            : Optional.empty());
  }

  /** The output projection is never quantised; one that is in the checkpoint is decoded. */
  private static Matrix plain(Matrix head) {
    return head.storage().quantised() ? head.stored(new Storage(Encoding.BLOCKS, 0)) : head;
  }

  /** Everything on one device. */
  public Kept all() {
    Kept sum = embedding.plus(head);
    for (int layer = 0; layer < common.size(); layer++) {
      sum = sum.plus(layer(layer));
    }
    return sum;
  }

  public Kept layer(int layer) {
    return common.get(layer).plus(feedForward.get(layer));
  }

  /** The most bytes of a layer. */
  public long largestLayer() {
    long largest = 0;
    for (int layer = 0; layer < common.size(); layer++) {
      largest = Math.max(largest, layer(layer).working());
    }
    return largest;
  }

  /** How matrices are kept one way. */
  private record Keeping(Precision precision, ProcessorKernels kernels, Way way) {
    Kept all(List<Matrix> matrices) {
      return matrices.stream().map(this::matrix).reduce(Kept.NOTHING, Kept::plus);
    }

    Kept matrix(Matrix matrix) {
      MatrixForm form = form(matrix.storage());
      long bytes = form.bytes(matrix);
      return switch (way) {
        case GPU -> Kept.held(bytes);
        case SOURCE ->
            form.asStored(matrix.storage()) || form.cachedOnDisk()
                ? Kept.mapped(bytes)
                : Kept.held(bytes);
        case MEMORY -> inMemory(form, matrix, bytes);
        case DISK -> Kept.mapped(bytes);
      };
    }

    private Kept inMemory(MatrixForm form, Matrix matrix, long bytes) {
      if (form.asStored(matrix.storage())) {
        return Kept.mapped(bytes);
      }
      if (form.form() == WeightForm.INT8) {
        // the file is mapped, and used until a matrix is packed
        long held = Math.max(bytes, form.packedBytes(matrix));
        return new Kept(held, bytes, held);
      }
      // single rows are multiplied with the file's bfloat16, batches with the packed form
      boolean both =
          form.form() == WeightForm.PACKED_F16
              && precision == Precision.BF16
              && matrix.storage().encoding() == Encoding.BF16;
      return new Kept(bytes, both ? 2 * matrix.numbers() : 0, bytes);
    }

    /** What is mapped is multiplied as it lies there, whatever the processor is fast at. */
    private MatrixForm form(Storage storage) {
      if (way == Way.DISK && storage.plain() && precision != Precision.F32) {
        return MatrixForm.ofGpu(precision, storage);
      }
      return way == Way.GPU || way == Way.SOURCE
          ? MatrixForm.ofGpu(precision, storage)
          : MatrixForm.of(precision, kernels, storage);
    }

    boolean mappable(Matrix matrix) {
      MatrixForm form = form(matrix.storage());
      return form.asStored(matrix.storage()) || form.cachedOnDisk();
    }

    /** As stored, or in a plain form if that cannot be looked up in. */
    Kept embedding(Matrix embedding) {
      Storage storage = embedding.storage();
      if (storage.plain()) {
        long bytes = embedding.numbers() * storage.width();
        return way == Way.GPU ? Kept.held(bytes) : Kept.mapped(bytes);
      }
      return Kept.held(embedding.numbers() * (precision == Precision.F32 ? 4 : 2));
    }

    /** The output projection where the embedding lies: the same bytes, if they have its form. */
    Kept tied(Matrix embedding) {
      if (form(embedding.storage()).asStored(embedding.storage())) {
        return Kept.NOTHING;
      }
      Kept own = matrix(embedding);
      return new Kept(own.held(), own.held() > 0 ? 0 : own.mapped(), own.working());
    }
  }
}
