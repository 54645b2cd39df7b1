package org.codeaudit.job.eval.convert;

/** Takes comments out of Java. Texts and characters that look like comments stay. */
final class JavaComments {
  private final String code;
  private final StringBuilder kept = new StringBuilder();
  private int at;

  private JavaComments(String code) {
    this.code = code;
  }

  /** The code without comments; lines on which nothing else stood are gone. */
  static String strip(String code) {
    return new JavaComments(code).strip();
  }

  private String strip() {
    while (at < code.length()) {
      if (code.startsWith("//", at)) {
        comment(code.indexOf('\n', at), 0);
      } else if (code.startsWith("/*", at)) {
        comment(code.indexOf("*/", at + 2), 2);
      } else if (code.startsWith("\"\"\"", at)) {
        quoted("\"\"\"");
      } else if (code.charAt(at) == '"' || code.charAt(at) == '\'') {
        quoted(code.substring(at, at + 1));
      } else {
        kept.append(code.charAt(at++));
      }
    }
    return kept.toString();
  }

  /** Skips a comment up to its end, and its line if that holds nothing else. */
  private void comment(int end, int length) {
    at = end < 0 ? code.length() : end + length;
    int lineStart = kept.lastIndexOf("\n") + 1;
    int lineEnd = code.indexOf('\n', at);
    boolean nothingBefore = kept.substring(lineStart).isBlank();
    boolean nothingAfter = code.substring(at, lineEnd < 0 ? code.length() : lineEnd).isBlank();
    if (nothingAfter) {
      kept.setLength(nothingBefore ? lineStart : blanksBefore(kept.length()));
      at = lineEnd < 0 ? code.length() : nothingBefore ? lineEnd + 1 : lineEnd;
    }
  }

  private int blanksBefore(int end) {
    int start = end;
    while (start > 0 && (kept.charAt(start - 1) == ' ' || kept.charAt(start - 1) == '\t')) {
      start--;
    }
    return start;
  }

  private void quoted(String quote) {
    int begin = at;
    at += quote.length();
    while (at < code.length() && !code.startsWith(quote, at)) {
      at += code.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(code.length(), at + quote.length());
    kept.append(code, begin, at);
  }
}
