package org.codeaudit.token;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Remembers the ids of the texts that were asked for last. Thread safe. */
final class RecentTexts {
  private static final int MOST = 16;

  private final Function<String, int[]> encode;
  private final Map<String, int[]> ids =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, int[]> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param encode makes the ids of a text, the same ones every time
   */
  RecentTexts(Function<String, int[]> encode) {
    this.encode = encode;
  }

  /** The ids of a text; not to be changed. */
  int[] get(String text) {
    int[] known;
    synchronized (ids) {
      known = ids.get(text);
    }
    if (known != null) {
      return known;
    }
    // Tokenised outside the lock: tasks would wait for each other.
    int[] made = encode.apply(text);
    synchronized (ids) {
      ids.put(text, made);
    }
    return made;
  }
}
