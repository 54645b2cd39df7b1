package org.codeaudit.change;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * File names as patches write them. Git quotes a name with unusual bytes as a C string with octal
 * escapes and puts {@code a/} and {@code b/} before names (or {@code i/ w/ c/ o/} with
 * diff.mnemonicPrefix, or nothing with diff.noprefix); other tools add a tab and a time.
 */
final class PatchPaths {
  private static final String PREFIXES = "abciow";
  static final String NO_FILE = "/dev/null";

  /** The names of the two sides. */
  record Pair(String oldPath, String newPath) {

    /** Without {@code a/} and {@code b/}, where both sides have such a prefix and not the same. */
    Pair withoutPrefixes() {
      boolean oldHas = hasPrefix(oldPath) || oldPath.equals(NO_FILE);
      boolean newHas = hasPrefix(newPath) || newPath.equals(NO_FILE);
      if (!oldHas || !newHas || oldPath.charAt(0) == newPath.charAt(0)) {
        return this;
      }
      return new Pair(strip(oldPath), strip(newPath));
    }

    private static String strip(String path) {
      return path.equals(NO_FILE) ? path : path.substring(2);
    }
  }

  private PatchPaths() {}

  static boolean hasPrefix(String path) {
    return path.length() > 2 && path.charAt(1) == '/' && PREFIXES.indexOf(path.charAt(0)) >= 0;
  }

  /**
   * What follows {@code ---} or {@code +++}.
   *
   * @param name without quotes
   * @param remark what stands behind the name: a time, a revision; empty if nothing does
   */
  record Side(String name, String remark) {
    /** The times of an absent file: the first second of 1970, in any time zone. */
    private static final Pattern EPOCH =
        Pattern.compile(
            "(?:1970-01-01|1969-12-31) .*|(?:Thu Jan +0?1|Wed Dec 31) [0-9:.]+ (?:1970|1969)\\b.*");

    /** A time that tools put behind blanks, where others put a tab. */
    private static final Pattern TIME_AFTER_BLANKS =
        Pattern.compile(
            "(.*?) +((?:\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?"
                + "|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\d{4})(?: [+-]\\d{4})?)");

    /** Longer lines hold no time that is looked for. */
    private static final int LONGEST = 4096;

    static Side of(String text) {
      if (text.startsWith("\"")) {
        int end = Math.min(closingQuote(text) + 1, text.length());
        return new Side(unquote(text), text.substring(end).strip());
      }
      int tab = text.indexOf('\t');
      if (tab >= 0) {
        return new Side(text.substring(0, tab), text.substring(tab + 1));
      }
      String name = text.stripTrailing();
      Matcher time = name.length() > LONGEST ? null : TIME_AFTER_BLANKS.matcher(name);
      return time != null && time.matches()
          ? new Side(time.group(1), time.group(2))
          : new Side(name, "");
    }

    /** Whether the time is that of a file that is not there, which empty files may have too. */
    boolean epoch() {
      return EPOCH.matcher(remark).matches();
    }
  }

  /** A name that may be quoted, e.g. after {@code rename from}. */
  static String unquote(String text) {
    if (!text.startsWith("\"")) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 1, end = closingQuote(text); i < end; i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == end) {
        // A run at once: a character outside the basic plane is two chars.
        int escape = text.indexOf('\\', i + 1);
        int stop = escape < 0 || escape > end ? end : escape;
        bytes.writeBytes(text.substring(i, stop).getBytes(StandardCharsets.UTF_8));
        i = stop - 1;
        continue;
      }
      char escaped = text.charAt(++i);
      if (escaped >= '0' && escaped <= '3' && i + 2 < end) {
        bytes.write(
            (octal(escaped) << 6) | (octal(text.charAt(i + 1)) << 3) | octal(text.charAt(i + 2)));
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(unescape(escaped)).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /**
   * The two names of {@code diff --git a/x b/x}. Names with blanks are not quoted, so the line is
   * ambiguous unless both names are the same but for the prefix, which they are when nothing else
   * in the header names the file.
   */
  static Optional<Pair> ofGitLine(String text) {
    if (text.startsWith("\"")) {
      int end = closingQuote(text);
      return end + 2 > text.length()
          ? Optional.empty()
          : Optional.of(new Pair(unquote(text), unquote(text.substring(end + 2))));
    }
    int quoted = text.indexOf(" \"");
    if (quoted > 0 && text.endsWith("\"")) {
      return Optional.of(new Pair(text.substring(0, quoted), unquote(text.substring(quoted + 1))));
    }
    int middle = text.length() / 2;
    if (text.length() % 2 == 1 && text.charAt(middle) == ' ' && sameName(text, middle)) {
      return Optional.of(new Pair(text.substring(0, middle), text.substring(middle + 1)));
    }
    int blank = text.indexOf(' ');
    return blank > 0 && blank == text.lastIndexOf(' ')
        ? Optional.of(new Pair(text.substring(0, blank), text.substring(blank + 1)))
        : Optional.empty();
  }

  private static boolean sameName(String text, int middle) {
    String left = text.substring(0, middle);
    String right = text.substring(middle + 1);
    return left.equals(right)
        || (hasPrefix(left) && hasPrefix(right) && left.substring(1).equals(right.substring(1)));
  }

  private static int closingQuote(String text) {
    int i = 1;
    while (i < text.length() && text.charAt(i) != '"') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return Math.min(i, text.length());
  }

  private static int octal(char digit) {
    return Math.max(0, Math.min(7, digit - '0'));
  }

  private static char unescape(char c) {
    return switch (c) {
      case 'a' -> '\u0007';
      case 'b' -> '\b';
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'v' -> '\u000b';
      case 'f' -> '\f';
      case 'r' -> '\r';
      default -> c;
    };
  }
}
