package org.codeaudit.model.torch.program;

import java.util.Set;
import org.codeaudit.model.torch.program.TorchProgram.Bytes;
import org.codeaudit.model.torch.program.TorchProgram.Floats;
import org.codeaudit.model.torch.program.TorchProgram.Numbers;

/**
 * The decoder, {@code decoder.py}, with a Java method for each of its methods that Java calls. The
 * comments there define the shapes and the letters; dtypes are libtorch's numbers.
 *
 * <p>Loading goes by state: {@link #on} and {@link #keepOn} set a device, the methods that begin
 * with {@code part} collect tensors, and those that begin with {@code keep} make rows of the next
 * matrix of them. Those that begin with {@code put} name a tensor or a matrix, and those that begin
 * with {@code add} build a layer of what was named.
 *
 * <p>Every method throws {@link ai.djl.engine.EngineException} with what libtorch says if libtorch
 * fails.
 */
public final class DecoderProgram implements AutoCloseable {
  private final ProgramCalls program;

  /** How plain numbers that stay in their mapped file are multiplied. */
  public enum Widening {
    /** In their own type. */
    NONE,
    /** As 32-bit floats. */
    ALWAYS,
    /** As 32-bit floats until they are packed. */
    UNTIL_PACKED
  }

  /**
   * The sizes of a matrix of integer codes, as {@code codes.py} lays it out.
   *
   * @param group columns that share a scale
   * @param stripes of 128 rows
   * @param lines of a stripe
   * @param offsets whether scales have offsets
   * @param ordered whether columns have an order of their own
   * @param rotated whether columns were multiplied by a Hadamard matrix
   * @param rounded whether activations are rounded to 8 bits
   * @param packed whether the matrix is packed while it is used
   */
  public record CodeSizes(
      long bits,
      long rows,
      long columns,
      long group,
      long stripes,
      long lines,
      long lineBytes,
      boolean offsets,
      boolean ordered,
      boolean rotated,
      boolean rounded,
      boolean packed) {}

  /**
   * The tokens of a step.
   *
   * @param tokens [3, T]: id, position, place in the cache
   * @param regions 4 a sequence: start in the cache, positions held before, tokens of this step,
   *     place among the recurrent states
   * @param singles how many sequences have one token; they come first
   * @param shared 4 a run of tokens whose sequences begin with the same positions: first token,
   *     tokens, start in the cache, positions
   */
  public record Batch(Numbers tokens, long[] regions, int singles, long[] shared) {}

  /**
   * How each of R rows chooses its token.
   *
   * @param penalised [2, n]: row and id
   * @param penalties 1 a row
   * @param masks 1 a row: key of a mask, -1 to allow the ids of {@code only}, -2 to allow all
   * @param only [n]: allowed ids of the rows that name them, one row after the other
   * @param onlyCounts 1 a row
   * @param sampling 4 a row: temperature, top-k, top-p, uniform number
   */
  public record Choices(
      Numbers penalised,
      double[] penalties,
      long[] masks,
      Numbers only,
      long[] onlyCounts,
      double[] sampling) {}

  /** Calls the methods of a program that was made of {@link #archive}, and closes it in the end. */
  public DecoderProgram(ProgramCalls program) {
    this.program = program;
  }

  /**
   * Loads the decoder without weights.
   *
   * @param cuda whether layers lie on CUDA devices, which have a kernel for the attention of all
   *     sequences at once
   * @param copies whether copies to a CUDA device run beside its computations
   * @param threads threads of one operation on the processor
   */
  public static DecoderProgram load(boolean cuda, boolean copies, int threads) {
    return new DecoderProgram(TorchProgram.load(archive(cuda, copies), threads));
  }

  /** The archive of the decoder for any libtorch of this kind of processor. */
  public static byte[] archive() {
    return archive(false, false);
  }

  /** The archive of the decoder that {@link #load} loads. */
  public static byte[] archive(boolean cuda, boolean copies) {
    return TorchScriptArchive.ofResources(
        "copying.py",
        oneDnn() ? "linear_onednn.py" : "linear.py",
        "codes.py",
        "normal_floats.py",
        "matrix.py",
        "cache.py",
        cuda ? "attention_kernel_cuda.py" : "attention_kernel.py",
        "attention.py",
        "delta.py",
        "experts.py",
        "layer.py",
        copies ? "lane_cuda.py" : "lane.py",
        "streaming.py",
        "choosing.py",
        "decoder.py");
  }

  /** Whether libtorch has oneDNN: all builds for x86 do. */
  private static boolean oneDnn() {
    return Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
  }

  /**
   * Begins to load. The first call of all.
   *
   * @param epsilon of the norms
   * @param frequencies [r / 2] of rotary embeddings, radians per position
   * @param magnitude what their cosines and sines are multiplied with
   */
  public void begin(double epsilon, Floats frequencies, double magnitude) {
    program.call("begin", epsilon, frequencies, magnitude);
  }

