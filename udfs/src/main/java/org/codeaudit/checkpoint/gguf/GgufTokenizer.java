package org.codeaudit.checkpoint.gguf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.codeaudit.checkpoint.config.GenerationDefaults;
import org.codeaudit.checkpoint.config.ModelConfig;
import org.codeaudit.checkpoint.config.ModelConfig.Family;
import org.codeaudit.checkpoint.config.TokenizerFiles;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.tensor.TensorLayout;

/** Rebuilds a Hugging Face {@code tokenizer.json} from the metadata of a GGUF file. */
public final class GgufTokenizer {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String BYTES_MODEL = "gpt2";
  private static final String TEXT_MODEL = "llama";
  private static final long NORMAL = 1;
  private static final long UNKNOWN = 2;
  private static final long CONTROL = 3;
  private static final long USER_DEFINED = 4;
  private static final long UNUSED = 5;
  private static final Set<String> ENDS = Set.of("<|im_end|>", "<|endoftext|>", "<|end|>");
  private static final Map<String, String> NAMED_TOKENS =
      Map.of(
          "bos_token", "bos_token_id",
          "eos_token", "eos_token_id",
          "unk_token", "unknown_token_id",
          "pad_token", "padding_token_id");

  private final GgufMetadata metadata;
  private final ModelConfig config;

  public GgufTokenizer(GgufMetadata metadata, ModelConfig config) {
    this.metadata = metadata;
    this.config = config;
  }

  public TokenizerFiles files() {
    List<String> tokens = tokens();
    return new TokenizerFiles(
        document(tokens).toString(), metadata.text("tokenizer.chat_template"), namedTokens(tokens));
  }

