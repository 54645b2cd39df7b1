package org.codeaudit.job.chat;

import java.util.List;

/**
 * What came of a question.
 *
 * @param text the answer, as far as it got; empty if it was stopped before its first token
 * @param facts how it ended and how long it took
 */
record Reply(String text, List<String> facts) {
  Reply {
    facts = List.copyOf(facts);
  }
}
