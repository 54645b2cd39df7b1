package org.codeaudit.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.codeaudit.change.Line;
import org.codeaudit.prompt.Side;
import org.codeaudit.prompt.Unit;
import org.codeaudit.prompt.UnitLine;

/**
 * Finds the lines of a unit that a quote was copied from. Lines are compared without the white
 * space around them and, if that finds nothing, with every run of white space as one space. A quote
 * of several lines matches consecutive lines of one side. The old side is searched only if the code
 * after the change does not contain the quote; of several places, the first with an added line is
 * preferred, then the first.
 */
public final class AnchorResolver {
  private AnchorResolver() {}

  /** The place of a quote among the unit's quotable lines. */
  public static Anchor resolve(String quote, Unit unit) {
    List<String> wanted = quotedLines(quote);
    if (wanted.isEmpty()) {
      return Anchor.UNMATCHED;
    }
    for (UnaryOperator<String> form :
        List.<UnaryOperator<String>>of(String::strip, AnchorResolver::collapsed)) {
      for (Side side : List.of(Side.NEW, Side.OLD)) {
        List<List<UnitLine>> places = places(wanted, unit, side, form);
        if (!places.isEmpty()) {
          return anchor(places, side);
        }
      }
    }
    return Anchor.UNMATCHED;
  }

  /** One line of the new side, by its 1-based number; unmatched if it is not in the unit. */
  static Anchor at(int line, Unit unit) {
    return unit.lines().stream()
        .filter(shown -> shown.newNumber() == line)
        .findFirst()
        .map(
            shown ->
                new Anchor(
                    AnchorStatus.EXACT,
                    Optional.of(Side.NEW),
                    OptionalInt.of(line),
                    OptionalInt.of(line),
                    List.of(shown)))
        .orElse(Anchor.UNMATCHED);
  }

  private static List<String> quotedLines(String quote) {
    List<String> lines = new ArrayList<>(quote.lines().toList());
    while (!lines.isEmpty() && lines.get(0).isBlank()) {
      lines.remove(0);
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }

  private static String collapsed(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static List<List<UnitLine>> places(
      List<String> quote, Unit unit, Side side, UnaryOperator<String> form) {
    ToIntFunction<UnitLine> number = side == Side.NEW ? UnitLine::newNumber : UnitLine::oldNumber;
    List<UnitLine> lines =
        unit.lines().stream().filter(line -> number.applyAsInt(line) > 0).toList();
    List<String> wanted = quote.stream().map(form).toList();
    List<String> texts = lines.stream().map(line -> form.apply(line.text())).toList();
    List<List<UnitLine>> places = new ArrayList<>();
    for (int at = 0; at + wanted.size() <= lines.size(); at++) {
      List<UnitLine> place = lines.subList(at, at + wanted.size());
      if (texts.get(at).equals(wanted.get(0))
          && texts.subList(at, at + wanted.size()).equals(wanted)
          && isConsecutive(place, number)
          && isQuotable(place)) {
        places.add(place);
      }
    }
    return places;
  }

  private static boolean isConsecutive(List<UnitLine> place, ToIntFunction<UnitLine> number) {
    UnitLine last = place.get(place.size() - 1);
    return number.applyAsInt(last) - number.applyAsInt(place.get(0)) == place.size() - 1;
  }

  /** Braces and blank lines are no evidence by themselves but may stand within a longer quote. */
  private static boolean isQuotable(List<UnitLine> place) {
    return place.stream().anyMatch(UnitLine::quotable);
  }

  private static Anchor anchor(List<List<UnitLine>> places, Side side) {
    List<UnitLine> chosen =
        places.stream()
            .min(Comparator.comparing(place -> !hasAddedLine(place))) // the first of equals
            .orElseThrow();
    ToIntFunction<UnitLine> number = side == Side.NEW ? UnitLine::newNumber : UnitLine::oldNumber;
    return new Anchor(
        places.size() == 1 ? AnchorStatus.EXACT : AnchorStatus.AMBIGUOUS,
        Optional.of(side),
        OptionalInt.of(number.applyAsInt(chosen.get(0))),
        OptionalInt.of(number.applyAsInt(chosen.get(chosen.size() - 1))),
        chosen);
  }

  private static boolean hasAddedLine(List<UnitLine> place) {
    return place.stream().anyMatch(line -> line.kind() == Line.Kind.ADDED);
  }
}
