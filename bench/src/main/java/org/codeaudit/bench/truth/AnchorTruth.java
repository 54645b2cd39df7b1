package org.codeaudit.bench.truth;

import java.util.List;
import java.util.Optional;
import org.codeaudit.change.FileChange;
import org.codeaudit.change.FilePatch;
import org.codeaudit.change.Languages;
import org.codeaudit.change.Line;
import org.codeaudit.finding.Anchor;
import org.codeaudit.finding.AnchorResolver;
import org.codeaudit.finding.AnchorStatus;
import org.codeaudit.prompt.ChangeSplitter;
import org.codeaudit.prompt.Side;
import org.codeaudit.prompt.Unit;
import org.codeaudit.prompt.UnitLine;

/**
 * Splits changes as a review does, quotes every changed line that a finding may quote, and looks in
 * the files at the line that the quote is anchored to.
 */
final class AnchorTruth {
  private static final String PART = "quotes";
  private static final int UNIT_TOKENS = 2000;
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final ChangeSplitter splitter =
      new ChangeSplitter(UNIT_TOKENS, text -> text.length() / CHARACTERS_PER_TOKEN);
  private final String pair;
  private final String form;
  private final Tree older;
  private final Tree newer;
  private final Tally tally;

  AnchorTruth(String pair, String form, Tree older, Tree newer, Tally tally) {
    this.pair = pair;
    this.form = form;
    this.older = older;
    this.newer = newer;
    this.tally = tally;
  }

  void compare(List<FilePatch> files) {
    for (FilePatch file : files) {
      FileChange change =
          new FileChange(
              file.path(),
              file.oldPath(),
              Languages.ofPath(file.path()),
              file.kind(),
              file.hunks(),
              Optional.empty());
      for (Unit unit : splitter.split(change)) {
        for (UnitLine line : unit.lines()) {
          if (line.kind() != Line.Kind.CONTEXT && line.quotable()) {
            compare(change, unit, line);
          }
        }
      }
    }
  }

  private void compare(FileChange change, Unit unit, UnitLine line) {
    String quote = line.text().strip();
    Anchor anchor = AnchorResolver.resolve(quote, unit);
    if (anchor.status() == AnchorStatus.UNMATCHED) {
      wrong("not found", change, line);
      return;
    }
    boolean onNew = anchor.side().orElseThrow() == Side.NEW;
    int number = anchor.lineStart().orElseThrow();
    String path = onNew ? change.path() : change.oldPath().orElse(change.path());
    boolean there =
        (onNew ? newer : older).line(path, number).filter(t -> t.strip().equals(quote)).isPresent();
    if (!there) {
      wrong("anchored to a line of another text", change, line);
    } else if (number == line.number() && onNew == (line.side() == Side.NEW)) {
      tally.right(PART, form, "at its line", 1);
    } else {
      tally.right(PART, form, "at another line of the same text", 1);
    }
  }

  private void wrong(String name, FileChange change, UnitLine line) {
    tally.wrong(
        PART,
        form,
        name,
        1,
        pair + ": " + change.path() + ", " + line.kind() + " " + line.number());
  }
}
