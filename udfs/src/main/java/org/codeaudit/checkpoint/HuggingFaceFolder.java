package org.codeaudit.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.codeaudit.checkpoint.config.ExpectedTensors;
import org.codeaudit.checkpoint.config.GenerationDefaults;
import org.codeaudit.checkpoint.config.HuggingFaceConfig;
import org.codeaudit.checkpoint.config.HuggingFaceTokenizer;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.QuantizationConfig;
import org.codeaudit.checkpoint.config.QuantizationSettings;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.file.Revision;
import org.codeaudit.checkpoint.quantized.QuantizedTensors;
import org.codeaudit.checkpoint.safetensors.SafetensorsFolder;
import org.codeaudit.checkpoint.safetensors.SafetensorsHeader;
import org.codeaudit.checkpoint.tensor.TensorInfo;

/** A checkpoint folder as the Hugging Face hub distributes it. */
final class HuggingFaceFolder {
  private static final List<String> DESCRIBING_FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja");

  private HuggingFaceFolder() {}

  static Checkpoint open(Path folder) {
    JsonDocument config = JsonDocument.read(folder.resolve("config.json"));
    ModelConfig model = HuggingFaceConfig.read(config);
    Map<String, List<Long>> expected = ExpectedTensors.of(model);
    Optional<QuantizationSettings> settings =
        QuantizationConfig.read(folder, config, expected.keySet());
    if (settings.isPresent() && model.family().fusesProjections()) {
      throw CheckpointErrors.unsupported(
          config.file(),
          "Its projections are quantised several in one, which is not supported",
          "Use the checkpoint that is not quantised; --precision int8, int4 or nf4 make it smaller");
    }
    SortedMap<String, TensorInfo> stored = SafetensorsFolder.tensors(folder);
    QuantizedTensors quantized = QuantizedTensors.of(folder, settings, stored, expected);
    SortedMap<String, TensorInfo> tensors =
        FusedProjections.apart(
            model, StackedExperts.apart(model, quantized.tensors(), folder), folder);
    ExpectedTensors.check(model, tensors, folder);
    HuggingFaceTokenizer tokenizer = new HuggingFaceTokenizer(folder);
    return new OpenCheckpoint(
        folder,
        "safetensors",
        model,
        tensors,
        quantized,
        tokenizer::files,
        generationDefaults(folder, config, tokenizer),
        () -> revision(folder, stored));
  }

  private static GenerationDefaults generationDefaults(
      Path folder, JsonDocument config, HuggingFaceTokenizer tokenizer) {
    JsonDocument generation = JsonDocument.readOrEmpty(folder.resolve("generation_config.json"));
    Set<Integer> endTokens = new TreeSet<>(generation.integers("eos_token_id"));
    endTokens.addAll(config.integers("eos_token_id"));
    tokenizer.endToken().ifPresent(endTokens::add);
    return new GenerationDefaults(
        List.copyOf(endTokens),
        generation.flag("do_sample"),
        generation.number("temperature"),
        generation.integer("top_k"),
        generation.number("top_p"),
        generation.number("repetition_penalty"));
  }

  private static String revision(Path folder, SortedMap<String, TensorInfo> tensors) {
    Revision revision = new Revision();
    DESCRIBING_FILES.forEach(name -> revision.addIfPresent(folder.resolve(name)));
    QuantizationConfig.FILES.forEach(name -> revision.addIfPresent(folder.resolve(name)));
    Set<Path> shards = new TreeSet<>();
    tensors.values().forEach(tensor -> shards.add(tensor.file()));
    shards.forEach(shard -> revision.add(shard, SafetensorsHeader.bytesBeforeData(shard)));
    return revision.hex();
  }
}
