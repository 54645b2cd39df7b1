package org.codeaudit.token.jinja;

import java.util.List;
import org.codeaudit.AuditException;

/** The tokens of a template, read from first to last. */
final class TokenStream {
  private static final int DEEPEST = 100;

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token ahead() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  /** Reads the symbol if it comes next. */
  boolean skip(String symbol) {
    if (!current().operator(symbol)) {
      return false;
    }
    next();
    return true;
  }

  boolean skipName(String word) {
    if (!current().name(word)) {
      return false;
    }
    next();
    return true;
  }

  void expect(String symbol) {
    if (!skip(symbol)) {
      throw unexpected("'" + symbol + "'");
    }
  }

  void expectName(String word) {
    if (!skipName(word)) {
      throw unexpected("'" + word + "'");
    }
  }

  Token expect(Token.Kind kind, String what) {
    if (current().kind() != kind) {
      throw unexpected(what);
    }
    return next();
  }

  String name() {
    return expect(Token.Kind.NAME, "a name").text();
  }

  /** Guards the parser's own recursion. */
  void enter() {
    if (++depth > DEEPEST) {
      throw TemplateErrors.syntax(current().line(), "nested deeper than " + DEEPEST);
    }
  }

  void leave() {
    depth--;
  }

  AuditException unexpected(String expected) {
    Token token = current();
    return TemplateErrors.syntax(
        token.line(), "there is " + token + " where " + expected + " should be");
  }
}
