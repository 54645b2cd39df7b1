package org.codeaudit.code;

import java.util.List;
import java.util.Optional;
import org.codeaudit.syntax.ParsedCode;

/**
 * A block of an answer with what can be told of it without running it.
 *
 * @param syntaxOk whether it is well formed; empty if that cannot be told
 * @param imports what it says it needs of other files; empty if no parser reads its language
 */
public record JudgedBlock(
    CodeBlock block, Optional<Boolean> syntaxOk, Optional<List<String>> imports) {

  static JudgedBlock of(CodeBlock block) {
    if (block.code().isBlank()) {
      return new JudgedBlock(block, Optional.empty(), Optional.empty());
    }
    String language = block.language().orElse("");
    Optional<ParsedCode> parsed = ParsedCode.parseWhole(language, block.code());
    return new JudgedBlock(
        block, SyntaxCheck.syntaxOk(language, block.code(), parsed), parsed.map(Imports::of));
  }
}
