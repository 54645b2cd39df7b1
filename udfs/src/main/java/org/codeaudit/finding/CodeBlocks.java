package org.codeaudit.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
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
  private static final Pattern LANGUAGE = Pattern.compile("\\{?[ .]*+([\\w+#.-]++).*+");

  private CodeBlocks() {}

  /** The blocks in order; a block that is not closed ends with the text. */
  public static List<CodeBlock> extract(String text) {
    List<CodeBlock> blocks = new ArrayList<>();
    Matcher opening = null;
    List<String> code = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (opening == null) {
        Matcher fence = OPENING.matcher(line);
        opening = fence.matches() ? fence : null;
      } else if (closes(line, opening.group(2))) {
        blocks.add(block(opening, code, true));
        opening = null;
        code.clear();
      } else {
        code.add(withoutIndent(line, opening.group(1).length()));
      }
    }
    if (opening != null) {
      blocks.add(block(opening, code, false));
    }
    return blocks;
  }

  /** The block that is most likely the answer: the longest, and the first of equally long ones. */
  public static Optional<CodeBlock> main(List<CodeBlock> blocks) {
    return blocks.stream().min(Comparator.comparingInt(block -> -block.code().length()));
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

  private static CodeBlock block(Matcher opening, List<String> code, boolean closed) {
    Matcher language = LANGUAGE.matcher(opening.group(3));
    return new CodeBlock(
        language.matches()
            ? Optional.of(language.group(1).toLowerCase(Locale.ROOT))
            : Optional.empty(),
        String.join("\n", code),
        closed);
  }
}
