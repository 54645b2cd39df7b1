package org.codeaudit.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processes of a session, also those whose parent is gone, as {@code proc(5)} lists them; and
 * those that have left the session while their parent is there.
 */
final class ProcessSession {
  private static final Path ALL = Path.of("/proc");

  /** Columns behind the name of a process, which may hold anything. */
  private static final int STATE = 0;

  private static final int SESSION = 3;
  private static final int RESIDENT_PAGES = 21;
  private static final long PAGE = 4096;
  private static final int MOST_ROUNDS = 100;

  private final Process leader;

  /** A process and its resident memory. */
  private record Member(long id, long residentBytes) {}

  ProcessSession(Process leader) {
    this.leader = leader;
  }

  /** Resident memory of all its processes. */
  long residentBytes() {
    return members().stream().mapToLong(Member::residentBytes).sum();
  }

  /** Kills all its processes, also those they begin meanwhile. */
  void kill() {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<ProcessHandle> alive = new ArrayList<>(leader.descendants().toList());
      members().stream()
          .filter(member -> member.id() != leader.pid())
          .flatMap(member -> ProcessHandle.of(member.id()).stream())
          .forEach(alive::add);
      alive.forEach(ProcessHandle::destroyForcibly);
      leader.destroyForcibly();
      if (alive.isEmpty()) {
        return;
      }
    }
  }

  private List<Member> members() {
    List<Member> members = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(ALL, "[0-9]*")) {
      processes.forEach(process -> member(process).ifPresent(members::add));
    } catch (IOException e) {
      return List.of(); // a system without such files: what is left are the descendants
    }
    return members;
  }

  private Optional<Member> member(Path process) {
    try {
      String line = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] columns = line.substring(line.lastIndexOf(')') + 2).split(" ");
      boolean dead = "ZX".contains(columns[STATE]);
      return dead || Long.parseLong(columns[SESSION]) != leader.pid()
          ? Optional.empty()
          : Optional.of(
              new Member(
                  Long.parseLong(process.getFileName().toString()),
                  Long.parseLong(columns[RESIDENT_PAGES]) * PAGE));
    } catch (IOException e) {
      return Optional.empty(); // it has ended meanwhile
    }
  }
}
