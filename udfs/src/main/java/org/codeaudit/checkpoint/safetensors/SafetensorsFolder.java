package org.codeaudit.checkpoint.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/** The safetensors files of a folder: one {@code model.safetensors}, or shards with an index. */
public final class SafetensorsFolder {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private SafetensorsFolder() {}

  /** Every tensor of the folder by name, its header checked. */
  public static SortedMap<String, TensorInfo> tensors(Path folder) {
    if (Files.isRegularFile(folder.resolve(SINGLE))) {
      return new TreeMap<>(SafetensorsHeader.read(folder.resolve(SINGLE)));
    }
    if (Files.isRegularFile(folder.resolve(INDEX))) {
      return shards(folder.resolve(INDEX));
    }
    throw CheckpointErrors.notFound(
        folder,
        "It has neither " + SINGLE + " nor " + INDEX + "; its files are " + listing(folder),
        "Use a checkpoint with safetensors weights; convert pytorch_model.bin with transformers");
  }

  private static SortedMap<String, TensorInfo> shards(Path index) {
    JsonDocument document = JsonDocument.read(index);
    JsonDocument shardOf =
        document
            .object("weight_map")
            .orElseThrow(
                () -> CheckpointErrors.configInvalid(index, "It lacks the key weight_map"));
    Map<String, Map<String, TensorInfo>> shards = new LinkedHashMap<>();
    SortedMap<String, TensorInfo> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : shardOf.node().properties()) {
      String name = entry.getKey();
      String shard = entry.getValue().asText();
      TensorInfo tensor =
          shards.computeIfAbsent(shard, s -> SafetensorsHeader.read(shardFile(index, s))).get(name);
      if (tensor == null) {
        throw CheckpointErrors.headerInvalid(
            index,
            "It says that "
                + TensorLayout.shown(name)
                + " is in the shard "
                + shard
                + ", which does not hold it");
      }
      tensors.put(name, tensor);
    }
    return tensors;
  }

  private static Path shardFile(Path index, String shard) {
    boolean plainName = shard.matches("[A-Za-z0-9][A-Za-z0-9._-]*");
    // A link is fine: the cache of the Hugging Face hub keeps files elsewhere and links to them.
    if (!plainName || !Files.isRegularFile(index.resolveSibling(shard))) {
      throw CheckpointErrors.shardMissing(index, TensorLayout.shown(shard));
    }
    return index.resolveSibling(shard);
  }

  public static List<String> listing(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (names.size() == 10) {
          names.add("…");
          break;
        }
        names.add(String.valueOf(file.getFileName()));
      }
      return names;
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(folder, e);
    }
  }
}
