package org.codeaudit.job.chat;

import org.codeaudit.model.ModelDescription;
import org.codeaudit.placement.Amount;

/** The model of a conversation, in a line. */
final class Greeting {
  private Greeting() {}

  /**
   * @param limit the most tokens of a conversation
   */
  static String of(ModelDescription model, int limit) {
    return String.format(
        "%s in %s on %s, %s arithmetic, placement %s, %s tokens of context",
        model.id(),
        model.precision(),
        model.device(),
        model.arithmetic(),
        model.placement(),
        Amount.number(limit));
  }
}
