package org.codeaudit.token;

import java.util.List;

/** Messages to the token ids of a prompt that ends where the assistant's answer begins. */
public interface ChatEncoder {

  /**
   * Renders the checkpoint's chat template and tokenises the result as transformers would, except
   * that control tokens are recognised in the template's own text only, never in a message.
   *
   * @param thinking whether a model that can think aloud may do so; {@code false} asks the template
   *     to switch it off
   * @return token ids, at least one
   */
  int[] encode(List<ChatMessage> messages, boolean thinking);
}
