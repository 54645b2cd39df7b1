package org.codeaudit.job.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.codeaudit.job.report.VisibleText;

/**
 * Pipes and files, in UTF-8: each entry is a line, or several as {@link Entry} has them. Answers go
 * to the output, all else to the errors: thoughts too.
 */
final class PlainScreen implements ChatScreen {
  private final BufferedReader in;
  private final PrintStream out;
  private final PrintWriter errors;
  private boolean thinking;

  PlainScreen(InputStream in, OutputStream out, PrintWriter errors) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
    this.errors = errors;
  }

  @Override
  public Optional<String> read() {
    try {
      String line = in.readLine();
      if (line == null) {
        return Optional.empty();
      }
      StringBuilder entry = new StringBuilder(line);
      while (!Entry.complete(entry.toString()) && (line = in.readLine()) != null) {
        entry.append('\n').append(line);
      }
      return Optional.of(entry.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the standard input", e);
    }
  }

  @Override
  public void piece(String text, boolean thought) {
    if (thought) {
      errors.print(VisibleText.of(text));
    } else {
      endThought();
      out.print(VisibleText.of(text));
      out.flush();
    }
    thinking = thought;
  }

  @Override
  public void endAnswer() {
    endThought();
    out.println();
  }

  private void endThought() {
    if (thinking) {
      errors.println();
      errors.flush();
      thinking = false;
    }
  }

  @Override
  public void note(String line) {
    errors.println(VisibleText.of(line));
    errors.flush();
  }

  @Override
  public void error(String message) {
    note("error: " + message);
  }

  @Override
  public boolean interactive() {
    return false;
  }

  /** Ctrl-C ends the program, as it does in a pipe. */
  @Override
  public void onInterrupt(Runnable action) {}

  @Override
  public void close() {
    out.flush();
  }
}
