package org.codeaudit.code;

import java.util.List;
import java.util.Optional;

/**
 * All code of an answer. What a model thought before it answered is no part of the answer.
 *
 * @param blocks in their order
 */
public record AnswerCode(List<JudgedBlock> blocks) {
  private static final String THINK = "<think>";
  private static final String END_OF_THOUGHT = "</think>";

  public AnswerCode {
    blocks = List.copyOf(blocks);
  }

  /** The code of an answer in Markdown. */
  public static AnswerCode of(String answer) {
    return new AnswerCode(
        CodeBlocks.extract(withoutThoughts(answer)).stream().map(JudgedBlock::of).toList());
  }

  /** The block that is most likely the answer: the longest, and the first of equally long ones. */
  public Optional<JudgedBlock> main() {
    return CodeBlocks.main(blocks.stream().map(JudgedBlock::block).toList())
        .flatMap(main -> blocks.stream().filter(some -> some.block() == main).findFirst());
  }

  /** Whether the last block is closed; also if there is none. */
  public boolean closed() {
    return blocks.isEmpty() || blocks.get(blocks.size() - 1).block().closed();
  }

  /** The answer such that text can follow it: an open block is closed. */
  public static String closed(String answer) {
    List<CodeBlock> blocks = CodeBlocks.extract(answer);
    Optional<CodeBlock> open = blocks.stream().filter(block -> !block.closed()).findFirst();
    return open.map(block -> answer.stripTrailing() + "\n" + block.fence()).orElse(answer);
  }

  private static String withoutThoughts(String answer) {
    int end = answer.lastIndexOf(END_OF_THOUGHT);
    if (end >= 0) {
      return answer.substring(end + END_OF_THOUGHT.length());
    }
    return answer.stripLeading().startsWith(THINK) ? "" : answer;
  }
}
