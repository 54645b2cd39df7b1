package org.codeaudit.job.source.patch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.job.source.skip.SourceText;

/**
 * Lines of a patch file in which the bodies of mails can be read: quoted-printable and base64 (RFC
 * 2045) are decoded, also in the parts of a multipart mail. All other lines pass as they are.
 *
 * <p>A mail library (mime4j, Angus Mail) would not make this shorter: it parses one whole message,
 * while here lines pass one by one, most files are no mailbox, and some hold only a part of a mail.
 * Where a mail, its header and its parts begin would still have to be told, which is most of this
 * class. Commons Codec decodes quoted-printable, but refuses a line in which a single {@code =}
 * stands for itself.
 */
public final class MailboxLines implements Iterator<String> {
  /** What separates the mails of a mailbox. */
  private static final Pattern SEPARATOR = Pattern.compile("From \\S+ .*\\d\\d:\\d\\d:\\d\\d.*");

  /** What a mail that was saved alone may begin with. */
  private static final Pattern FIRST_HEADER =
      Pattern.compile(
          "(From|Return-Path|Received|Delivered-To|Message-ID|MIME-Version|Date|X-[A-Za-z-]+): .*",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern BOUNDARY =
      Pattern.compile("\\bboundary=(?:\"([^\"]+)\"|([^\\s;]+))", Pattern.CASE_INSENSITIVE);
  private static final String ENCODING = "content-transfer-encoding:";
  private static final int LONGEST_HEADER = 1000;

  private enum Encoding {
    NONE,
    QUOTED_PRINTABLE,
    BASE64
  }

  private final Iterator<String> raw;
  private final long maxLineBytes;
  private final Deque<String> ready = new ArrayDeque<>();
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
  private boolean first = true;
  private boolean inHeader;
  private String boundary = "";
  private Encoding encoding = Encoding.NONE;

  /**
   * @param maxLineBytes how long a decoded line may be; the rest of a longer one is dropped
   */
  public MailboxLines(Iterator<String> raw, long maxLineBytes) {
    this.raw = raw;
    this.maxLineBytes = maxLineBytes;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && raw.hasNext()) {
      accept(raw.next());
    }
    if (ready.isEmpty() && unfinished.size() > 0) {
      finishLine();
    }
    return !ready.isEmpty();
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.removeFirst();
  }

  private void accept(String line) {
    boolean boundaryLine = isBoundary(line);
    if (boundaryLine || beginsHeader(line)) {
      if (unfinished.size() > 0) {
        finishLine();
      }
      inHeader = true;
      encoding = Encoding.NONE;
    }
    first = false;
    if (inHeader) {
      header(line.stripTrailing());
      // A boundary looks like a removed line to whoever reads the diff before it.
      ready.addLast(boundaryLine ? "" : line);
    } else if (encoding == Encoding.QUOTED_PRINTABLE) {
      quotedPrintable(line.stripTrailing());
    } else if (encoding == Encoding.BASE64) {
      base64(line.strip());
    } else {
      ready.addLast(line);
    }
  }

  private boolean beginsHeader(String line) {
    if (line.length() > LONGEST_HEADER) {
      return false;
    }
    String text = line.stripTrailing();
    if (SEPARATOR.matcher(text).matches() || (first && FIRST_HEADER.matcher(text).matches())) {
      boundary = "";
      return true;
    }
    return false;
  }

  private boolean isBoundary(String line) {
    if (boundary.isEmpty() || line.length() > LONGEST_HEADER) {
      return false;
    }
    String text = line.stripTrailing();
    return text.equals(boundary) || text.equals(boundary + "--");
  }

  private void header(String text) {
    if (text.isEmpty()) {
      inHeader = false;
      return;
    }
    if (text.length() > LONGEST_HEADER) {
      return;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith(ENCODING)) {
      encoding =
          switch (lower.substring(ENCODING.length()).strip()) {
            case "quoted-printable" -> Encoding.QUOTED_PRINTABLE;
            case "base64" -> Encoding.BASE64;
            default -> Encoding.NONE;
          };
    }
    Matcher parts = BOUNDARY.matcher(text);
    if (parts.find()) {
      boundary = "--" + (parts.group(1) != null ? parts.group(1) : parts.group(2));
    }
  }

  /** A line ending in {@code =} goes on in the next one; {@code =XX} is a byte. */
  private void quotedPrintable(String text) {
    boolean goesOn = text.endsWith("=");
    int end = goesOn ? text.length() - 1 : text.length();
    byte[] bytes = text.substring(0, end).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int high = bytes[i] == '=' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      if (low < 0) {
        append(bytes[i]);
      } else {
        append((byte) (high << 4 | low));
        i += 2;
      }
    }
    if (!goesOn) {
      finishLine();
    }
  }

  /** Lines of base64 hold whole groups of four, so each can be decoded by itself. */
  private void base64(String text) {
    try {
      for (byte decoded : Base64.getDecoder().decode(text)) {
        append(decoded);
      }
    } catch (IllegalArgumentException notBase64) {
      ready.addLast(text);
    }
  }

  private void append(byte decoded) {
    if (decoded == '\n') {
      finishLine();
    } else if (unfinished.size() < maxLineBytes) {
      unfinished.write(decoded);
    }
  }

  private void finishLine() {
    ready.addLast(SourceText.decodeLine(unfinished.toByteArray()));
    unfinished.reset();
  }
}
