package org.codeaudit.job.chat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.placement.Amount;
import org.codeaudit.prompt.NearestMatch;

/** What can be wrong with something that was typed; the conversation goes on. */
final class ChatErrors {
  private ChatErrors() {}

  static AuditException unknownCommand(String name, List<String> known) {
    Optional<String> nearest = NearestMatch.of(name, known);
    return new AuditException(
        ErrorClass.CHAT_COMMAND,
        "There is no command /" + name,
        nearest
            .map(command -> "Did you mean /" + command + "?")
            .orElse("The commands are /" + String.join(", /", known)),
        "Correct it; a message that begins with a slash is sent if a space stands before it");
  }

  static AuditException withoutPath(SlashCommand command) {
    return new AuditException(
        ErrorClass.CHAT_COMMAND,
        command + " was not done",
        "It needs the path of a file",
        "Write " + command + " PATH");
  }

  static AuditException unreadable(Path file, String why) {
    return new AuditException(
        ErrorClass.SOURCE_UNREADABLE,
        "Cannot add " + file,
        why,
        "Name a text in UTF-8 that can be read");
  }

  static AuditException unwritable(Path file, String why) {
    return new AuditException(
        ErrorClass.ANSWERS_UNWRITABLE,
        "Cannot save the conversation to " + file,
        why,
        "Name a new file in a folder that can be written");
  }

  /**
   * @param tokens of the conversation with the message
   * @param limit the most tokens of prompt and answer
   * @param begun whether the conversation has more than this message
   */
  static AuditException contextFull(int tokens, int limit, boolean begun) {
    return new AuditException(
        ErrorClass.PROMPT_TOO_LONG,
        "The message was not sent",
        (begun ? "With it the conversation has " : "It has ")
            + Amount.number(tokens)
            + " tokens, and the context holds "
            + Amount.number(limit)
            + " with an answer of at least one",
        begun
            ? "Begin a new conversation with /reset, or send less"
            : "Send less, or choose a model with a longer context");
  }
}
