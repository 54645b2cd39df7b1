package org.codeaudit.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.model.SequenceStep;

/**
 * What the model computes in one step.
 *
 * @param members sequences that take part, each with its step
 * @param prefix tokens of a shared prefix that are computed beside them
 */
record StepPlan(List<Member> members, Optional<PrefixChunk> prefix) {

  /** A sequence and the tokens and choices of its step. */
  record Member(Sequence sequence, SequenceStep step) {}

  /**
   * The next tokens of a prefix.
   *
   * @param owner the waiting sequence that the prefix is computed for
   * @param count how many tokens, at least 1
   */
  record PrefixChunk(Prefix prefix, Optional<Sequence> owner, int count) {}

  boolean isEmpty() {
    return members.isEmpty() && prefix.isEmpty();
  }

  /** The steps of all members in their order, then that of the prefix. */
  List<SequenceStep> batch() {
    List<SequenceStep> batch = new ArrayList<>();
    members.forEach(member -> batch.add(member.step()));
    prefix.ifPresent(chunk -> batch.add(chunk.prefix().step(chunk.count())));
    return batch;
  }
}
