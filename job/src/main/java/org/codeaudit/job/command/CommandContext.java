package org.codeaudit.job.command;

import org.codeaudit.generate.ModelLoader;

/** What the program provides to each of its commands. */
public interface CommandContext {
  String VERSION = "0.1.0";

  /** How executors get the model. */
  ModelLoader loader();
}
