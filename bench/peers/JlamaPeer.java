import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport.ModelType;
import com.github.tjake.jlama.safetensors.Config;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.SafeTensorSupport;
import com.github.tjake.jlama.safetensors.WeightLoader;
import com.github.tjake.jlama.safetensors.tokenizer.Tokenizer;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.util.JsonSupport;
import com.github.tjake.jlama.util.PhysicalCoreExecutor;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Requests through Jlama: takes and prints the JSON that engines.py describes. Jlama has no batch of
 * several sequences, so "at once" are concurrent calls, which share its pool of threads.
 */
public final class JlamaPeer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AbstractModel model;
  private final KvBufferCache caches;

  private JlamaPeer(AbstractModel model) {
    this.model = model;
    this.caches = new KvBufferCache(model);
  }

  public static void main(String[] arguments) throws Exception {
    JsonNode options = JSON.readTree(arguments[0]);
    PhysicalCoreExecutor.overrideThreadCount(options.get("threads").asInt());
    JlamaPeer peer = new JlamaPeer(load(new File(options.get("model").asText()), options.get("form").asText()));
    Object result = options.has("raw") ? peer.raw(options.get("raw")) : peer.workload(options);
    System.out.println(JSON.writeValueAsString(result));
    System.exit(0);
  }

  /** Without a tokenizer: it is asked in token ids. */
  private static AbstractModel load(File folder, String form) throws Exception {
    File file = new File(folder, "config.json");
    ModelType type = SafeTensorSupport.detectModel(file);
    Config config = JsonSupport.om.readValue(file, type.configClass);
    Optional<DType> quantised =
        switch (form) {
          case "int4" -> Optional.of(DType.Q4);
          case "int8" -> Optional.of(DType.I8);
          default -> Optional.empty();
        };
    return type.modelClass
        .getConstructor(AbstractModel.InferenceType.class, Config.class, WeightLoader.class, Tokenizer.class,
            DType.class, DType.class, Optional.class)
        .newInstance(AbstractModel.InferenceType.FULL_GENERATION, config, SafeTensorSupport.loadWeights(folder), null,
            DType.F32, DType.I8, quantised);
  }

  /** One sequence, with its own key-value cache. */
  private final class Sequence implements AutoCloseable {
    private final KvBufferCache.KvBuffer cache = caches.getEphemeralKvBuffer();
    private final AbstractTensor logits = model.makeDenseTensor(model.getConfig().vocabularySize);
    private int position;
    private int next;

    Sequence(int[] prompt) {
      try (AbstractTensor last = model.batchForward(prompt, 0, cache)) {
        next = choose(last.slice(last.shape().first() - 1));
      }
      position = prompt.length;
    }

    void step() {
      try (AbstractTensor output = model.forward(next, position++, cache, Optional.empty())) {
        next = choose(output);
      }
    }

    private int choose(AbstractTensor output) {
      return model.sample(output, 0, 0, logits);
    }

    @Override
    public void close() {
      cache.close();
      logits.close();
    }
  }

  private void answer(int[] prompt, int newTokens) {
    try (Sequence sequence = new Sequence(prompt)) {
      for (int made = 1; made < newTokens; made++) {
        sequence.step();
      }
    }
  }

  private Map<String, Object> workload(JsonNode options) throws Exception {
    List<JsonNode> requests = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(options.get("requests").asText()))) {
      requests.add(JSON.readTree(line));
    }
    // the compiler of the virtual machine needs more of a warm-up than a library in C
    answer(tokens(prompt(requests.get(0)).length, 0), 8);
    Queue<JsonNode> queue = new ConcurrentLinkedQueue<>(requests);
    AtomicInteger rows = new AtomicInteger();
    long begin = System.nanoTime();
    long end = begin + (long) (options.get("seconds").asDouble() * 1e9);
    concurrently(
        Collections.nCopies(
            options.get("at_once").asInt(),
            () -> {
              for (JsonNode next = queue.poll(); next != null && System.nanoTime() < end; next = queue.poll()) {
                answer(prompt(next), next.get("new_tokens").asInt());
                rows.incrementAndGet();
              }
              return null;
            }));
    return Map.of("rows", rows.get(), "seconds", (System.nanoTime() - begin) / 1e9);
  }

  private static int[] prompt(JsonNode request) {
    return JSON.convertValue(request.get("prompt"), int[].class);
  }

  private Map<String, Object> raw(JsonNode raw) throws Exception {
    int prompt = raw.get("prompt").asInt();
    double prefill = 0;
    for (int i = 0; i < 2; i++) {
      long begin = System.nanoTime();
      answer(tokens(prompt, i), 1);
      prefill = Math.max(prefill, prompt * 1e9 / (System.nanoTime() - begin));
    }
    Map<String, Double> decode = new TreeMap<>();
    for (JsonNode size : raw.get("decode")) {
      decode.put(size.asText(), decode(size.asInt(), raw.get("steps").asInt(), raw.get("context").asInt()));
    }
    return Map.of("prefill", prefill, "decode", decode);
  }

  private double decode(int size, int steps, int context) throws Exception {
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      sequences.add(new Sequence(tokens(context, i)));
    }
    List<Callable<Void>> calls = new ArrayList<>();
    for (Sequence sequence : sequences) {
      calls.add(
          () -> {
            for (int i = 0; i < steps; i++) {
              sequence.step();
            }
            return null;
          });
    }
    long begin = System.nanoTime();
    concurrently(calls);
    double speed = size * steps * 1e9 / (System.nanoTime() - begin);
    sequences.forEach(Sequence::close);
    return speed;
  }

  private static int[] tokens(int count, int seed) {
    return IntStream.range(0, count).map(i -> 100 + (i * 7919 + seed * 104729) % 30000).toArray();
  }

  private static void concurrently(List<? extends Callable<Void>> calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      for (Future<Void> call : threads.invokeAll(calls)) {
        call.get();
      }
    } finally {
      threads.shutdown();
    }
  }
}
