package org.codeaudit.bench.truth;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.codeaudit.token.BpeTokenizer;

/**
 * A tokenizer, in {@code tokens/NAME}: either {@code model.txt} names a model, or {@code
 * tokenizer.json} is there. {@code ids.bin} has for each text of {@code texts.txt} how many ids
 * Hugging Face makes of it, and the ids, as little-endian 32-bit integers.
 */
final class TokenTruth {
  private static final String PART = "tokens";

  private TokenTruth() {}

  /**
   * @param root where {@code texts.txt} and what it lists are
   * @param models the {@code tokenizer.json} of a model by its name
   */
  static void compare(Path root, Path folder, Function<String, String> models, Tally tally)
      throws IOException {
    String name = folder.getFileName().toString();
    List<String> texts = Files.readAllLines(root.resolve("texts.txt"));
    ByteBuffer ids = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("ids.bin")));
    ids.order(ByteOrder.LITTLE_ENDIAN);
    try (BpeTokenizer tokenizer = BpeTokenizer.parse(document(folder, models))) {
      for (String text : texts) {
        int[] expected = new int[ids.getInt()];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = ids.getInt();
        }
        int[] found = tokenizer.encode(Files.readString(root.resolve(text)));
        if (Arrays.equals(expected, found)) {
          tally.right(PART, name, "the same ids", expected.length);
        } else {
          String kind = found.length == expected.length ? "other ids" : "another number of tokens";
          String at = text + ", token " + Math.max(0, Arrays.mismatch(expected, found));
          tally.wrong(PART, name, "in a text with " + kind, expected.length, at);
        }
      }
    }
  }

  private static String document(Path folder, Function<String, String> models) throws IOException {
    Path named = folder.resolve("model.txt");
    return Files.exists(named)
        ? models.apply(Files.readString(named).strip())
        : Files.readString(folder.resolve("tokenizer.json"));
  }
}
