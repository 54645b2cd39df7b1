package org.codeaudit.job.chat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be typed in place of a message. */
enum SlashCommand {
  SYSTEM("TEXT", "sets the system message and begins anew; without TEXT there is none"),
  RESET("", "begins a new conversation; the system message stays"),
  HISTORY("", "shows the conversation"),
  FILE("PATH", "puts a file's text in front of the next message"),
  SAVE("PATH", "writes the conversation to a new file, as Markdown"),
  HELP("", "shows this"),
  QUIT("", "leaves; so does Ctrl-D");

  private final String parameter;
  private final String description;

  SlashCommand(String parameter, String description) {
    this.parameter = parameter;
    this.description = description;
  }

  /**
   * The command of a name, whatever its case.
   *
   * @throws org.codeaudit.AuditException if there is none, with the one that was probably meant
   */
  static SlashCommand named(String name) {
    return Arrays.stream(values())
        .filter(command -> command.bare().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> ChatErrors.unknownCommand(name, names()));
  }

  /** All names, without slashes. */
  static List<String> names() {
    return Arrays.stream(values()).map(SlashCommand::bare).toList();
  }

  /** A line of help. */
  String help() {
    return String.format(Locale.ROOT, "%-14s %s", (this + " " + parameter).strip(), description);
  }

  private String bare() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "/" + bare();
  }
}
