package org.codeaudit.job.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.token.ChatMessage;

/** What has been said so far. */
final class Conversation {
  private final List<Turn> turns = new ArrayList<>();
  private Optional<String> system;

  /** A conversation in which nothing has been said. */
  Conversation(Optional<String> system) {
    this.system = system;
  }

  Optional<String> system() {
    return system;
  }

  List<Turn> turns() {
    return List.copyOf(turns);
  }

  /** What the model is asked if this message comes next. */
  List<ChatMessage> with(String message) {
    List<ChatMessage> messages = new ArrayList<>();
    system.ifPresent(text -> messages.add(new ChatMessage("system", text)));
    for (Turn turn : turns) {
      messages.add(new ChatMessage("user", turn.message()));
      messages.add(new ChatMessage("assistant", turn.answer()));
    }
    messages.add(new ChatMessage("user", message));
    return messages;
  }

  void add(Turn turn) {
    turns.add(turn);
  }

  /** Forgets what was said, but for the system message. */
  void restart() {
    turns.clear();
  }

  /** Forgets what was said, and has another system message or none from now on. */
  void restart(Optional<String> newSystem) {
    system = newSystem;
    restart();
  }
}
