package org.codeaudit.token;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.checkpoint.Checkpoint;
import org.codeaudit.checkpoint.config.TokenizerFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a checkpoint's tokenizer and chat template with sample prompts. Executors would find the
 * same problems with their first row, after everything has been started; this reads no weights.
 */
public final class PromptTrial {
  private static final Logger LOG = LoggerFactory.getLogger(PromptTrial.class);

  private static final String CODE = "Is this right?\n\nint x = 1;\n";

  /** The kinds of conversations that runs begin. */
  public enum Conversation {
    /** Instructions, then the code: what every review says. */
    INSTRUCTED(
        "a system message before the user's",
        new ChatMessage("system", "You review code."),
        new ChatMessage("user", CODE)),
    /** The user's message alone: a prompt without instructions. */
    PLAIN("a message of the user", new ChatMessage("user", CODE));

    private final String described;
    private final List<ChatMessage> messages;

    Conversation(String described, ChatMessage... messages) {
      this.described = described;
      this.messages = List.of(messages);
    }
  }

  /** With a large vocabulary a trial takes seconds, and all queries of a session use one model. */
  private static final AtomicReference<Known> LAST = new AtomicReference<>();

  private record Known(Key key, PromptTrial trial) {}

  private record Key(String revision, String model, boolean thinking) {}

  private final String model;
  private boolean imitable;
  private final Map<Conversation, AuditException> failures = new EnumMap<>(Conversation.class);

  private PromptTrial(String model) {
    this.model = model;
  }

  /**
   * Reads tokenizer and chat template as an executor does, and makes a prompt of each kind; unless
   * this was the last checkpoint that was tried.
   *
   * @param model what messages call the checkpoint
   * @param thinking whether the model may think aloud
   * @throws AuditException if one of the two cannot be used, or they make tokens that the model
   *     does not have
   */
  public static PromptTrial of(Checkpoint checkpoint, String model, boolean thinking) {
    Key key = new Key(checkpoint.revision(), model, thinking);
    Known last = LAST.get();
    if (last != null && last.key.equals(key)) {
      return last.trial;
    }
    PromptTrial trial = made(checkpoint, model, thinking);
    LAST.set(new Known(key, trial));
    return trial;
  }

  private static PromptTrial made(Checkpoint checkpoint, String model, boolean thinking) {
    PromptTrial trial = new PromptTrial(model);
    TokenizerFiles files = checkpoint.tokenizer();
    try (BpeTokenizer tokenizer = BpeTokenizer.parse(files.tokenizerJson())) {
      ChatEncoder chat = TemplateChatEncoder.of(tokenizer, files);
      for (Conversation conversation : Conversation.values()) {
        trial.encode(conversation, chat, thinking, checkpoint.config().vocabularySize());
      }
      trial.imitable =
          files.chatTemplate().isPresent()
              && trial.takes(Conversation.PLAIN)
              && !endsTurns(chat, thinking, tokenizer);
      if (trial.imitable) {
        LOG.warn(
            "{} marks the turns of a conversation by text and not by control tokens: code under"
                + " review can end its turn and begin another",
            model);
      }
      return trial;
    } catch (AuditException e) {
      throw unusable(e.errorClass(), model, reason(e), e.fix(), e);
    }
  }

  /** Whether a control token stands between a message and the answer: no text can become one. */
  private static boolean endsTurns(ChatEncoder chat, boolean thinking, Tokenizer tokenizer) {
    int[] one = chat.encode(List.of(new ChatMessage("user", CODE + "a")), thinking);
    int[] other = chat.encode(List.of(new ChatMessage("user", CODE + "b")), thinking);
    int shorter = Math.min(one.length, other.length);
    for (int back = 1;
        back <= shorter && one[one.length - back] == other[other.length - back];
        back++) {
      if (tokenizer.isControl(one[one.length - back])) {
        return true;
      }
    }
    return false;
  }

  private void encode(
      Conversation conversation, ChatEncoder chat, boolean thinking, int vocabulary) {
    int[] prompt;
    try {
      prompt = chat.encode(conversation.messages, thinking);
    } catch (AuditException e) {
      failures.put(conversation, e);
      return;
    }
    int highest = Arrays.stream(prompt).max().getAsInt();
    if (highest >= vocabulary) {
      throw new AuditException(
          ErrorClass.TOKENIZER_INVALID,
          "Its tokenizer is not that of its weights",
          "A prompt has the token " + highest + " but they end at " + (vocabulary - 1),
          "Use a checkpoint whose tokenizer and weights belong together");
    }
  }

  /** Whether a prompt can be made of such a conversation. */
  public boolean takes(Conversation conversation) {
    return !failures.containsKey(conversation);
  }

  /**
   * Whether the checkpoint's template marks turns by text alone, as that of Llama 2 does ({@code
   * [INST]}): a message could then hold what reads as the end of its turn. Nothing is said of a
   * checkpoint without a template.
   */
  public boolean turnsCanBeImitated() {
    return imitable;
  }

  /**
   * Refuses a checkpoint that could not answer a single row.
   *
   * @param kinds the conversations that the run may hold, at least one
   * @throws AuditException if no prompt can be made of any of them, with the reason of the simplest
   *     one
   */
  public void require(Set<Conversation> kinds) {
    if (kinds.stream().anyMatch(this::takes)) {
      return;
    }
    // The simplest that would do.
    Conversation needed = Collections.max(kinds);
    AuditException failure = failures.get(needed);
    throw unusable(
        failure.errorClass(),
        model,
        reason(failure),
        "Use a checkpoint whose chat template takes "
            + needed.described
            + ", or edit its chat template",
        failure);
  }

  private static String reason(AuditException error) {
    return error.what() + ": " + error.why();
  }

  private static AuditException unusable(
      ErrorClass errorClass, String model, String why, String fix, AuditException cause) {
    return new AuditException(
        errorClass, "The model " + model + " cannot be asked", why, fix, cause);
  }
}