  /** The ids that end a generation; a GGUF file says nothing about sampling. */
  public GenerationDefaults generationDefaults() {
    Set<Integer> endTokens = new TreeSet<>();
    for (String key : List.of("eos_token_id", "eot_token_id")) {
      metadata.integer(PREFIX + key).ifPresent(endTokens::add);
    }
    if (config.family() != Family.LLAMA) {
      // All end an answer of a Qwen or a Phi model, but a file names only one of them.
      List<String> tokens = metadata.array(PREFIX + "tokens", String.class);
      List<Long> types = metadata.array(PREFIX + "token_type", Long.class);
      for (int id = 0; id < Math.min(tokens.size(), types.size()); id++) {
        boolean ends = ENDS.contains(tokens.get(id));
        if (ends && types.get(id) == CONTROL) {
          endTokens.add(id);
        }
      }
    }
    return new GenerationDefaults(
        List.copyOf(endTokens),
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private List<String> tokens() {
    Optional<String> model = metadata.text(PREFIX + "model");
    List<String> tokens = metadata.array(PREFIX + "tokens", String.class);
    if (model.isEmpty() || tokens.isEmpty()) {
      throw CheckpointErrors.tokenizerMissing(
          metadata.file(), "Its metadata has no " + PREFIX + "model or no " + PREFIX + "tokens");
    }
    if (!model.get().equals(BYTES_MODEL) && !model.get().equals(TEXT_MODEL)) {
      throw invalid(
          PREFIX
              + "model is "
              + TensorLayout.shown(model.get())
              + "; gpt2 and llama are supported");
    }
    if (tokens.size() > config.vocabularySize()) {
      throw invalid(
          "it has "
              + tokens.size()
              + " tokens but the embedding has only "
              + config.vocabularySize()
              + " rows");
    }
    return tokens;
  }

  private Map<String, String> namedTokens(List<String> tokens) {
    Map<String, String> named = new TreeMap<>();
    NAMED_TOKENS.forEach(
        (name, key) ->
            metadata
                .integer(PREFIX + key)
                .ifPresent(
                    id -> {
                      if (id >= tokens.size()) {
                        throw invalid(PREFIX + key + " is " + id + ", which no token has");
                      }
                      named.put(name, tokens.get(id));
                    }));
    return named;
  }

  private ObjectNode document(List<String> tokens) {
    return metadata.text(PREFIX + "model").orElseThrow().equals(TEXT_MODEL)
        ? sentencePiece(tokens)
        : byteLevel(tokens);
  }

  private ObjectNode sentencePiece(List<String> tokens) {
    boolean trims = metadata.flag(PREFIX + "remove_extra_whitespaces").orElse(false);
    if (trims || !metadata.array(PREFIX + "precompiled_charsmap", Object.class).isEmpty()) {
      throw invalid("it changes texts before it tokenises them, which is not supported");
    }
    List<Double> scores = metadata.array(PREFIX + "scores", Double.class);
    if (scores.size() != tokens.size()) {
      throw invalid("it has " + tokens.size() + " tokens but " + scores.size() + " scores");
    }
    boolean prefix = metadata.flag(PREFIX + "add_space_prefix").orElse(true);
    List<Long> types = types(tokens);
    List<String> texts =
        IntStream.range(0, tokens.size())
            .filter(id -> types.get(id) == NORMAL)
            .mapToObj(tokens::get)
            .toList();
    ObjectNode document = emptyDocument(tokens);
    document.set("normalizer", GgufSentencePiece.normalizer(prefix));
    document.putNull("pre_tokenizer");
    document.set("post_processor", postProcessor(tokens, true, JsonDocument.JSON.nullNode()));
    document.set("decoder", GgufSentencePiece.decoder(prefix));
    document.set("model", new GgufSentencePiece(metadata.file()).model(ids(tokens), scores, texts));
    return document;
  }

  private ObjectNode emptyDocument(List<String> tokens) {
    ObjectNode document = JsonDocument.JSON.createObjectNode().put("version", "1.0");
    document.putNull("truncation").putNull("padding");
    document.set("added_tokens", addedTokens(tokens));
    return document;
  }

  private ObjectNode byteLevel(List<String> tokens) {
    String name = metadata.text(PREFIX + "pre").orElse("(absent)");
    GgufPreTokenizer preTokenizer =
        GgufPreTokenizer.named(name)
            .orElseThrow(
                () ->
                    invalid(
                        PREFIX
                            + "pre is "
                            + TensorLayout.shown(name)
                            + "; known are "
                            + GgufPreTokenizer.names()));
    ObjectNode document = emptyDocument(tokens);
    document.set("normalizer", preTokenizer.normalizer());
    document.set("pre_tokenizer", preTokenizer.preTokenizer());
    // Llama 3 files that say nothing want the begin token.
    document.set(
        "post_processor",
        postProcessor(tokens, preTokenizer.ignoreMerges(), GgufPreTokenizer.byteLevel()));
    document.set("decoder", GgufPreTokenizer.byteLevel());
    document.set("model", model(tokens, preTokenizer));
    return document;
  }

  private ArrayNode addedTokens(List<String> tokens) {
    List<Long> types = types(tokens);
    ArrayNode added = JsonDocument.JSON.createArrayNode();
    for (int id = 0; id < tokens.size(); id++) {
      if (types.get(id) == CONTROL || types.get(id) == USER_DEFINED || types.get(id) == UNKNOWN) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", stripsBehind(tokens.get(id)))
            .put("normalized", false)
            .put("special", types.get(id) != USER_DEFINED);
      }
    }
    return added;
  }

  /**
   * Whether a control token takes the white space behind it. No file says so; of the models whose
   * files are read from here, those of Phi-3 with the vocabulary of Llama 2 do.
   */
  private boolean stripsBehind(String token) {
    return config.family() == Family.PHI3
        && metadata.text(PREFIX + "model").orElse("").equals(TEXT_MODEL)
        && !Set.of("<unk>", "<s>", "<|endoftext|>").contains(token);
  }

  private List<Long> types(List<String> tokens) {
    List<Long> types = metadata.array(PREFIX + "token_type", Long.class);
    if (types.size() != tokens.size()) {
      throw invalid("it has " + tokens.size() + " tokens but " + types.size() + " token types");
    }
    return types;
  }

  /**
   * Puts the begin token before a text where the model was trained with it.
   *
   * @param silent whether it is wanted where the file says nothing
   * @param without what is done where it is not
   */
  private JsonNode postProcessor(List<String> tokens, boolean silent, JsonNode without) {
    OptionalInt begin = metadata.integer(PREFIX + "bos_token_id");
    if (!metadata.flag(PREFIX + "add_bos_token").orElse(silent) || begin.isEmpty()) {
      return without;
    }
    String token = namedTokens(tokens).get("bos_token");
    ObjectNode template = JsonDocument.JSON.createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    single.addObject().putObject("SpecialToken").put("id", token).put("type_id", 0);
    single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ArrayNode pair = template.putArray("pair").addAll(single);
    pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
    ObjectNode special = template.putObject("special_tokens").putObject(token).put("id", token);
    special.putArray("ids").add(begin.getAsInt());
    special.putArray("tokens").add(token);
    return template;
  }

  private ObjectNode model(List<String> tokens, GgufPreTokenizer preTokenizer) {
    ObjectNode model = JsonDocument.JSON.createObjectNode().put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("fuse_unk", false).put("byte_fallback", false);
    model.put("ignore_merges", preTokenizer.ignoreMerges());
    ObjectNode vocabulary = model.putObject("vocab");
    Map<String, Integer> ids = ids(tokens);
    ids.forEach(vocabulary::put);
    ArrayNode merges = model.putArray("merges");
    mergesChecked(ids).forEach(merges::add);
    return model;
  }

  private Map<String, Integer> ids(List<String> tokens) {
    List<Long> types = types(tokens);
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      // Unused ids only pad the embedding to a round number of rows.
      if (types.get(id) != UNUSED) {
        Integer other = ids.put(tokens.get(id), id);
        if (other != null) {
          throw invalid("the tokens " + other + " and " + id + " have the same text");
        }
      }
    }
    return ids;
  }

  private List<String> mergesChecked(Map<String, Integer> ids) {
    List<String> merges = metadata.array(PREFIX + "merges", String.class);
    if (merges.isEmpty()) {
      throw invalid("its metadata has no " + PREFIX + "merges");
    }
    List<String> checked = new ArrayList<>(merges.size());
    for (String merge : merges) {
      int space = merge.indexOf(' ', 1);
      boolean known =
          space > 0
              && ids.containsKey(merge.substring(0, space))
              && ids.containsKey(merge.substring(space + 1))
              && ids.containsKey(merge.substring(0, space) + merge.substring(space + 1));
      if (!known) {
        throw invalid(
            "the merge "
                + checked.size()
                + " ("
                + TensorLayout.shown(merge)
                + ") is not of two tokens to a third");
      }
      checked.add(merge);
    }
    return checked;
  }

  private RuntimeException invalid(String why) {
    return CheckpointErrors.tokenizerInvalid(metadata.file(), why);
  }
}
