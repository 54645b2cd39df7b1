package org.codeaudit.token;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Remembers the ids of the passages that were asked for last. A unit of code is tokenised to see
 * whether it fits and again with each question about it, and all prompts have their instructions in
 * common. Thread safe.
 */
final class RecentPassages {
  /** With their ids some 4 MB. */
  static final int MOST_CHARACTERS = 1 << 20;

  private final Function<String, int[]> encode;
  private final Map<String, int[]> ids = new LinkedHashMap<>(16, 0.75f, true);
  private int characters;

  /**
   * @param encode makes the ids of a passage, the same ones every time
   */
  RecentPassages(Function<String, int[]> encode) {
    this.encode = encode;
  }

  /** The ids of a passage; not to be changed. */
  int[] get(String passage) {
    int[] known;
    synchronized (ids) {
      known = ids.get(passage);
    }
    if (known != null) {
      return known;
    }
    // Tokenised outside the lock: tasks would wait for each other.
    int[] made = encode.apply(passage);
    synchronized (ids) {
      remember(passage, made);
    }
    return made;
  }

  private void remember(String passage, int[] made) {
    if (ids.put(passage, made) == null) {
      characters += passage.length();
    }
    Iterator<String> eldest = ids.keySet().iterator();
    while (characters > MOST_CHARACTERS) {
      characters -= eldest.next().length();
      eldest.remove();
    }
  }
}
