package org.codeaudit.code;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The fenced code blocks of a Markdown text, by the rules of CommonMark (fenced code blocks),
 * except that a fence may be indented by any amount, as models do inside lists.
 */
public final class CodeBlocks {
  private static final Pattern OPENING =
      Pattern.compile("([ \\t]*+)(`{3,}+(?=[^`]*+$)|~{3,}+)[ \\t]*+(.*+)");

  private final List<CodeBlock> blocks = new ArrayList<>();
  private final List<String> code = new ArrayList<>();
  private Matcher opening;

  /** The last line with a text before the block. */
  private String before = "";

  private CodeBlocks() {}

  /** The blocks in order; a block that is not closed ends with the text. */
  public static List<CodeBlock> extract(String text) {
    CodeBlocks reading = new CodeBlocks();
    text.lines().forEach(reading::line);
    if (reading.opening != null) {
      reading.add(false);
    }
    return reading.blocks;
  }

  /** The block that is most likely the answer: the longest, and the first of equally long ones. */
  public static Optional<CodeBlock> main(List<CodeBlock> blocks) {
    return blocks.stream().min(Comparator.comparingInt(block -> -block.code().length()));
  }

  private void line(String line) {
    if (opening == null) {
      Matcher fence = OPENING.matcher(line);
      opening = fence.matches() ? fence : null;
      before = opening == null && !line.isBlank() ? line : before;
    } else if (closes(line, opening.group(2))) {
      add(true);
    } else {
      code.add(withoutIndent(line, opening.group(1).length()));
    }
  }

  private void add(boolean closed) {
    FenceInfo info = FenceInfo.of(opening.group(3));
    String joined = String.join("\n", code);
    Optional<String> file = BlockFile.of(info, before, joined);
    blocks.add(
        new CodeBlock(
            info.language().or(() -> file.flatMap(BlockFile::language)),
            file,
            joined,
            opening.group(2),
            closed));
    opening = null;
    before = "";
    code.clear();
  }

  private static boolean closes(String line, String fence) {
    String stripped = line.strip();
    return stripped.length() >= fence.length()
        && stripped.chars().allMatch(c -> c == fence.charAt(0));
  }

  private static String withoutIndent(String line, int columns) {
    int from = 0;
    while (from < Math.min(columns, line.length()) && " \t".indexOf(line.charAt(from)) >= 0) {
      from++;
    }
    return line.substring(from);
  }
}