  /**
   * What is put from here on is computed on this device, and parts go there.
   *
   * @param device as libtorch names it
   * @param cacheType dtype of keys, values and attention of layers there
   */
  public void on(String device, int cacheType) {
    program.call("on", device, cacheType);
  }

  /** Parts go to this device from here on, wherever they are computed with. */
  public void keepOn(String device) {
    program.call("keep_on", device);
  }

  /**
   * Maps a file as numbers of one type, without reading it.
   *
   * @param numbers in the whole file
   * @return the file's number here
   */
  public long mapFile(String path, long numbers, int dtype) {
    return program.call("map_file", path, numbers, dtype);
  }

  /**
   * Takes a tensor of a mapped file as a part; on the processor it stays there.
   *
   * @param file of {@link #mapFile}
   * @param offset index of its first number
   */
  public void partMapped(long file, long offset, long... shape) {
    program.call("part_mapped", file, offset, shape);
  }

  /** Takes a copy of a tensor as a part. */
  public void partCopied(Floats tensor) {
    program.call("part_copied", tensor);
  }

  /** Takes a copy of a tensor as a part. */
  public void partCopied(Bytes tensor) {
    program.call("part_copied", tensor);
  }

  /** Makes a part that {@link #fill} gets the numbers of. */
  public void partStaged(long[] shape, int dtype) {
    program.call("part_staged", shape, dtype);
  }

  /**
   * Fills rows of the part that was staged last.
   *
   * @param first index of the first row
   */
  public void fill(long first, Floats rows) {
    program.call("fill", first, rows);
  }

  /** Takes the embedding as a part, for an output projection that is tied to it. */
  public void partEmbedding() {
    program.call("part_embedding");
  }

  /** The greatest magnitude in the parts; NaN if one of them has a NaN. */
  public double magnitudeOfParts() {
    return program.callForDouble("magnitude_of_parts");
  }

  /** Makes the parts a small tensor of 32-bit floats, with a number added to each of its own. */
  public void putTensor(String name, double added) {
    program.call("put_tensor", name, added);
  }

  /** Makes the parts the bias of the next matrix. */
  public void putBias() {
    program.call("put_bias");
  }

  /** Makes the parts the next rows of a matrix where they are: mapped, or shared. */
  public void keepParts(Widening widening) {
    program.call("keep_parts", widening.ordinal());
  }

  /** Makes the parts the next rows of a matrix, converted to a type. */
  public void keepDense(int dtype) {
    program.call("keep_dense", dtype);
  }

  /** Makes the parts the next rows of a matrix, packed as float16, which must hold them. */
  public void keepPacked() {
    program.call("keep_packed");
  }

  /** Makes the parts (codes, scales, offsets, order) the next rows of a matrix, of integers. */
  public void keepCodes(CodeSizes sizes) {
    long[] numbers = {
      sizes.bits(),
      sizes.rows(),
      sizes.columns(),
      sizes.group(),
      sizes.stripes(),
      sizes.lines(),
      sizes.lineBytes(),
      flag(sizes.offsets()),
      flag(sizes.ordered()),
      flag(sizes.rotated()),
      flag(sizes.rounded()),
      flag(sizes.packed())
    };
    program.call("keep_codes", numbers);
  }

  /**
   * Makes the parts (codes, scales) the next rows of a matrix, of NormalFloats.
   *
   * @param values the 16 numbers that codes stand for
   */
  public void keepFloats(long rows, long columns, long group, double[] values) {
    program.call("keep_floats", new long[] {rows, columns, group}, values);
  }

  /** Makes the rows that were kept a matrix, with the bias that was put. */
  public void putKept(String name) {
    program.call("put_kept", name);
  }

  /** Makes the parts the embedding. */
  public void putEmbedding() {
    program.call("put_embedding");
  }

  /** Makes what was put as {@code norm} and {@code head} the last norm and output projection. */
  public void putHead() {
    program.call("put_head");
  }

  /**
   * Adds a layer with the norms that were put; the methods below add what it consists of.
   *
   * @param streamed whether its matrices, put on the processor, are copied for every step
   */
  public void addLayer(boolean streamed) {
    program.call("add_layer", flag(streamed));
  }

  /**
   * Adds attention to the layer.
   *
   * @param rotated numbers of a head that its position turns
   * @param gated whether the result is gated
   */
  public void addAttention(
      long queryHeads, long keyHeads, long headSize, long rotated, boolean gated) {
    long[] sizes = {queryHeads, keyHeads, headSize, rotated, flag(gated)};
    program.call("add_attention", sizes);
  }

  /**
   * Adds recurrent attention to the layer.
   *
   * @param valueHeads of each key head
   */
  public void addLinearAttention(long keyHeads, long valueHeads, long keySize, long valueSize) {
    program.call("add_linear_attention", new long[] {keyHeads, valueHeads, keySize, valueSize});
  }

  /** Adds a feed-forward network to the layer. */
  public void addFeedForward() {
    program.call("add_feed_forward");
  }

