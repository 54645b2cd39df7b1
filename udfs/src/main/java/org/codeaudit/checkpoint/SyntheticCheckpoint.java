package org.codeaudit.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codeaudit.checkpoint.config.ExpectedTensors;
import org.codeaudit.checkpoint.config.HuggingFaceConfig;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.safetensors.SafetensorsWriter;
import org.codeaudit.checkpoint.safetensors.SeededNumbers;
import org.codeaudit.checkpoint.tensor.TensorType;

/**
 * A checkpoint of a real model's architecture with made-up weights: bfloat16 numbers that follow
 * from a seed, scaled so that activations stay as large as those of a trained model. It loads,
 * computes and takes memory as the real one does, and its answers are nonsense. Its tokenizer makes
 * a token of every byte.
 */
public final class SyntheticCheckpoint {
  /**
   * Shapes that come with the project, by name: those of two published models, two smaller versions
   * of published architectures with experts, and one that loads almost instantly.
   */
  public static final List<String> SHAPES =
      List.of("qwen2.5-coder-0.5b", "qwen3-0.6b", "qwen3-moe-small", "qwen3-next-small", "tiny");

  private static final List<String> DESCRIBING_FILES =
      List.of("tokenizer.json", "tokenizer_config.json", "generation_config.json");
  private static final long LARGEST_FILE = 5_000_000_000L;

  private final String config;
  private final ModelConfig model;
  private final Map<String, List<Long>> shapes;

  private SyntheticCheckpoint(String config) {
    this.config = config;
    this.model = HuggingFaceConfig.read(document(config));
    this.shapes = ExpectedTensors.of(model);
  }

  /** The checkpoint of one of {@link #SHAPES}. */
  public static SyntheticCheckpoint ofShape(String name) {
    if (!SHAPES.contains(name)) {
      throw new IllegalArgumentException("no shape " + name + "; known are " + SHAPES);
    }
    return new SyntheticCheckpoint(new String(resource(name + ".json"), StandardCharsets.UTF_8));
  }

  /**
   * The checkpoint that a {@code config.json} describes.
   *
   * @throws org.codeaudit.AuditException if it describes no supported model
   */
  public static SyntheticCheckpoint of(String config) {
    return new SyntheticCheckpoint(config);
  }

  /** Bytes of its weights. */
  public long bytes() {
    return TensorType.BF16.blockBytes()
        * shapes.values().stream().mapToLong(SyntheticCheckpoint::elements).sum();
  }

  /**
   * Writes it as a Hugging Face folder: {@code config.json}, tokenizer, generation settings and one
   * safetensors file, or shards of 5 GB at most. The same seed gives the same bytes.
   *
   * @param folder is made; holds no checkpoint yet
   */
  public void write(Path folder, long seed) throws IOException {
    write(folder, seed, numbers(), (int) (bytes() / LARGEST_FILE) + 1);
  }

  /**
   * As {@link #write}, in one file, with a hole where the numbers would be. It takes no disk and
   * has the places and sizes of every tensor.
   */
  public void writeOutline(Path folder) throws IOException {
    Map<String, SeededNumbers> holes = numbers();
    holes.replaceAll((name, numbers) -> SeededNumbers.ZERO);
    write(folder, 0, holes, 1);
  }

  private void write(Path folder, long seed, Map<String, SeededNumbers> numbers, int shards)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config);
    writeTokenizer(folder);
    List<SafetensorsWriter.Tensor> tensors =
        shapes.entrySet().stream()
            .map(
                t ->
                    new SafetensorsWriter.Tensor(t.getKey(), t.getValue(), numbers.get(t.getKey())))
            .toList();
    new SafetensorsWriter(folder, seed).write(tensors, shards);
  }

  /** What each tensor holds, by its name. */
  public Map<String, SeededNumbers> numbers() {
    Map<String, SeededNumbers> numbers = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> numbers.put(name, numbers(name, shape)));
    return numbers;
  }

  /** Writes the tokenizer of bytes and the generation settings that go with it. */
  static void writeTokenizer(Path folder) throws IOException {
    for (String file : DESCRIBING_FILES) {
      Files.write(folder.resolve(file), resource(file));
    }
  }

  /**
   * Norms pass on what they get; every projection keeps the variance of its input; biases are small
   * but there.
   */
  private SeededNumbers numbers(String name, List<Long> shape) {
    boolean zeroCentred = model.family().gatesAttention() && !name.contains("linear_attn.");
    if (name.endsWith("norm.weight")) {
      return new SeededNumbers(zeroCentred ? 0 : 1, 0.02);
    }
    if (name.endsWith(".A_log")) {
      // decays of half a position to some dozens
      return new SeededNumbers(0, 1);
    }
    return shape.size() == 1
        ? new SeededNumbers(0, 0.02)
        : new SeededNumbers(0, 1 / Math.sqrt(shape.get(shape.size() - 1)));
  }

  private static long elements(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  private static JsonDocument document(String config) {
    Path file = Path.of("config.json");
    try {
      return new JsonDocument(file, "", JsonDocument.JSON.readTree(config));
    } catch (IOException e) {
      throw CheckpointErrors.configInvalid(file, "It is not valid JSON: " + e.getMessage(), e);
    }
  }

  private static byte[] resource(String name) {
    try (InputStream stream = SyntheticCheckpoint.class.getResourceAsStream("synthetic/" + name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
