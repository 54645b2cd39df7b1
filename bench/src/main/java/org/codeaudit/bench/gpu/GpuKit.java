package org.codeaudit.bench.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.Checkpoints;
import org.codeaudit.checkpoint.SyntheticCheckpoint;
import org.codeaudit.disk.FolderTree;
import org.codeaudit.job.console.FigureFiles;
import org.codeaudit.model.Device;
import org.codeaudit.model.ModelSettings;
import org.codeaudit.model.PlacementRequest.Strategy;
import org.codeaudit.model.Precision;
import org.codeaudit.model.torch.DeviceTest;
import org.codeaudit.model.torch.load.DecoderLoader;
import org.codeaudit.model.torch.load.LoadedDecoder;
import org.codeaudit.model.torch.machine.Hardware;
import org.codeaudit.model.torch.pack.PackedCache;
import org.codeaudit.model.torch.program.DecoderProgram;

/**
 * The folder that travels: {@code decoders/} with the archives; {@code golden/} with checkpoints
 * and what transformers computed for them; {@code shapes/} with the outlines of large models, whose
 * weights are made up where they are needed; {@code calls/} with what the loader asks of a decoder
 * for each; and {@code kit.json}, which says what there is. Nothing here touches a device.
 */
public final class GpuKit {
  private static final Device GPU = Device.gpu(0);
  private static final int GOLDEN_POSITIONS = 4096;

  /** Positions of 256 sequences of 512 tokens and some answers, and of a prompt of 4,096. */
  private static final int SHAPE_POSITIONS = 1 << 18;

  /** How precisely a golden checkpoint is computed, and how it gets to the GPU. */
  private record Way(Strategy strategy, Precision precision) {
    @Override
    public String toString() {
      return precision + " " + strategy;
    }
  }

  /**
   * A golden checkpoint in one way.
   *
   * @param decoder its archive
   * @param bound of the error that is allowed
   * @param relative whether it is that of all logits of a prompt by their magnitude; else it is the
   *     largest of a logit
   * @param sameTokens whether every greedy token must be that of transformers
   */
  record Golden(
      String name,
      String checkpoint,
      String calls,
      String decoder,
      double bound,
      boolean relative,
      boolean sameTokens) {}

  /**
   * The shape of a large model.
   *
   * @param bytes of the file with its weights, and of these weights
   * @param positions of its cache
   */
  record Shape(
      String name,
      String folder,
      String calls,
      String decoder,
      long bytes,
      long weightBytes,
      int vocabulary,
      int positions) {}

  private record Contents(List<Golden> golden, List<Shape> shapes) {}

  private final Path folder;
  private final List<Golden> golden = new ArrayList<>();
  private final List<Shape> shapes = new ArrayList<>();

  /**
   * @param folder is made
   */
  public GpuKit(Path folder) throws IOException {
    this.folder = folder.toAbsolutePath();
    Path decoders = Files.createDirectories(folder.resolve("decoders"));
    Files.write(decoders.resolve("processor.pt"), DecoderProgram.archive(false, false));
    Files.write(decoders.resolve("cuda.pt"), DecoderProgram.archive(true, false));
    Files.write(decoders.resolve("cuda-copies.pt"), DecoderProgram.archive(true, true));
  }

