package org.codeaudit.job.option;

import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The files that a report is written to. */
public final class ReportOptions {
  @Option(
      names = "--sarif",
      paramLabel = "PATH",
      description =
          "Where the log goes: a file if the name ends with .sarif or .json, which can hold one"
              + " repository, or else a folder, in which each has a file of its name.")
  public String sarif;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Where the page goes: one file that needs nothing else, of all repositories or the one of"
              + " --repository.")
  public String html;

  @Option(
      names = "--code-quality",
      paramLabel = "FILE",
      description = "Where the list for GitLab's Code Quality goes, of one repository.")
  public String codeQuality;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description =
          "Where a short summary in Markdown goes, for a comment on a merge request, of one"
              + " repository.")
  public String markdown;

  @Option(
      names = "--comments",
      paramLabel = "FILE",
      description =
          "Where comments on single lines go, as a JSON array of path, line, side (new or old), body"
              + " (Markdown) and fingerprint, of one repository. They are not posted.")
  public String comments;

  /** Whether any file is asked for. */
  public boolean given() {
    return Stream.of(sarif, html, codeQuality, markdown, comments).anyMatch(file -> file != null);
  }

  /** Whether all logs go into one file. */
  public boolean isOneLog() {
    return sarif != null && (sarif.endsWith(".sarif") || sarif.endsWith(".json"));
  }

  /** A file that is asked for and holds one repository only. */
  public Optional<String> single() {
    return Stream.of(isOneLog() ? sarif : null, codeQuality, markdown, comments)
        .filter(file -> file != null)
        .findFirst();
  }
}
