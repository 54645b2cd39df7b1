package org.codeaudit.job.chat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.codeaudit.AuditException;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.job.answer.AnswerPage;
import org.codeaudit.job.answer.ShownAnswer;
import org.codeaudit.placement.Amount;

/** Reads entries and does what they say, until there are no more. */
final class Chat {
  private final ChatModel model;
  private final ChatScreen screen;
  private final Conversation conversation;

  /** Files that stand in front of the next message. */
  private final List<AttachedFile> attached = new ArrayList<>();

  private int failures;

  Chat(ChatModel model, ChatScreen screen, Optional<String> system) {
    this.model = model;
    this.screen = screen;
    this.conversation = new Conversation(system);
  }

  /**
   * Runs until the end of the entries or {@code /quit}.
   *
   * @return how many entries could not be done
   */
  int run() {
    Optional<Entry> entry = next();
    while (entry.isPresent()) {
      try {
        perform(entry.get());
      } catch (AuditException e) {
        failures++;
        screen.error(e.getMessage());
      }
      entry = next();
    }
    return failures;
  }

  private Optional<Entry> next() {
    return screen.read().map(Entry::of).filter(entry -> !quits(entry));
  }

  private static boolean quits(Entry entry) {
    return entry.command().filter(SlashCommand.QUIT.name()::equalsIgnoreCase).isPresent();
  }

  private void perform(Entry entry) {
    if (entry.command().isPresent()) {
      perform(SlashCommand.named(entry.command().get()), entry.text());
    } else if (!entry.text().isEmpty()) {
      ask(entry.text());
    }
  }

  private void perform(SlashCommand command, String argument) {
    switch (command) {
      case SYSTEM -> instruct(argument);
      case RESET -> reset();
      case HISTORY -> show();
      case FILE -> attach(path(command, argument));
      case SAVE -> save(path(command, argument));
      case HELP -> help();
      case QUIT -> throw new IllegalStateException("it ends what reads the entries");
    }
  }

  private void ask(String typed) {
    String message =
        attached.stream().map(AttachedFile::markdown).collect(Collectors.joining()) + typed;
    Turn turn;
    screen.onInterrupt(model::interrupt);
    try {
      turn = model.ask(conversation, message, screen::piece);
    } catch (AuditException refused) {
      if (!attached.isEmpty()) {
        screen.note("Its files stay for the next message; /reset drops them");
      }
      throw refused;
    } finally {
      screen.onInterrupt(() -> {});
    }
    attached.clear();
    screen.endAnswer();
    if (turn.answer().isEmpty()) {
      screen.note(turn.facts() + "; nothing was said, the message is dropped with its files");
    } else {
      conversation.add(turn);
      screen.note(turn.facts());
    }
  }

  private void instruct(String text) {
    conversation.restart(Optional.of(text).filter(some -> !some.isEmpty()));
    attached.clear();
    screen.note(
        text.isEmpty()
            ? "A new conversation, without a system message"
            : "A new conversation with this system message");
  }

  private void reset() {
    conversation.restart();
    attached.clear();
    screen.note(
        conversation.system().isPresent()
            ? "A new conversation with the same system message"
            : "A new conversation");
  }

  private void show() {
    conversation.system().ifPresent(text -> screen.note("System: " + text));
    for (Turn turn : conversation.turns()) {
      screen.note("You: " + turn.message());
      screen.piece(turn.answer(), false);
      screen.endAnswer();
      screen.note(turn.facts());
    }
    if (conversation.turns().isEmpty()) {
      screen.note("Nothing has been said yet");
    }
  }

  private void attach(Path path) {
    AttachedFile file = AttachedFile.read(path);
    attached.add(file);
    screen.note(
        path
            + ": "
            + Amount.number(model.tokens(file.markdown()))
            + " tokens, in front of the next message");
  }

  private void save(Path path) {
    try {
      Files.writeString(path, page(), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw ChatErrors.unwritable(path, "It exists");
    } catch (NoSuchFileException e) {
      throw ChatErrors.unwritable(path, "Its folder does not exist");
    } catch (IOException e) {
      throw ChatErrors.unwritable(path, e.toString());
    }
    screen.note("Saved to " + path);
  }

  /** As pages of {@code generate}; what is written holds no secrets. */
  private String page() {
    List<ShownAnswer> answers = new ArrayList<>();
    for (Turn turn : conversation.turns()) {
      int number = answers.size() + 1;
      answers.add(
          new ShownAnswer(
              Optional.of("Message " + number),
              0,
              Optional.of(SecretRedactor.SHAPES.redact(turn.message())),
              conversation.system().filter(text -> number == 1).map(SecretRedactor.SHAPES::redact),
              Optional.of(SecretRedactor.SHAPES.redact(turn.answer())),
              List.of(turn.facts())));
    }
    return new AnswerPage(
            model.description().id(),
            Instant.now(),
            List.of(Greeting.of(model.description(), model.limit())),
            answers)
        .markdown();
  }

  private void help() {
    for (SlashCommand command : SlashCommand.values()) {
      screen.note(command.help());
    }
    screen.note(
        "A line that ends with \\ goes on in the next one; \"\"\" begins and ends a message");
    screen.note("of several lines. Ctrl-C stops an answer; what was said of it stays.");
  }

  private static Path path(SlashCommand command, String argument) {
    if (argument.isEmpty()) {
      throw ChatErrors.withoutPath(command);
    }
    String home = System.getProperty("user.home");
    try {
      return argument.startsWith("~/") ? Path.of(home, argument.substring(2)) : Path.of(argument);
    } catch (InvalidPathException e) {
      throw ChatErrors.withoutPath(command);
    }
  }
}
