package org.codeaudit.job.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.codeaudit.finding.Category;

/**
 * How well scores of questions about categories rank, by the area under the receiver operating
 * characteristic: the chance that a score of one sort is above one of the other, a tie counting
 * half (Hanley and McNeil, Radiology 143, 1982). 0.5 is chance.
 *
 * @param rightAboveOthers scores of the categories that units are about, against scores of all
 *     other categories
 * @param centred the same once each question's mean over all other units is subtracted: questions
 *     that lean to yes are not mistaken for findings
 * @param defectAboveClean scores of a category on units with its defect, against those on clean
 *     units of its kind, within each category
 * @param asked categories that units are about and have a score, of all that units are about: what
 *     was not asked has no score and no part in the other figures
 * @param byCategory of each category that units are about
 */
public record Ranking(
    OptionalDouble rightAboveOthers,
    OptionalDouble centred,
    OptionalDouble defectAboveClean,
    Share asked,
    Map<Category, Separation> byCategory) {

  /**
   * Scores of one unit.
   *
   * @param kinds the categories that it is about
   * @param defect whether it has their defects, or only looks so
   * @param scores of each category that was asked about
   */
  public record Scored(Set<Category> kinds, boolean defect, Map<Category, Double> scores) {}

  /**
   * What the question about one category tells apart.
   *
   * @param ownAboveOthers units about the category against all others
   * @param defectAboveClean of those about it, the defects against the clean ones
   */
  public record Separation(OptionalDouble ownAboveOthers, OptionalDouble defectAboveClean) {}

  /**
   * Ranks scores of a review; its figures are empty if there are none.
   *
   * @param scores which of a unit's
   */
  public static Ranking of(Review review, Function<ReviewedUnit, Map<Category, Double>> scores) {
    return of(
        review.units().stream()
            .map(
                unit ->
                    new Scored(
                        review.set().kinds(unit.unit()), !unit.unit().clean(), scores.apply(unit)))
            .toList());
  }

  /** Ranks scores; units that are about nothing, or have no scores, tell nothing. */
  static Ranking of(List<Scored> given) {
    List<Scored> units =
        given.stream().filter(u -> !u.kinds().isEmpty() && !u.scores().isEmpty()).toList();
    Map<Category, double[]> sums = sums(units);
    Area raw = new Area();
    Area centred = new Area();
    Map<Category, Sorts> sorts = new TreeMap<>();
    for (Scored unit : units) {
      unit.scores()
          .forEach(
              (category, score) -> {
                boolean own = unit.kinds().contains(category);
                raw.add(own, score);
                double[] sum = sums.get(category);
                double mean = sum[1] > 1 ? (sum[0] - score) / (sum[1] - 1) : 0;
                centred.add(own, score - mean);
                Sorts sort = sorts.computeIfAbsent(category, c -> new Sorts());
                sort.own.add(own, score);
                if (own) {
                  sort.defect.add(unit.defect(), score);
                }
              });
    }
    Area verdict = new Area();
    Map<Category, Separation> byCategory = new TreeMap<>();
    sorts.forEach(
        (category, sort) -> {
          if (!sort.own.above.isEmpty()) {
            verdict.addPairs(sort.defect);
            byCategory.put(category, new Separation(sort.own.value(), sort.defect.value()));
          }
        });
    return new Ranking(raw.value(), centred.value(), verdict.value(), asked(given), byCategory);
  }

  private static Share asked(List<Scored> units) {
    long all = 0;
    long asked = 0;
    for (Scored unit : units) {
      all += unit.kinds().size();
      asked += unit.kinds().stream().filter(unit.scores()::containsKey).count();
    }
    return new Share(asked, all);
  }

  /** Sum and number of each question's scores. */
  private static Map<Category, double[]> sums(List<Scored> units) {
    Map<Category, double[]> sums = new HashMap<>();
    for (Scored unit : units) {
      unit.scores()
          .forEach(
              (category, score) -> {
                double[] sum = sums.computeIfAbsent(category, c -> new double[2]);
                sum[0] += score;
                sum[1]++;
              });
    }
    return sums;
  }

  private static final class Sorts {
    final Area own = new Area();
    final Area defect = new Area();
  }

  /** The area over the scores of two sorts, and over pairs of others. */
  private static final class Area {
    final List<Double> above = new ArrayList<>();
    final List<Double> below = new ArrayList<>();
    private double wins;
    private double pairs;

    void add(boolean isAbove, double score) {
      (isAbove ? above : below).add(score);
    }

    /** Counts the pairs of another area, and none between the two. */
    void addPairs(Area other) {
      wins += other.won();
      pairs += (double) other.above.size() * other.below.size();
    }

    OptionalDouble value() {
      double all = pairs + (double) above.size() * below.size();
      return all == 0 ? OptionalDouble.empty() : OptionalDouble.of((wins + won()) / all);
    }

    /** Pairs in which the score above is larger, a tie counting half. */
    private double won() {
      double[] sorted = below.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      double sum = 0;
      for (double score : above) {
        int less = firstNotBelow(sorted, score);
        int notMore = less;
        while (notMore < sorted.length && sorted[notMore] == score) {
          notMore++;
        }
        sum += less + (notMore - less) / 2.0;
      }
      return sum;
    }

    private static int firstNotBelow(double[] sorted, double score) {
      int low = 0;
      int high = sorted.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (sorted[middle] < score) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