  /** Adds a golden checkpoint in every way that its weights have. */
  public void addGolden(Path checkpoint) throws IOException {
    String name = checkpoint.getFileName().toString();
    Path copy = Files.createDirectories(folder.resolve("golden").resolve(name));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoint)) {
      for (Path file : files) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    JsonNode expected = FigureFiles.JSON.readTree(copy.resolve("expected.json").toFile());
    try (Checkpoint opened = Checkpoints.open(copy)) {
      for (Way way : ways(opened)) {
        String calls = "calls/" + name + "-" + way.toString().replace(' ', '-');
        String decoder = record(opened, way, calls, GOLDEN_POSITIONS);
        golden.add(bounded(name + " " + way, "golden/" + name, calls, decoder, way, expected));
      }
    }
  }

  private static List<Way> ways(Checkpoint checkpoint) {
    if (checkpoint.quantization().isPresent()) {
      return List.of(new Way(Strategy.GPU, Precision.BF16));
    }
    List<Way> ways = new ArrayList<>();
    for (Strategy strategy : List.of(Strategy.GPU, Strategy.STREAMED, Strategy.HYBRID)) {
      ways.add(new Way(strategy, Precision.F32));
    }
    ways.add(new Way(Strategy.GPU, Precision.BF16));
    // the recurrent states of Qwen3-Next add up what is rounded
    if (checkpoint.config().linearAttention().isEmpty()) {
      ways.add(new Way(Strategy.GPU, Precision.INT8));
      ways.add(new Way(Strategy.GPU, Precision.INT4));
      ways.add(new Way(Strategy.GPU, Precision.NF4));
    }
    return ways;
  }

  /** The bounds are those of {@code GoldenModelSuite}, with more room for a GPU's rounding. */
  private static Golden bounded(
      String name, String checkpoint, String calls, String decoder, Way way, JsonNode expected) {
    if (way.precision() == Precision.F32) {
      return new Golden(name, checkpoint, calls, decoder, 1e-3, false, true);
    }
    if (way.precision() == Precision.BF16 && expected.has("bf16_largest_error")) {
      double bound = 1.5 * expected.get("bf16_largest_error").asDouble();
      return new Golden(name, checkpoint, calls, decoder, bound, false, false);
    }
    boolean fourBits = way.precision() == Precision.INT4 || way.precision() == Precision.NF4;
    return new Golden(name, checkpoint, calls, decoder, fourBits ? 0.9 : 0.15, true, false);
  }

  /**
   * Adds the shape of a model, on one GPU in bfloat16.
   *
   * @param config a {@code config.json}, whose name becomes the shape's
   */
  public void addShape(Path config) throws IOException {
    String name = config.getFileName().toString().replaceFirst("\\.json$", "");
    Path target = Files.createDirectories(folder.resolve("shapes").resolve(name));
    SyntheticCheckpoint model = SyntheticCheckpoint.of(Files.readString(config));
    Path outline = Files.createTempDirectory(folder, "outline-");
    try {
      model.writeOutline(outline);
      Path weights = outline.resolve("model.safetensors");
      Files.copy(config, target.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
      Files.write(target.resolve("header.safetensors"), header(weights));
      FigureFiles.JSON.writeValue(target.resolve("numbers.json").toFile(), model.numbers());
      try (Checkpoint opened = Checkpoints.open(outline)) {
        String calls = "calls/" + name;
        String decoder =
            record(opened, new Way(Strategy.GPU, Precision.BF16), calls, SHAPE_POSITIONS);
        shapes.add(
            new Shape(
                name,
                "shapes/" + name,
                calls,
                decoder,
                Files.size(weights),
                model.bytes(),
                opened.config().vocabularySize(),
                SHAPE_POSITIONS));
      }
    } finally {
      FolderTree.delete(outline);
    }
  }

  /** All of a safetensors file that precedes its numbers. */
  private static byte[] header(Path weights) throws IOException {
    try (FileChannel channel = FileChannel.open(weights)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(length, 0);
      ByteBuffer header = ByteBuffer.allocate(Math.toIntExact(Long.BYTES + length.getLong(0)));
      for (int read = 0; read >= 0 && header.hasRemaining(); ) {
        read = channel.read(header, header.position());
      }
      return header.array();
    }
  }

  /** Has a model loaded into a decoder that writes down the calls; the name of its archive. */
  private String record(Checkpoint checkpoint, Way way, String calls, int positions)
      throws IOException {
    Path target = Files.createDirectories(folder.resolve(calls));
    String[] decoder = {""};
    ModelSettings settings =
        new ModelSettings(checkpoint.path().toString(), way.precision(), positions, 1);
    DecoderLoader loader =
        new DecoderLoader(
            checkpoint,
            settings,
            DeviceTest.plan(checkpoint.config(), GPU, way.strategy(), way.precision(), positions),
            new Hardware(Device::toString, () -> Long.MAX_VALUE),
            new PackedCache(Optional.empty(), 0),
            (cuda, copies, threads) -> {
              decoder[0] = "decoders/" + (copies ? "cuda-copies" : cuda ? "cuda" : "processor");
              try {
                return new DecoderProgram(new CallRecorder(target, checkpoint.path()));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    LoadedDecoder loaded = loader.load();
    loaded.ahead().close();
    loaded.program().close();
    return decoder[0] + ".pt";
  }

  /** Writes what the folder holds, which makes it whole. */
  public void finish() throws IOException {
    FigureFiles.JSON
        .writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("kit.json").toFile(), new Contents(golden, shapes));
  }
}
