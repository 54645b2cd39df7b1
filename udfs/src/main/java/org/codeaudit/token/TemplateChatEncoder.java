package org.codeaudit.token;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.checkpoint.config.TokenizerFiles;
import org.codeaudit.token.jinja.ChatTemplate;
import org.codeaudit.token.jinja.Text;

/**
 * Encodes messages with the checkpoint's own chat template.
 *
 * <p>A checkpoint without one is taken to speak ChatML ({@code
 * <|im_start|>role\ncontent<|im_end|>\n}) if its tokenizer has these two tokens; otherwise it is
 * not a chat model and gets the contents with a blank line between them, after the tokens its
 * tokenizer puts before every text. Neither fallback can switch thinking off. Thread safe; does not
 * close its tokenizer.
 */
public final class TemplateChatEncoder implements ChatEncoder {
  private static final Set<String> ROLES = Set.of("system", "user", "assistant");
  private static final String CHAT_ML =
      """
      {%- for message in messages -%}
      {{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
      {%- endfor -%}
      {{ '<|im_start|>assistant\\n' }}""";
  private static final String PLAIN = "{{ messages | map(attribute='content') | join('\\n\\n') }}";

  private final BpeTokenizer tokenizer;
  private final ControlSplitter splitter;
  private final ChatTemplate template;
  private final Map<String, Text> specialTokens = new HashMap<>();
  private final int[] prefix;

  private TemplateChatEncoder(
      BpeTokenizer tokenizer, TokenizerFiles files, String template, int[] prefix, Clock clock) {
    this.tokenizer = tokenizer;
    this.splitter = new ControlSplitter(tokenizer.added());
    this.template = ChatTemplate.parse(template, clock);
    this.prefix = prefix;
    files.specialTokens().forEach((name, text) -> specialTokens.put(name, Text.trusted(text)));
  }

  /**
   * An encoder for a checkpoint.
   *
   * @throws AuditException if its chat template is malformed or uses an unknown construct
   */
  public static TemplateChatEncoder of(BpeTokenizer tokenizer, TokenizerFiles files) {
    return of(tokenizer, files, Clock.systemDefaultZone());
  }

  /** As {@link #of(BpeTokenizer, TokenizerFiles)}, for templates that write the date. */
  public static TemplateChatEncoder of(BpeTokenizer tokenizer, TokenizerFiles files, Clock clock) {
    if (files.chatTemplate().isPresent()) {
      return new TemplateChatEncoder(
          tokenizer, files, files.chatTemplate().get(), new int[0], clock);
    }
    boolean chatMl =
        tokenizer.control("<|im_start|>").isPresent()
            && tokenizer.control("<|im_end|>").isPresent();
    return chatMl
        ? new TemplateChatEncoder(tokenizer, files, CHAT_ML, new int[0], clock)
        : new TemplateChatEncoder(tokenizer, files, PLAIN, tokenizer.prefix(), clock);
  }

  /**
   * {@inheritDoc}
   *
   * @throws AuditException if there is no message, a role is unknown, the template refuses the
   *     messages, fails or exceeds its bounds, or the prompt comes out empty
   */
  @Override
  public int[] encode(List<ChatMessage> messages, boolean thinking) {
    Text prompt = render(messages, thinking);
    IntStream.Builder ids = IntStream.builder();
    for (int id : prefix) {
      ids.add(id);
    }
    for (ControlSplitter.Piece piece : splitter.split(prompt)) {
      if (piece.id() >= 0) {
        ids.add(piece.id());
      } else {
        String text = prompt.toString().substring(piece.start(), piece.end());
        for (int id : tokenizer.encodePiece(text, piece.start() == 0)) {
          ids.add(id);
        }
      }
    }
    int[] encoded = ids.build().toArray();
    if (encoded.length == 0) {
      throw unusable("they render to an empty prompt", "Give a message some text");
    }
    return encoded;
  }

  private Text render(List<ChatMessage> messages, boolean thinking) {
    if (messages.isEmpty()) {
      throw unusable("there is none", "Give at least one message");
    }
    List<Map<String, String>> turns = new ArrayList<>();
    for (ChatMessage message : messages) {
      if (!ROLES.contains(message.role())) {
        throw unusable(
            "the role '" + message.role() + "' is unknown", "Use system, user or assistant");
      }
      Map<String, String> turn = new LinkedHashMap<>();
      turn.put("role", message.role());
      turn.put("content", message.content());
      turns.add(turn);
    }
    Map<String, Object> variables = new HashMap<>(specialTokens);
    variables.put("messages", turns);
    // transformers passes these two always, so that templates find them defined.
    variables.put("tools", null);
    variables.put("documents", null);
    variables.put("add_generation_prompt", true);
    variables.put("enable_thinking", thinking);
    return template.render(variables);
  }

  private static AuditException unusable(String why, String fix) {
    return new AuditException(ErrorClass.CHAT_INVALID, "The messages cannot be encoded", why, fix);
  }
}
