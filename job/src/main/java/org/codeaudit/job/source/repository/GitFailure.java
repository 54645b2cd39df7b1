package org.codeaudit.job.source.repository;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.finding.SecretRedactor;
import org.codeaudit.job.source.row.RemoteUrl;

/** The git program ended without success. */
public final class GitFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** Of what kind; the first whose words the output has. */
  public enum Kind {
    TIMEOUT(
        ErrorClass.GIT_TIMEOUT,
        "operation too slow|timed out",
        "Check the server, or give it longer with the option `gitTimeoutSeconds`"),
    NO_SUCH_REF(ErrorClass.GIT_UNKNOWN_REVISION, "couldn't find remote ref", "Check the range"),
    NOT_GIVEN(
        ErrorClass.GIT_UNKNOWN_REVISION,
        "not our ref|unadvertised object|no such remote ref",
        "The commit may have been removed by a forced push; run again"),
    AUTHENTICATION(
        ErrorClass.GIT_AUTHENTICATION,
        "authentication failed|could not read (username|password)|terminal prompts disabled"
            + "|permission denied|host key verification failed|error: 40[13]|access denied",
        "Give credentials with the option `gitCredentials`, a credential helper of git, or an ssh"
            + " key, on every executor"),
    NOT_FOUND(
        ErrorClass.GIT_NOT_FOUND,
        "repository .*not found|error: 404|does not appear to be a git repository|does not exist"
            + "|not exported|repository not found|no such device or address",
        "Check the address, and that these credentials may see it"),
    UNSUPPORTED(
        ErrorClass.GIT_UNSUPPORTED,
        "mismatched algorithms|unknown object format|unsupported protocol|not supported"
            + "|transport '.*' not allowed|unable to find remote helper|is not a git command",
        "Read a clone of it by its path instead"),
    DAMAGED(
        ErrorClass.GIT_MIRROR_DAMAGED,
        "^(fatal|error): (not a git repository|bad (object|config|tree|revision|ref)"
            + "|.*\\bcorrupt|.*unable to (read|parse)|.*could not parse|loose object|.*packfile"
            + "|.*does not match index|.*is empty|.*broken|inflate|.*invalid sha1 pointer"
            + "|.*not a git repository:|object .* is)",
        "Delete the folder of mirrors; it is made anew"),
    USAGE(
        ErrorClass.GIT_PROGRAM,
        "unknown option|unknown switch|^usage: git",
        "Install git 2.29 or later on every executor"),
    UNREACHABLE(
        ErrorClass.GIT_UNREACHABLE,
        "",
        "Check the address and the network of the executors, and run again");

    private final ErrorClass errorClass;
    private final Pattern words;
    private final String fix;

    Kind(ErrorClass errorClass, String words, String fix) {
      this.errorClass = errorClass;
      this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
      this.fix = fix;
    }
  }

  private static final Pattern PROGRESS =
      Pattern.compile(
          "(remote: )?(Enumerating|Counting|Compressing|Receiving|Resolving|Total|Updating"
              + "|Checking|Filtering|warning:|From |hint:).*");
  private static final int MOST_LINES = 4;
  private static final int MOST_CHARACTERS = 600;

  private final Kind kind;

  private GitFailure(Kind kind, String said) {
    super(said);
    this.kind = kind;
  }

  /**
   * @param output what git wrote; progress and secrets are left out of what is kept
   */
  public static GitFailure of(int exitCode, String output) {
    List<String> lines = said(output);
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(each -> lines.stream().anyMatch(line -> tells(each, line)))
            .findFirst()
            .orElse(Kind.UNREACHABLE);
    String text = lines.isEmpty() ? "git ended with code " + exitCode : message(lines);
    return new GitFailure(kind, text);
  }

  public static GitFailure timeout(int seconds) {
    return new GitFailure(Kind.TIMEOUT, "Nothing came for " + seconds + " seconds");
  }

  /** What the far side says is not about our copy, however it puts it. */
  private static boolean tells(Kind kind, String line) {
    boolean ours = !line.startsWith("remote:") && !line.startsWith("fatal: remote error");
    return (ours || kind != Kind.DAMAGED) && kind.words.matcher(line).find();
  }

  private static List<String> said(String output) {
    return Arrays.stream(output.split("[\r\n]+"))
        .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
        .filter(line -> !line.isEmpty() && !PROGRESS.matcher(line).matches())
        .toList();
  }

  private static String message(List<String> lines) {
    String text =
        lines.stream()
            .skip(Math.max(0, lines.size() - MOST_LINES))
            .collect(Collectors.joining("; "));
    String safe = SecretRedactor.SHAPES.redact(RemoteUrl.withoutSecrets(text));
    return safe.substring(0, Math.min(safe.length(), MOST_CHARACTERS));
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the same may succeed a moment later. */
  public boolean isTransient() {
    return kind == Kind.UNREACHABLE;
  }

  /** As users and tables are told. */
  public AuditException explained(RemoteUrl url) {
    return new AuditException(
        kind.errorClass,
        "Repository " + url.text() + " cannot be read",
        "git says: " + getMessage(),
        kind.fix,
        this);
  }
}
