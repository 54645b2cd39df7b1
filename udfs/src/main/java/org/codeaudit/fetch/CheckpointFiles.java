package org.codeaudit.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.web.Patience;

/**
 * Which files of a model a checkpoint needs: a repository often holds its weights in several
 * formats.
 */
final class CheckpointFiles {
  private static final String CONFIG = "config.json";
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final Pattern DESCRIBING =
      Pattern.compile(
          "config[.]json|generation_config[.]json|tokenizer.*|special_tokens_map[.]json"
              + "|quantization_config[.]json|quantize_config[.]json"
              + "|added_tokens[.]json|chat_template.*|vocab[.](json|txt)|merges[.]txt");
  private static final int LARGEST_INDEX = 64 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RemoteModel remote;
  private final Map<String, RemoteFile> files;
  private final Patience patience;

  private CheckpointFiles(RemoteModel remote, Patience patience) {
    this.remote = remote;
    this.patience = patience;
    this.files =
        remote.files().stream().collect(Collectors.toMap(RemoteFile::name, Function.identity()));
  }

  /**
   * The files to fetch: a Hugging Face checkpoint's, or one GGUF file.
   *
   * @throws AuditException {@code MODEL_FILES} if it holds no checkpoint, or several
   */
  static List<RemoteFile> of(RemoteModel remote, Patience patience) {
    return new CheckpointFiles(remote, patience).needed();
  }

  /** Whether it holds weights, of which a beginning says what the rest is. */
  static boolean holdsWeights(RemoteFile file) {
    return isGguf(file.name()) || file.name().endsWith(".safetensors");
  }

  static boolean isGguf(String name) {
    return name.endsWith(".gguf");
  }

  private List<RemoteFile> needed() {
    Optional<String> chosen =
        remote.reference() instanceof ModelReference.Hub hub ? hub.file() : Optional.empty();
    if (chosen.isPresent()) {
      if (!isGguf(chosen.get()) || !files.containsKey(chosen.get())) {
        throw unusable("it has no GGUF file " + chosen.get(), ggufs());
      }
      return List.of(files.get(chosen.get()));
    }
    if (files.containsKey(CONFIG) && (files.containsKey(SINGLE) || files.containsKey(INDEX))) {
      return checkpoint();
    }
    List<String> ggufs = ggufs();
    if (ggufs.size() == 1) {
      return List.of(files.get(ggufs.get(0)));
    }
    throw ggufs.isEmpty()
        ? unusable(
            "it has no GGUF file, and not both " + CONFIG + " and " + SINGLE + " (or its index)",
            List.copyOf(new TreeSet<>(files.keySet())))
        : unusable("it has several GGUF files and no safetensors: say which is meant", ggufs);
  }

  private List<RemoteFile> checkpoint() {
    Set<String> names = new TreeSet<>();
    files.keySet().stream().filter(name -> DESCRIBING.matcher(name).matches()).forEach(names::add);
    if (files.containsKey(SINGLE)) {
      names.add(SINGLE);
    } else {
      names.add(INDEX);
      names.addAll(shards(files.get(INDEX)));
    }
    return names.stream().map(files::get).toList();
  }

  private Set<String> shards(RemoteFile index) {
    Patience.Trial trial = patience.trial("Reading " + index.name());
    while (true) {
      try {
        try (InputStream in = remote.open(index, 0, index.size())) {
          return shards(JSON.readTree(in.readNBytes(LARGEST_INDEX)).path("weight_map"));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
          throw unusable("its " + INDEX + " is not valid JSON", List.of());
        } catch (IOException e) {
          trial.pause(e);
        }
      } catch (IOException e) {
        throw remote.explain(index, e);
      }
    }
  }

  private Set<String> shards(JsonNode weightMap) {
    Set<String> shards = new TreeSet<>();
    weightMap.forEach(shard -> shards.add(shard.asText()));
    for (String shard : shards) {
      if (!files.containsKey(shard)) {
        throw unusable("its " + INDEX + " names a shard that it does not have", List.of());
      }
    }
    return shards;
  }

  private List<String> ggufs() {
    return files.keySet().stream().filter(CheckpointFiles::isGguf).sorted().toList();
  }

  private AuditException unusable(String why, List<String> names) {
    List<String> shown = new ArrayList<>(names.subList(0, Math.min(names.size(), 20)));
    String listed = shown.isEmpty() ? "" : "; it has " + String.join(", ", shown);
    return new AuditException(
        ErrorClass.MODEL_FILES,
        "Cannot use the model " + remote.reference(),
        why + listed,
        "Choose a model with safetensors weights, or one GGUF file: hf:organisation/name:FILE.gguf"
            + " on the hub, the file's own URI elsewhere");
  }
}
