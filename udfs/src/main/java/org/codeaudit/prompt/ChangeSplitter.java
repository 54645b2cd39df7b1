package org.codeaudit.prompt;

import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.function.ToIntFunction;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.change.FileChange;

/**
 * Cuts a change into units that each fit a budget of tokens. Hunks stay whole and share units as
 * long as they fit; a hunk or file that is too large alone is cut between its lines, preferably at
 * blank lines and where the indentation ends. Units do not overlap, so no code is judged twice.
 * Runs of a diff in which nothing changed are left out. The same input gives the same units.
 */
public final class ChangeSplitter {
  /** Fewer tokens than this hold no code worth asking about. */
  public static final int SMALLEST_BUDGET = 64;

  /** Text of more characters per token than this is cut before it is counted. */
  private static final int MOST_CHARACTERS_PER_TOKEN = 16;

  private final int budget;
  private final ToIntFunction<String> tokens;

  /**
   * @param budget the most tokens of a unit's text
   * @param tokens counts the tokens of a text
   * @throws AuditException if the budget is below {@value #SMALLEST_BUDGET}
   */
  public ChangeSplitter(int budget, ToIntFunction<String> tokens) {
    if (budget < SMALLEST_BUDGET) {
      throw new AuditException(
          ErrorClass.CONTEXT_TOO_SMALL,
          "Nothing can be reviewed",
          "prompt and answer leave "
              + budget
              + " tokens of the model's context for code, "
              + SMALLEST_BUDGET
              + " are the least",
          "Allow fewer new tokens, shorten the prompt or use a model with a longer context");
    }
    this.budget = budget;
    this.tokens = tokens;
  }

  /** The units of a change, in file order; none where nothing can be reviewed. */
  public List<Unit> split(FileChange change) {
    List<List<Piece>> groups = new ArrayList<>();
    List<Piece> pieces =
        PieceReader.read(change, budget / 2).stream().filter(Piece::isReviewable).toList();
    if (!pieces.isEmpty()) {
      addFitting(pieces, groups);
    }
    List<Unit> units = new ArrayList<>(groups.size());
    for (List<Piece> group : groups) {
      units.add(unit(units.size(), group));
    }
    return units;
  }

  /** Adds groups that fit, of all these pieces or of the parts they have to be cut into. */
  private void addFitting(List<Piece> pieces, List<List<Piece>> groups) {
    if (fits(pieces)) {
      groups.add(pieces);
    } else if (pieces.size() > 1) {
      greedy(pieces).forEach(group -> addFitting(group, groups));
    } else if (pieces.get(0).lines().size() > 1) {
      addFitting(cut(pieces.get(0)), groups);
    } else {
      groups.add(List.of(shrunk(pieces.get(0))));
    }
  }

  /** At least two groups, each of as many pieces as the sum of their tokens allows. */
  private List<List<Piece>> greedy(List<Piece> pieces) {
    List<List<Piece>> groups = new ArrayList<>();
    int from = 0;
    long sum = 0;
    for (int i = 0; i < pieces.size(); i++) {
      long count = count(pieces.get(i).text());
      // Together they did not fit, even if a tokenizer that is not additive says their sum does.
      boolean last = i == pieces.size() - 1 && groups.isEmpty();
      if (i > from && (sum + count > budget || last)) {
        groups.add(pieces.subList(from, i));
        from = i;
        sum = 0;
      }
      sum += count;
    }
    groups.add(pieces.subList(from, pieces.size()));
    return groups;
  }

  /** Two or more parts of a piece that does not fit, as large as the budget allows. */
  private List<Piece> cut(Piece piece) {
    List<UnitLine> lines = piece.lines();
    List<Piece> parts = new ArrayList<>();
    int from = 0;
    while (from < lines.size()) {
      int to = from + 1;
      long sum = count(piece.part(from, to).text());
      while (to < lines.size() && (sum += count(piece.shown(lines.get(to)))) <= budget) {
        to++;
      }
      if (to < lines.size()) {
        to = CutPoint.best(lines, from, to);
      } else if (from == 0) {
        // As a whole it did not fit, even if a tokenizer that is not additive says the lines do.
        to = lines.size() / 2;
      }
      parts.add(piece.part(from, to));
      from = to;
    }
    return parts.stream().filter(Piece::isReviewable).toList();
  }

  /** A piece of one line that does not fit, with less of what encloses it and less of the line. */
  private Piece shrunk(Piece piece) {
    Piece shrunk = piece.withoutHeaders();
    int characters = piece.lines().get(0).text().length();
    while (characters > 0 && !fits(List.of(shrunk))) {
      characters /= 2;
      shrunk = piece.withoutHeaders().withShortenedLine(characters);
    }
    return shrunk;
  }

  private boolean fits(List<Piece> pieces) {
    return count(text(pieces)) <= budget;
  }

  private int count(String text) {
    return text.length() > (long) budget * MOST_CHARACTERS_PER_TOKEN
        ? budget + 1
        : tokens.applyAsInt(text);
  }

  private static String text(List<Piece> pieces) {
    StringBuilder text = new StringBuilder();
    pieces.forEach(piece -> text.append(piece.text()));
    return text.toString();
  }

  private static Unit unit(int index, List<Piece> pieces) {
    List<UnitLine> lines = pieces.stream().flatMap(piece -> piece.lines().stream()).toList();
    boolean onNewSide = lines.stream().anyMatch(line -> line.newNumber() > 0);
    IntSummaryStatistics numbers =
        lines.stream()
            .mapToInt(line -> onNewSide ? line.newNumber() : line.oldNumber())
            .filter(number -> number > 0)
            .summaryStatistics();
    return new Unit(index, numbers.getMin(), numbers.getMax(), text(pieces), lines);
  }
}
