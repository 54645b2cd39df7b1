package org.codeaudit.generate.answer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Watches the bytes of an answer for texts that end it. It compares bytes and not characters: UTF-8
 * is self-synchronising, so texts that span tokens and tokens that split a character need no
 * special case.
 */
public final class StopStrings {
  private final List<String> texts;
  private final List<byte[]> needles;
  private final int longest;
  private byte[] answer = new byte[256];
  private int length;
  private int cut = -1;

  public StopStrings(List<String> texts) {
    this.texts = texts.stream().filter(text -> !text.isEmpty()).toList();
    this.needles = this.texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    this.longest = needles.stream().mapToInt(needle -> needle.length).max().orElse(0);
  }

  /** Whether there is anything to watch for. */
  boolean isEmpty() {
    return needles.isEmpty();
  }

  /** Appends a token's bytes; returns whether the answer contains a stop string now. */
  public boolean append(byte[] bytes) {
    if (length + bytes.length > answer.length) {
      answer = Arrays.copyOf(answer, Math.max(length + bytes.length, 2 * answer.length));
    }
    System.arraycopy(bytes, 0, answer, length, bytes.length);
    int from = Math.max(0, length - longest + 1);
    length += bytes.length;
    cut = firstMatch(from);
    return cut >= 0;
  }

  /** The decoded answer up to the earliest stop string. */
  public String cut(String decoded) {
    if (cut < 0) {
      return decoded;
    }
    // A decoder may tidy the text (a leading space); then only the bytes tell where the match is.
    return texts.stream().mapToInt(decoded::indexOf).filter(index -> index >= 0).min().stream()
        .mapToObj(index -> decoded.substring(0, index))
        .findFirst()
        .orElseGet(() -> new String(answer, 0, cut, StandardCharsets.UTF_8));
  }

  private int firstMatch(int from) {
    for (int start = from; start < length; start++) {
      for (byte[] needle : needles) {
        int end = start + needle.length;
        if (end <= length && Arrays.equals(answer, start, end, needle, 0, needle.length)) {
          return start;
        }
      }
    }
    return -1;
  }
}
