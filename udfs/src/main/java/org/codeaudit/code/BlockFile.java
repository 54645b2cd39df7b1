package org.codeaudit.code;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.change.Languages;

/**
 * The file that a block is meant for, where the answer says it: behind the fence, in the line
 * before it, or in a comment that is the block's first line. A name counts only if files so named
 * are of the block's language.
 */
final class BlockFile {
  private static final String PATH = "((?:[\\w@.-]+/)*[\\w@.-]*\\w)";

  private static final Pattern ATTRIBUTE =
      Pattern.compile("\\b(?:title|file|filename|name|path)=[\"']?" + PATH + "[\"']?");

  private static final Pattern BEHIND = Pattern.compile("[\\s:{]*" + PATH + "[\\s}]*");

  /** In backticks or bold, or alone in a line or heading. */
  private static final Pattern MARKED =
      Pattern.compile("[`*]" + PATH + "[`*]|^[#\\s\\d.)-]*" + PATH + "[\\s:]*$");

  private static final Pattern COMMENT =
      Pattern.compile(
          "\\s*(?:#|//|--|;|/\\*|<!--)\\s*(?:[Ff]ile(?:name)?:\\s*)?"
              + PATH
              + "\\s*(?:\\*/|-->)?\\s*");

  private BlockFile() {}

  /**
   * The path, as it is written.
   *
   * @param before the last line with a text before the block
   */
  static Optional<String> of(FenceInfo info, String before, String code) {
    return found(ATTRIBUTE.matcher(info.rest()), info)
        .or(() -> whole(BEHIND.matcher(info.rest()), info))
        .or(() -> found(MARKED.matcher(before), info))
        .or(() -> whole(COMMENT.matcher(code.lines().findFirst().orElse("")), info));
  }

  /** The language of files so named. */
  static Optional<String> language(String path) {
    return Languages.ofPath(path);
  }

  private static Optional<String> found(Matcher matcher, FenceInfo info) {
    while (matcher.find()) {
      Optional<String> path = path(matcher, info);
      if (path.isPresent()) {
        return path;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> whole(Matcher matcher, FenceInfo info) {
    return matcher.matches() ? path(matcher, info) : Optional.empty();
  }

  private static Optional<String> path(Matcher matcher, FenceInfo info) {
    String path = matcher.group(1);
    for (int group = 2; path == null && group <= matcher.groupCount(); group++) {
      path = matcher.group(group);
    }
    return Optional.ofNullable(path)
        .filter(name -> language(name).isPresent())
        .filter(name -> info.language().isEmpty() || info.language().equals(language(name)));
  }
}
