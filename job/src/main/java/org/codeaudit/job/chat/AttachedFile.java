package org.codeaudit.job.chat;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.codeaudit.AuditException;
import org.codeaudit.placement.Amount;

/** A file that is shown to the model. */
record AttachedFile(Path path, String text) {
  /** No context holds more. */
  private static final long MOST_BYTES = 8 << 20;

  /**
   * Reads a text.
   *
   * @throws AuditException {@code SOURCE_UNREADABLE}
   */
  static AttachedFile read(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        throw ChatErrors.unreadable(
            path, Files.exists(path) ? "It is not a file" : "There is no such file");
      }
      if (Files.size(path) > MOST_BYTES) {
        throw ChatErrors.unreadable(
            path,
            "It has " + Amount.bytes(Files.size(path)) + ", more than " + Amount.bytes(MOST_BYTES));
      }
      return new AttachedFile(path, Files.readString(path).stripTrailing());
    } catch (CharacterCodingException e) {
      throw ChatErrors.unreadable(path, "It is not UTF-8");
    } catch (NoSuchFileException e) {
      throw ChatErrors.unreadable(path, "There is no such file");
    } catch (IOException e) {
      throw ChatErrors.unreadable(path, e.toString());
    }
  }

  /** The text as a block of Markdown below the file's name. */
  String markdown() {
    String fence = "```";
    while (text.contains(fence)) {
      fence += "`";
    }
    return path.getFileName() + ":\n" + fence + "\n" + text + "\n" + fence + "\n\n";
  }
}
