package org.codeaudit.change;

/** Keeps hunks as text up to a limit; beyond it only counts. */
final class HunkText implements HunkReader.Sink {
  private final long limit;
  private StringBuilder text = new StringBuilder();
  private long characters;

  HunkText(long limit) {
    this.limit = limit;
  }

  @Override
  public void header(HunkHeader header, String line) {
    line(line);
  }

  @Override
  public void line(String line) {
    characters += line.length() + 1L;
    if (overflowed()) {
      text = new StringBuilder(0);
    } else {
      text.append(line).append('\n');
    }
  }

  long characters() {
    return characters;
  }

  boolean isEmpty() {
    return characters == 0;
  }

  boolean overflowed() {
    return characters > limit;
  }

  String text() {
    return text.toString();
  }
}
