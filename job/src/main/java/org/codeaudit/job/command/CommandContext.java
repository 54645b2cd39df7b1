package org.codeaudit.job.command;

import org.codeaudit.udf.setting.ModelLoading;

/** What the program provides to each of its commands. */
public interface CommandContext {
  String VERSION = "0.1.0";

  /** How executors come by the model. */
  ModelLoading loading();
}
