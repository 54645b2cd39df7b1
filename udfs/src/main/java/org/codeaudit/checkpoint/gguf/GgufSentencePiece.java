package org.codeaudit.checkpoint.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;

/**
 * The parts of a {@code tokenizer.json} that do what a BPE model of SentencePiece does. Such a
 * model has a score for each token and no merges: of all neighbours that make a token together, it
 * joins those that make the one with the highest score. So every way to cut a token into two others
 * is a merge, and the scores are their order.
 */
final class GgufSentencePiece {
  private static final int LONGEST_TOKEN = 1024;
  private static final String SPACE = "▁";
  private static final int BYTES = 256;

  /** A merge and the score of what it makes. */
  private record Merge(String left, String right, double score) {}

  private final Path file;

  /**
   * @param file that errors name
   */
  GgufSentencePiece(Path file) {
    this.file = file;
  }

  /**
   * The model.
   *
   * @param ids of all tokens but those that are unused
   * @param scores of all tokens
   * @param texts which of them are text, and no byte or control token
   * @throws org.codeaudit.AuditException if merges cannot do the same
   */
  ObjectNode model(Map<String, Integer> ids, List<Double> scores, List<String> texts) {
    for (int value = 0; value < BYTES; value++) {
      if (!ids.containsKey(String.format("<0x%02X>", value))) {
        throw invalid("it has no token for the byte " + value);
      }
    }
    Map<String, Double> known = new HashMap<>();
    texts.forEach(text -> known.put(text, scores.get(ids.get(text))));
    List<Merge> merges = new ArrayList<>();
    Map<Double, String> made = new HashMap<>();
    for (String text : texts) {
      // Merges are looked for at every cut, which takes the square of the length.
      if (text.length() > LONGEST_TOKEN) {
        throw invalid("it has a token of " + text.length() + " characters");
      }
      if (text.codePoints().anyMatch(c -> !known.containsKey(Character.toString(c)))) {
        throw invalid("it has a token with a character that is none by itself");
      }
      List<Merge> own = merges(text, known);
      String other = own.isEmpty() ? null : made.put(known.get(text), text);
      if (other != null) {
        throw invalid("two of its tokens have the same score");
      }
      merges.addAll(own);
    }
    merges.sort(Comparator.comparingDouble(merge -> -merge.score()));
    ObjectNode model = JsonDocument.JSON.createObjectNode().put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    ids.forEach(vocabulary::put);
    ArrayNode pairs = model.putArray("merges");
    merges.forEach(merge -> pairs.addArray().add(merge.left()).add(merge.right()));
    return model;
  }

  /** All ways to make a token of two others, those with the longest beginning first. */
  private static List<Merge> merges(String text, Map<String, Double> known) {
    List<Merge> merges = new ArrayList<>();
    for (int at = text.length() - 1; at > 0; at--) {
      String left = text.substring(0, at);
      String right = text.substring(at);
      if (known.containsKey(left) && known.containsKey(right)) {
        merges.add(new Merge(left, right, known.get(text)));
      }
    }
    return merges;
  }

  /**
   * Spaces become marks.
   *
   * @param prefix whether one is put before every text between control tokens
   */
  static ObjectNode normalizer(boolean prefix) {
    ObjectNode sequence = JsonDocument.JSON.createObjectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("normalizers");
    if (prefix) {
      steps.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    replace(steps, " ", SPACE);
    return sequence;
  }

  /** Marks become spaces, bytes characters; the space before the text is left out. */
  static ObjectNode decoder(boolean prefix) {
    ObjectNode sequence = JsonDocument.JSON.createObjectNode().put("type", "Sequence");
    ArrayNode steps = sequence.putArray("decoders");
    replace(steps, SPACE, " ");
    steps.addObject().put("type", "ByteFallback");
    steps.addObject().put("type", "Fuse");
    if (prefix) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    return sequence;
  }

  private static void replace(ArrayNode steps, String text, String by) {
    steps
        .addObject()
        .put("type", "Replace")
        .put("content", by)
        .putObject("pattern")
        .put("String", text);
  }

  private RuntimeException invalid(String why) {
    return CheckpointErrors.tokenizerInvalid(file, why);
  }
}
