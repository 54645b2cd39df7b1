package org.codeaudit.token.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with the white-space rules of {@code trim_blocks} (the line break
 * after a block or comment is dropped), {@code lstrip_blocks} (so is the indentation before one)
 * and the signs {@code -} and {@code +}.
 */
final class Lexer {
  private static final Pattern TAG = Pattern.compile("\\{([{%#])([-+]?)");
  private static final Pattern RAW_BEGIN =
      Pattern.compile("\\{%[-+]?\\s*raw\\s*(-%\\}\\s*|%\\})", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern RAW_END =
      Pattern.compile(
          "\\{%([-+]?)\\s*endraw\\s*(\\+%\\}|-%\\}\\s*|%\\}\\n?)", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern COMMENT_END =
      Pattern.compile("\\+#\\}|-#\\}\\s*|#\\}\\n?", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern BLOCK_END =
      Pattern.compile("\\+%\\}|-%\\}\\s*|%\\}\\n?", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern VARIABLE_END =
      Pattern.compile("-\\}\\}\\s*|\\}\\}", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern SPACE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile("0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|\\d(?:_?\\d)*");
  private static final Pattern NAME =
      Pattern.compile("[\\w&&[^\\d]]\\w*", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern OPERATOR =
      Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}<>=.:|,;]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;

  /** Whether the text that follows starts a line, as far as lstrip_blocks is concerned. */
  private boolean lineStarts = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      // keep_trailing_newline is off.
      source = source.substring(0, source.length() - 1);
    }
    return new Lexer(source).run();
  }

  private List<Token> run() {
    Matcher tag = TAG.matcher(source);
    while (tag.find(at)) {
      data(source.substring(at, tag.start()), tag.group(2), !tag.group(1).equals("{"));
      advance(tag.start());
      Matcher raw = RAW_BEGIN.matcher(source).region(at, source.length());
      if (raw.lookingAt()) {
        advance(raw.end());
        raw();
      } else {
        advance(tag.end());
        switch (tag.group(1)) {
          case "#" -> comment();
          case "%" -> tag(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END, BLOCK_END);
          default -> tag(Token.Kind.VARIABLE_BEGIN, Token.Kind.VARIABLE_END, VARIABLE_END);
        }
      }
      lineStarts = source.charAt(at - 1) == '\n';
    }
    data(source.substring(at), "", false);
    tokens.add(new Token(Token.Kind.END, "", line));
    return tokens;
  }

  private void data(String text, String sign, boolean block) {
    String kept = text;
    if (sign.equals("-")) {
      kept = Python.stripRight(text);
    } else if (block && !sign.equals("+")) {
      int start = text.lastIndexOf('\n') + 1;
      if ((start > 0 || lineStarts) && Python.isSpace(text.substring(start))) {
        kept = text.substring(0, start);
      }
    }
    if (!kept.isEmpty()) {
      tokens.add(new Token(Token.Kind.DATA, kept, line));
    }
  }

  private void comment() {
    Matcher end = COMMENT_END.matcher(source);
    if (!end.find(at)) {
      throw TemplateErrors.syntax(line, "the comment is not closed");
    }
    advance(end.end());
  }

  private void raw() {
    Matcher end = RAW_END.matcher(source);
    if (!end.find(at)) {
      throw TemplateErrors.syntax(line, "the raw block is not closed");
    }
    lineStarts = false;
    data(source.substring(at, end.start()), end.group(1), true);
    advance(end.end());
  }

  private void tag(Token.Kind begin, Token.Kind end, Pattern closing) {
    int opened = line;
    add(begin, "");
    Deque<String> brackets = new ArrayDeque<>();
    while (true) {
      if (at == source.length()) {
        throw TemplateErrors.syntax(opened, "the tag is not closed");
      }
      Matcher close = closing.matcher(source).region(at, source.length());
      if (brackets.isEmpty() && close.lookingAt()) {
        add(end, "");
        advance(close.end());
        return;
      }
      Matcher space = SPACE.matcher(source).region(at, source.length());
      if (space.lookingAt()) {
        advance(space.end());
      } else {
        token(brackets);
      }
    }
  }

  private void token(Deque<String> brackets) {
    char first = source.charAt(at);
    if (first == '"' || first == '\'') {
      string(first);
    } else if (!match(FLOAT, Token.Kind.FLOAT)
        && !match(INTEGER, Token.Kind.INTEGER)
        && !match(NAME, Token.Kind.NAME)) {
      if (!match(OPERATOR, Token.Kind.OPERATOR)) {
        throw TemplateErrors.syntax(line, "unexpected character '" + first + "'");
      }
      balance(tokens.get(tokens.size() - 1).text(), brackets);
    }
  }

  private void balance(String symbol, Deque<String> brackets) {
    switch (symbol) {
      case "(" -> brackets.push(")");
      case "[" -> brackets.push("]");
      case "{" -> brackets.push("}");
      case ")", "]", "}" -> {
        if (brackets.isEmpty() || !brackets.pop().equals(symbol)) {
          throw TemplateErrors.syntax(line, "unexpected '" + symbol + "'");
        }
      }
      default -> {}
    }
  }

  private boolean match(Pattern pattern, Token.Kind kind) {
    Matcher matcher = pattern.matcher(source).region(at, source.length());
    if (!matcher.lookingAt()) {
      return false;
    }
    add(kind, matcher.group());
    advance(matcher.end());
    return true;
  }

  private void string(char quote) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw TemplateErrors.syntax(line, "the string is not closed");
    }
    add(Token.Kind.STRING, Python.unescape(source.substring(at + 1, end), line));
    advance(end + 1);
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private void advance(int to) {
    for (; at < to; at++) {
      if (source.charAt(at) == '\n') {
        line++;
      }
    }
  }
}
