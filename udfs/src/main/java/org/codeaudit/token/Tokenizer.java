package org.codeaudit.token;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Text to token ids and back. Thread safe. */
public interface Tokenizer extends AutoCloseable {

  /**
   * The ids of untrusted text. Text that spells a control token ({@code <|im_start|>}) becomes
   * ordinary tokens: the result never holds an id for which {@link #isControl} is true.
   */
  int[] encode(String text);

  /** As {@link #encode}, for a text that continues another: no space is put before it. */
  default int[] encodeFurther(String text) {
    return encode(text);
  }

  /**
   * The text of ids, as Hugging Face decodes it when it skips special tokens: added tokens marked
   * special ({@code <|im_end|>}) are left out, others ({@code <think>}, {@code <tool_call>}) are
   * part of the text. Bytes that are not UTF-8 become U+FFFD. Spaces are not cleaned up.
   */
  String decode(int[] ids);

  /**
   * The bytes an ordinary token stands for, which may be part of a character; empty for control
   * tokens and for ids that no token has.
   */
  byte[] bytes(int id);

  /** The bytes a token adds to a decoded text; none for special tokens. */
  default byte[] textBytes(int id) {
    return isControl(id) ? decode(new int[] {id}).getBytes(StandardCharsets.UTF_8) : bytes(id);
  }

  /** Whether {@link #decode} leaves out a space before the whole text. */
  default boolean stripsSpace() {
    return false;
  }

  /** One more than the highest id any token has. */
  int size();

  /**
   * Whether an id is an added token that is matched as a whole in templates, e.g. {@code
   * <|im_end|>}.
   */
  boolean isControl(int id);

  /** The id of an added token by its text. */
  OptionalInt control(String text);

  @Override
  void close();
}
