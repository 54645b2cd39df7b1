package org.codeaudit.job.chat;

import java.util.Optional;

/** Where a conversation is typed and shown. Used by one thread. */
interface ChatScreen extends AutoCloseable {

  /** What is typed next, as {@link Entry} takes it; empty if there is no more. */
  Optional<String> read();

  /** Shows a piece of an answer at once. */
  void piece(String text, boolean thought);

  /** Ends the answer's last line. */
  void endAnswer();

  /** Shows a line that nobody has said: how long an answer took, what a command has done. */
  void note(String line);

  /** Shows what went wrong. */
  void error(String message);

  /** Whether somebody sits in front of it. */
  boolean interactive();

  /** Has Ctrl-C do this from now on, but not while something is typed. */
  void onInterrupt(Runnable action);

  @Override
  void close();
}
