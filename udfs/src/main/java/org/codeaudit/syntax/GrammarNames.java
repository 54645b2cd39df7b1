package org.codeaudit.syntax;

import org.treesitter.TSLanguage;
import org.treesitter.TSSymbolType;

/** A loaded grammar with the names of its symbols and fields, which are asked for once. */
final class GrammarNames {
  private final TSLanguage language;
  private final String[] symbols;
  private final boolean[] named;
  private final String[] fields;

  GrammarNames(TSLanguage language) {
    this.language = language;
    symbols = new String[language.symbolCount()];
    named = new boolean[symbols.length];
    for (int symbol = 0; symbol < symbols.length; symbol++) {
      symbols[symbol] = language.symbolName(symbol).intern();
      named[symbol] = language.symbolType(symbol) == TSSymbolType.TSSymbolTypeRegular;
    }
    fields = new String[language.fieldCount() + 1];
    for (int field = 1; field < fields.length; field++) {
      fields[field] = language.fieldNameForId(field);
    }
  }

  TSLanguage language() {
    return language;
  }

  /** {@link SyntaxTree#ERROR} for what no rule of the grammar takes. */
  String kind(int symbol) {
    return symbol < symbols.length ? symbols[symbol] : SyntaxTree.ERROR;
  }

  /** Whether it stands for a rule, rather than for a word or sign of the text. */
  boolean isNamed(int symbol) {
    return symbol >= symbols.length || named[symbol];
  }

  /** Empty for no field. */
  String field(int field) {
    return field > 0 && field < fields.length ? fields[field] : "";
  }
}
