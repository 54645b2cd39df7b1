package org.codeaudit.job.sarif;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.finding.Category;

/**
 * The category that a weakness belongs to: the one with its number, or else the one that is meant
 * when analysers report a weakness above, below or beside it in the Common Weakness Enumeration.
 */
public final class WeaknessCategories {
  private static final Map<Category, List<Integer>> RELATIVES =
      Map.ofEntries(
          Map.entry(Category.SQL_INJECTION, List.of(564, 943)),
          Map.entry(Category.COMMAND_INJECTION, List.of(77, 88)),
          Map.entry(Category.CODE_INJECTION, List.of(95, 96, 470, 917, 1336)),
          Map.entry(Category.XPATH_INJECTION, List.of(91)),
          Map.entry(Category.PATH_TRAVERSAL, List.of(23, 35, 36, 73, 99)),
          Map.entry(Category.CROSS_SITE_SCRIPTING, List.of(80, 83, 87, 116)),
          Map.entry(Category.XML_EXTERNAL_ENTITY, List.of(776, 827)),
          Map.entry(Category.HARD_CODED_SECRET, List.of(259, 321)),
          Map.entry(Category.WEAK_CRYPTOGRAPHY, List.of(326, 329, 780)),
          Map.entry(Category.WEAK_HASH, List.of(759, 760, 916)),
          Map.entry(Category.WEAK_RANDOMNESS, List.of(331, 335, 338, 1241)),
          Map.entry(Category.INSECURE_COOKIE, List.of(1004, 1275)),
          Map.entry(Category.MISSING_AUTHENTICATION, List.of(287)),
          Map.entry(Category.MISSING_AUTHORIZATION, List.of(284, 285, 639, 863)),
          Map.entry(Category.INFORMATION_EXPOSURE, List.of(201, 209, 215, 497, 532)),
          Map.entry(Category.RACE_CONDITION, List.of(366, 367, 567, 662)),
          Map.entry(Category.DEADLOCK, List.of(667)),
          Map.entry(Category.RESOURCE_LEAK, List.of(401, 404, 459, 775)),
          Map.entry(Category.NULL_DEREFERENCE, List.of(690)),
          Map.entry(Category.USE_AFTER_FREE, List.of(415, 562, 825)),
          Map.entry(Category.BUFFER_OVERFLOW, List.of(119, 121, 122, 125, 126, 131, 787)),
          Map.entry(Category.INTEGER_OVERFLOW, List.of(191, 197, 680, 681)),
          Map.entry(Category.UNCHECKED_ERROR, List.of(390, 391, 703, 754, 755)));

  private WeaknessCategories() {}

  /**
   * The category of the first weakness that has one.
   *
   * @param weaknesses such as {@code CWE-89}
   */
  public static Optional<Category> of(List<String> weaknesses) {
    return weaknesses.stream().flatMap(number -> of(number).stream()).findFirst();
  }

  private static Optional<Category> of(String weakness) {
    Stream<Category> own =
        Arrays.stream(Category.values()).filter(c -> c.cwe().equals(Optional.of(weakness)));
    Stream<Category> related =
        Arrays.stream(Category.values())
            .filter(
                c ->
                    RELATIVES.getOrDefault(c, List.of()).stream()
                        .anyMatch(number -> weakness.equals("CWE-" + number)));
    return Stream.concat(own, related).findFirst();
  }
}
