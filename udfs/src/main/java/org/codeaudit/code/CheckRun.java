package org.codeaudit.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.change.Languages;
import org.codeaudit.disk.FolderTree;

/** Runs the user's commands over the blocks of one answer, in a folder of their own. */
public final class CheckRun {
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("\\bpublic\\s+(?:\\w+\\s+)*?(?:class|interface|enum|record)\\s+(\\w+)");

  private final CheckCommands commands;
  private final Path folder;
  private final Set<Path> taken = new HashSet<>();

  private CheckRun(CheckCommands commands, Path folder) {
    this.commands = commands;
    this.folder = folder;
  }

  /**
   * Writes all blocks to files, so that one may use the others, and runs the command of each. The
   * files are deleted afterwards.
   *
   * @return an outcome for each block; empty where there is no command for it
   */
  public static List<Optional<CheckOutcome>> of(AnswerCode code, CheckCommands commands) {
    List<CodeBlock> blocks = code.blocks().stream().map(JudgedBlock::block).toList();
    if (blocks.stream().allMatch(block -> commands.of(block).isEmpty())) {
      return blocks.stream().map(block -> Optional.<CheckOutcome>empty()).toList();
    }
    try {
      Path scratch = Files.createTempDirectory("code-audit-check-").toRealPath();
      try {
        Path folder = Files.createDirectory(scratch.resolve("code"));
        return new CheckRun(commands, folder).run(blocks);
      } finally {
        FolderTree.delete(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The code of an answer could not be checked", e);
    }
  }

  private List<Optional<CheckOutcome>> run(List<CodeBlock> blocks) throws IOException {
    List<Path> files = new ArrayList<>();
    for (CodeBlock block : blocks) {
      Path file = place(block);
      Files.createDirectories(file.getParent());
      Files.writeString(file, block.code() + "\n");
      files.add(file);
    }
    List<Optional<CheckOutcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      Optional<String> command = commands.of(blocks.get(i));
      outcomes.add(
          command.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  CheckProcess.run(
                      command.get(), folder.relativize(files.get(i)), folder, commands)));
    }
    return outcomes;
  }

  /** Where a block's file goes: never outside of the folder, and never where another one is. */
  private Path place(CodeBlock block) {
    Path named = named(block);
    Path place = named;
    for (int i = 2; collides(place); i++) {
      place = folder.resolve(i + "-" + named.getFileName());
    }
    taken.add(place);
    return place;
  }

  /** Whether a file is there, or one of the two would have to be a folder. */
  private boolean collides(Path place) {
    return taken.stream().anyMatch(other -> other.startsWith(place) || place.startsWith(other));
  }

  private Path named(CodeBlock block) {
    String ending = block.language().flatMap(Languages::ending).orElse(".txt");
    Matcher type = PUBLIC_TYPE.matcher(block.code());
    boolean named = ending.equals(".java") && type.find();
    String otherwise = named ? type.group(1) + ending : "answer" + ending;
    try {
      // "/" keeps what begins with ".." inside
      Path path = Path.of("/" + block.file().orElse(otherwise)).normalize();
      Path inside = folder.resolve(path.toString().substring(1));
      return inside.equals(folder) ? folder.resolve(otherwise) : inside;
    } catch (InvalidPathException e) {
      return folder.resolve(otherwise);
    }
  }
}
