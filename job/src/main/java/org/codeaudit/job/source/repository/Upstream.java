package org.codeaudit.job.source.repository;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.AuditException;
import org.eclipse.jgit.lib.BranchConfig;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;

/**
 * What git calls {@code @{upstream}}: the branch that a local one follows, as the repository's
 * settings say. JGit takes a branch without one for its own upstream, which would make a range
 * empty where git refuses it, and knows neither {@code @{u}} nor remotes of another name.
 */
final class Upstream {
  private static final Pattern SUFFIX =
      Pattern.compile("(.*?)@\\{u(?:pstream)?\\}(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private Upstream() {}

  /**
   * The revision with the full name of the upstream branch in the place of {@code
   * BRANCH@{upstream}}; one that names no upstream is returned as it is.
   *
   * @param place what users know the repository by
   * @throws AuditException {@code GIT_UNKNOWN_REVISION} if there is none
   */
  static String expand(Repository repository, String place, String revision) throws IOException {
    Matcher suffix = SUFFIX.matcher(revision);
    if (!suffix.matches()) {
      return revision;
    }
    String branch = branch(repository, place, revision, suffix.group(1));
    BranchConfig config = new BranchConfig(repository.getConfig(), branch);
    String followed =
        Optional.ofNullable(config.getRemote())
            .map(remote -> config.getTrackingBranch())
            .orElseThrow(
                () ->
                    GitErrors.unknownRevision(
                        place,
                        revision,
                        "The branch `" + branch + "` has no upstream",
                        "Set one with `git branch --set-upstream-to=origin/"
                            + branch
                            + " "
                            + branch
                            + "`, or name the commits themselves"));
    if (repository.exactRef(followed) == null) {
      throw GitErrors.unknownRevision(
          place,
          revision,
          "The upstream of `" + branch + "` would be " + followed + ", which is not here",
          "Fetch it with `git fetch`, or name the commits themselves");
    }
    return followed + suffix.group(2);
  }

  /** The local branch that a name stands for; none, {@code @} and {@code HEAD} are the current. */
  private static String branch(Repository repository, String place, String revision, String name)
      throws IOException {
    if (name.isEmpty() || name.equals("@") || name.equals(Constants.HEAD)) {
      Ref head = repository.exactRef(Constants.HEAD);
      if (head == null || !head.isSymbolic()) {
        throw GitErrors.unknownRevision(
            place,
            revision,
            "HEAD is a commit and no branch, so it has no upstream",
            "Name the branch, e.g. `main@{upstream}`");
      }
      return Repository.shortenRefName(head.getTarget().getName());
    }
    String branch = name.replaceFirst("^(?:refs/)?heads/", "");
    if (repository.exactRef(Constants.R_HEADS + branch) == null) {
      throw GitErrors.unknownRevision(
          place, revision, "There is no local branch `" + branch + "`", "Name one that there is");
    }
    return branch;
  }
}
