package org.codeaudit.generate.grammar;

/** A position where a list may take another item or end. */
final class ListPosition extends Position {
  private final Element item;
  private final int left;
  private final boolean first;
  private final Position after;

  /**
   * @param left how many more items may come
   */
  ListPosition(Element item, int left, boolean first, Position after) {
    this.item = item;
    this.left = left;
    this.first = first;
    this.after = after;
  }

  @Override
  Position next(int next) {
    if (left > 0 && first) {
      Position begun = item().next(next);
      return begun == NOWHERE ? after.next(next) : begun;
    }
    return left > 0 && next == ',' ? item() : after.next(next);
  }

  @Override
  int only() {
    return left == 0 ? after.only() : -1;
  }

  private Position item() {
    return item.before(new ListPosition(item, left - 1, false, after));
  }
}
