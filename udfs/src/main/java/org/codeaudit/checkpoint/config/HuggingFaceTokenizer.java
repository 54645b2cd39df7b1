package org.codeaudit.checkpoint.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.file.StandIn;

/** The tokenizer files of a Hugging Face folder. */
public final class HuggingFaceTokenizer {
  private static final String DEFAULT_TEMPLATE = "default";

  /** Tokenizers in other formats, and what makes a tokenizer.json of them. */
  private static final Map<String, String> OTHERS =
      new TreeMap<>(
          Map.of(
              "tokenizer.model",
              "from transformers import AutoTokenizer;"
                  + " AutoTokenizer.from_pretrained('FOLDER').save_pretrained('FOLDER')"
                  + " (with the packages transformers, sentencepiece and protobuf)",
              "tekken.json",
              "from transformers.integrations.mistral import convert_tekken_tokenizer;"
                  + " convert_tekken_tokenizer('FOLDER/tekken.json').save_pretrained('FOLDER')"
                  + " (with the packages transformers and mistral-common)"));

  private final Path document;
  private final Path template;
  private final JsonDocument config;
  private final JsonDocument specialTokens;

  public HuggingFaceTokenizer(Path folder) {
    document = folder.resolve("tokenizer.json");
    template = folder.resolve("chat_template.jinja");
    config = JsonDocument.readOrEmpty(folder.resolve("tokenizer_config.json"));
    specialTokens = JsonDocument.readOrEmpty(folder.resolve("special_tokens_map.json"));
  }

  public TokenizerFiles files() {
    if (!Files.isRegularFile(document)) {
      throw missing();
    }
    return new TokenizerFiles(JsonDocument.text(document), chatTemplate(), tokens());
  }

  private RuntimeException missing() {
    for (Map.Entry<String, String> other : OTHERS.entrySet()) {
      if (Files.isRegularFile(document.resolveSibling(other.getKey()))) {
        return CheckpointErrors.tokenizerMissing(
            document,
            "There is no such file, only a " + other.getKey() + ", which is not read",
            "Take the tokenizer.json of the same model, or write one in Python: "
                + other.getValue().replace("FOLDER", String.valueOf(document.getParent())));
      }
    }
    return CheckpointErrors.tokenizerMissing(document, "There is no such file");
  }

  /** The id of the end token that the tokenizer names, if it names one that has an id. */
  public OptionalInt endToken() {
    String text = tokens().get("eos_token");
    return text == null ? OptionalInt.empty() : addedToken(text);
  }

  /** A file of its own wins over the configuration, as in transformers. */
  private Optional<String> chatTemplate() {
    if (Files.isRegularFile(template)) {
      return Optional.of(JsonDocument.text(template));
    }
    Optional<JsonNode> value = config.value("chat_template");
    if (value.filter(JsonNode::isArray).isEmpty()) {
      return config.text("chat_template");
    }
    for (JsonNode named : value.get()) {
      if (named.path("name").asText().equals(DEFAULT_TEMPLATE)) {
        return Optional.of(named.path("template").asText());
      }
    }
    return Optional.empty();
  }

  private Map<String, String> tokens() {
    Map<String, String> tokens = new TreeMap<>();
    for (JsonDocument source : new JsonDocument[] {specialTokens, config}) {
      for (Map.Entry<String, JsonNode> entry : source.node().properties()) {
        // A token is a string or an object with its text and how it is matched.
        JsonNode value = entry.getValue();
        JsonNode text = value.isObject() ? value.path("content") : value;
        if (entry.getKey().matches("(bos|eos|pad|unk|sep|cls|mask)_token") && text.isTextual()) {
          tokens.put(entry.getKey(), text.textValue());
        }
      }
    }
    return tokens;
  }

  private OptionalInt addedToken(String text) {
    for (Map.Entry<String, JsonNode> entry :
        config.node().path("added_tokens_decoder").properties()) {
      boolean number = entry.getKey().matches("[0-9]{1,9}");
      if (number && text.equals(entry.getValue().path("content").asText())) {
        return OptionalInt.of(Integer.parseInt(entry.getKey()));
      }
    }
    return Files.isRegularFile(document) ? addedTokenOfDocument(text) : OptionalInt.empty();
  }

  /** Reads no further than the added tokens, which stand before the large vocabulary. */
  private OptionalInt addedTokenOfDocument(String text) {
    try (JsonParser parser = JsonDocument.JSON.getFactory().createParser(document.toFile())) {
      StandIn.refuse(document);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw CheckpointErrors.configInvalid(document, "It does not hold a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        JsonToken value = parser.nextToken();
        if (key.equals("added_tokens") && value == JsonToken.START_ARRAY) {
          for (JsonNode token : parser.<JsonNode>readValueAsTree()) {
            if (text.equals(token.path("content").asText()) && token.path("id").isInt()) {
              return OptionalInt.of(token.path("id").intValue());
            }
          }
          return OptionalInt.empty();
        }
        parser.skipChildren();
      }
      return OptionalInt.empty();
    } catch (JsonProcessingException e) {
      throw CheckpointErrors.configInvalid(
          document, "It is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(document, e);
    }
  }
}
