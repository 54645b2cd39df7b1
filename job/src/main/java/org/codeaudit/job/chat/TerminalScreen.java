package org.codeaudit.job.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.codeaudit.job.report.VisibleText;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/** A terminal: lines are edited, remembered and completed; thoughts and notes are dim. */
final class TerminalScreen implements ChatScreen {
  private static final String PROMPT = "> ";
  private static final AttributedStyle DIM = AttributedStyle.DEFAULT.faint();
  private static final AttributedStyle RED =
      AttributedStyle.DEFAULT.foreground(AttributedStyle.RED);

  private final Terminal terminal;
  private final LineReader reader;
  private volatile Runnable interrupted = () -> {};

  /** Asks for another line until an entry is complete; nothing in it is quoted or escaped. */
  private static final class EntryParser extends DefaultParser {
    EntryParser() {
      setQuoteChars(new char[0]);
      setEscapeChars(new char[0]);
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
      if (context == ParseContext.ACCEPT_LINE && !Entry.complete(line)) {
        throw new EOFError(-1, -1, "the entry goes on");
      }
      return super.parse(line, cursor, context);
    }
  }

  /**
   * @param terminal is closed with this
   * @param history the file that keeps what was typed
   */
  TerminalScreen(Terminal terminal, Optional<Path> history) {
    this.terminal = terminal;
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(new EntryParser())
            .history(new InputHistory())
            .completer(
                new StringsCompleter(
                    SlashCommand.names().stream().map(name -> "/" + name).toList()))
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, ". ")
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    history.ifPresent(file -> builder.variable(LineReader.HISTORY_FILE, file));
    this.reader = builder.build();
    terminal.handle(Signal.INT, signal -> interrupted.run());
  }

  /** The terminal that this process was started on; empty if it reads or writes something else. */
  static Optional<TerminalScreen> ofProcess() {
    if (System.console() == null) {
      return Optional.empty();
    }
    try {
      Terminal terminal =
          new ExecTerminalProvider()
              .sysTerminal(
                  "audit",
                  System.getenv("TERM"),
                  false,
                  StandardCharsets.UTF_8,
                  StandardCharsets.UTF_8,
                  StandardCharsets.UTF_8,
                  false,
                  SignalHandler.SIG_DFL,
                  false,
                  SystemStream.Output);
      return Optional.of(new TerminalScreen(terminal, InputHistory.file()));
    } catch (IOException e) {
      return Optional.empty(); // a terminal that cannot be set up is read line by line
    }
  }

  @Override
  public Optional<String> read() {
    boolean warned = false;
    while (true) {
      try {
        return Optional.of(reader.readLine(PROMPT));
      } catch (UserInterruptException e) {
        // the first may have been meant for the answer, the line is thrown away
        if (warned && e.getPartialLine().isEmpty()) {
          return Optional.empty();
        }
        warned = true;
        note("Ctrl-C again leaves, and so does Ctrl-D");
      } catch (EndOfFileException e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public void piece(String text, boolean thought) {
    show(text, thought ? DIM : AttributedStyle.DEFAULT);
  }

  @Override
  public void endAnswer() {
    show("\n", AttributedStyle.DEFAULT);
  }

  @Override
  public void note(String line) {
    show(line, DIM);
    endAnswer();
  }

  @Override
  public void error(String message) {
    show("error: " + message, RED);
    endAnswer();
  }

  @Override
  public boolean interactive() {
    return true;
  }

  @Override
  public void onInterrupt(Runnable action) {
    interrupted = action;
  }

  private void show(String text, AttributedStyle style) {
    AttributedString styled = new AttributedString(VisibleText.of(text), style);
    terminal.writer().print(styled.toAnsi(terminal));
    terminal.flush();
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