  /**
   * Adds a router, and the shared expert if one was put; the experts follow.
   *
   * @param perToken experts of a token
   * @param normalised whether their weights are made to add up to 1
   */
  public void addExperts(int perToken, boolean normalised) {
    program.call("add_experts", perToken, flag(normalised));
  }

  /** Adds the matrices that were put as the next expert. */
  public void addExpert() {
    program.call("add_expert");
  }

  /**
   * Adds all experts of the layer as they lie in mapped files.
   *
   * @param files 3 an expert, of {@link #mapFile}: gate, up, down
   * @param offsets likewise, indices of their first numbers
   * @param inner feed-forward size of an expert
   */
  public void mapExperts(long[] files, long[] offsets, int inner, Widening widening) {
    program.call("map_experts", files, offsets, inner, widening.ordinal());
  }

  /** Makes room for all experts of the layer in two tensors. */
  public void stackExperts(int inner, int dtype) {
    program.call("stack_experts", inner, dtype);
  }

  /** Makes the parts an expert's gate and up matrices among the stacked ones. */
  public void stackGateUp(int expert) {
    stackParts(0, expert);
  }

  /** Makes the parts an expert's down matrix among the stacked ones. */
  public void stackDown(int expert) {
    stackParts(1, expert);
  }

  private void stackParts(int which, int expert) {
    program.call("stack_parts", which, expert);
  }

  /** Copies all experts of the layer to the stacked ones; parameters as {@link #mapExperts}. */
  public void stackMapped(long[] files, long[] offsets) {
    program.call("stack_mapped", files, offsets);
  }

  /** Lets go of the names: the next layer uses the same ones. */
  public void forget() {
    program.call("forget");
  }

  /** Lets go of the mapped files; tensors that lie in them keep them. */
  public void dropFiles() {
    program.call("drop_files");
  }

  /** Fails if a device cannot give so many bytes. */
  public void tryMemory(String device, long bytes) {
    program.call("try_memory", device, bytes);
  }

  /**
   * Makes room for keys and values.
   *
   * @param positions of all sequences
   * @param longest positions of the longest sequence
   * @param quantised whether they are kept as 8-bit integers
   */
  public void allocate(int positions, int longest, boolean quantised) {
    program.call("allocate", positions, longest, flag(quantised));
  }

  /** Makes room for the recurrent states of so many sequences; 0 for a model without. */
  public void allocateStates(int places) {
    program.call("allocate_states", places);
  }

  /**
   * Has a device attend to all sequences of a step at once from here on, if the kernel for that
   * errs by no more than a bound. Not with a cache of 8-bit integers.
   *
   * @return by how much it errs; NaN if it gives no numbers
   * @throws ai.djl.engine.EngineException if the device has no such kernel
   */
  public double attendAtOnce(String device, double bound) {
    return program.callForDouble("attend_at_once", device, bound);
  }

  /** Bytes that keys and values take on all devices. */
  public long cacheBytes() {
    return program.call("cache_bytes");
  }

  /**
   * Packs some of the matrices that have been used for a while.
   *
   * @return how many numbers were packed; -1 once none is left that may have to be
   */
  public long pack() {
    return program.call("pack");
  }

  /** Matrices that will be packed once they have been used for a while. */
  public long unpacked() {
    return program.call("unpacked");
  }

  /** Appends tokens without choosing any. */
  public void append(Batch batch) {
    program.call("append", batch.tokens(), batch.regions(), batch.singles(), batch.shared());
  }

  /**
   * Appends tokens and returns the logits after some of them.
   *
   * @param followed [R] which of the step's tokens
   * @return [R, V], row by row
   */
  public float[] logits(Batch batch, long[] followed) {
    return program.callForFloats(
        "logits",
        batch.tokens(),
        batch.regions(),
        batch.singles(),
        batch.shared(),
        Numbers.of(followed));
  }

  /**
   * Appends tokens and chooses what follows some of them.
   *
   * @param followed [R] which of the step's tokens
   * @return [2, R], row by row: the ids, then their log-probabilities before temperature, top-k and
   *     top-p
   */
  public double[] step(Batch batch, long[] followed, Choices choices) {
    return program.callForDoubles(
        "step",
        batch.tokens(),
        batch.regions(),
        batch.singles(),
        batch.shared(),
        Numbers.of(followed),
        choices.penalised(),
        choices.penalties(),
        choices.masks(),
        choices.only(),
        choices.onlyCounts(),
        choices.sampling());
  }

  /** Copies positions of the cache; the two ranges must not overlap. */
  public void move(int start, int target, int count) {
    program.call("move", start, target, count);
  }

  /**
   * Keeps a mask for {@link Choices#masks}.
   *
   * @param allowed ids
   */
  public void addMask(int key, long[] allowed, int vocabulary) {
    program.call("add_mask", key, Numbers.of(allowed), vocabulary);
  }

  /** Lets go of a mask. */
  public void dropMask(int key) {
    program.call("drop_mask", key);
  }

  private static long flag(boolean set) {
    return set ? 1 : 0;
  }

  /** Frees the program and every tensor it holds. */
  @Override
  public void close() {
    program.close();
  }
}
