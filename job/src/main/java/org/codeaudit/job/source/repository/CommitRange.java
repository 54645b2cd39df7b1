package org.codeaudit.job.source.repository;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.codeaudit.AuditException;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.RevisionSyntaxException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;

/**
 * The commits reachable from one and not from others.
 *
 * @param end where the walk begins: the newest commit
 * @param excluded commits that are left out with all their ancestors
 * @param single whether only {@code end} itself is meant
 */
public record CommitRange(ObjectId end, List<ObjectId> excluded, boolean single) {
  private static final String THAT_COMMIT_ALONE = "^!";

  /** What git takes for HEAD, and JGit for nothing. */
  private static final Pattern AT_ALONE = Pattern.compile("^@(?=$|[~^])");

  /** How many branches a message names. */
  private static final int MOST_BRANCHES = 5;

  /**
   * @param place what users know the repository by
   * @param range {@code A..B}, {@code A..}, {@code A} for {@code A..HEAD}, or {@code A^!}; none is
   *     all of HEAD
   * @throws AuditException {@code GIT_EMPTY_REPOSITORY} or {@code GIT_UNKNOWN_REVISION}
   */
  public static CommitRange resolve(Repository repository, String place, Optional<String> range)
      throws IOException {
    if (range.isEmpty()) {
      return new CommitRange(commit(repository, place, Constants.HEAD), List.of(), false);
    }
    String text = range.get();
    if (text.contains("...")) {
      throw GitErrors.unknownRevision(
          place, text, "Symmetric ranges (three dots) are not supported");
    }
    if (text.endsWith(THAT_COMMIT_ALONE)) {
      return new CommitRange(
          commit(repository, place, text.substring(0, text.length() - 2)), List.of(), true);
    }
    int dots = text.indexOf("..");
    String from = dots < 0 ? text : text.substring(0, dots);
    String to = dots < 0 ? "" : text.substring(dots + 2);
    ObjectId end = commit(repository, place, to.isEmpty() ? Constants.HEAD : to);
    ObjectId begin = commit(repository, place, from.isEmpty() ? Constants.HEAD : from);
    return new CommitRange(end, List.of(begin), false);
  }

  /** The commit it begins behind; empty where it has none. */
  public Optional<ObjectId> base() {
    return excluded.stream().findFirst();
  }

  /** The names a range is made of, without what is said relative to them. */
  public static List<String> names(String range) {
    return Arrays.stream(range.split("\\.\\.+"))
        .map(name -> name.replaceFirst("[\\^~@].*", ""))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static ObjectId commit(Repository repository, String place, String revision)
      throws IOException {
    try {
      // Tags are followed to the commit; anything else (a tree, a file) is no revision.
      String named = AT_ALONE.matcher(revision).replaceFirst(Constants.HEAD);
      String name = Upstream.expand(repository, place, named);
      ObjectId id = repository.resolve(name + "^{commit}");
      if (id != null) {
        return id;
      }
    } catch (AmbiguousObjectException ambiguous) {
      throw GitErrors.unknownRevision(
          place, revision, "More than one object begins so; write more digits");
    } catch (RevisionSyntaxException
        | org.eclipse.jgit.errors.IncorrectObjectTypeException notOne) {
      throw GitErrors.unknownRevision(place, revision, "It does not name a commit");
    }
    if (repository.getRefDatabase().getRefs().stream().noneMatch(CommitRange::isBorn)) {
      throw GitErrors.empty(place);
    }
    if (revision.equals(Constants.HEAD)) {
      throw headless(repository, place);
    }
    throw GitErrors.unknownRevision(place, revision, "No branch, tag or commit has this name");
  }

  /** HEAD may name a branch that was never made, e.g. where a server's default has another name. */
  private static AuditException headless(Repository repository, String place) throws IOException {
    List<String> branches =
        repository.getRefDatabase().getRefsByPrefix(Constants.R_HEADS).stream()
            .map(ref -> Repository.shortenRefName(ref.getName()))
            .limit(MOST_BRANCHES)
            .toList();
    Ref head = repository.exactRef(Constants.HEAD);
    String named =
        head != null && head.isSymbolic()
            ? "HEAD names the branch `"
                + Repository.shortenRefName(head.getTarget().getName())
                + "`, which does not exist"
            : "HEAD names no commit";
    if (branches.isEmpty()) {
      return GitErrors.unknownRevision(place, Constants.HEAD, named);
    }
    return GitErrors.unknownRevision(
        place,
        Constants.HEAD,
        named + "; there are branches such as " + String.join(", ", branches),
        "Let HEAD name one of them with `git symbolic-ref HEAD refs/heads/"
            + branches.get(0)
            + "`, or pass a range that begins and ends with names there are");
  }

  private static boolean isBorn(Ref ref) {
    return ref.getObjectId() != null;
  }
}
