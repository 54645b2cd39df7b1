package org.codeaudit.code;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.change.Languages;

/**
 * What stands behind an opening fence.
 *
 * @param language as {@link CodeBlock#language}
 * @param rest what follows the language
 */
record FenceInfo(Optional<String> language, String rest) {
  private static final Pattern WORD = Pattern.compile("\\{?[ .]*+([\\w+#./-]++)(.*+)");

  /** What Linguist's names, endings and interpreters do not tell. */
  private static final Map<String, String> ALIASES =
      Map.of("csharp", "c#", "fsharp", "f#", "golang", "go", "objectivec", "objective-c");

  static FenceInfo of(String info) {
    Matcher word = WORD.matcher(info);
    if (!word.matches()) {
      return new FenceInfo(Optional.empty(), info);
    }
    String first = word.group(1);
    boolean isFile = first.indexOf('.', 1) > 0 || first.contains("/");
    return isFile
        ? new FenceInfo(Languages.ofPath(first), info)
        : new FenceInfo(Optional.of(name(first.toLowerCase(Locale.ROOT))), word.group(2));
  }

  /** A language's name for a word that people write for it; the word itself if it is unknown. */
  private static String name(String word) {
    return Languages.names().contains(word)
        ? word
        : Optional.ofNullable(ALIASES.get(word))
            .or(() -> Languages.ofPath("x." + word))
            .or(() -> Languages.ofFirstLine("#!/bin/" + word))
            .orElse(word);
  }
}
