package org.codeaudit.udf;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.codeaudit.change.FileChange;
import org.codeaudit.prompt.Unit;
import org.codeaudit.review.CheckedReview;
import org.codeaudit.review.Claim;
import org.codeaudit.review.ReviewedCode;
import org.codeaudit.token.ChatMessage;
import org.codeaudit.udf.row.UnitRow;
import org.codeaudit.udf.setting.ReviewSettings;

/**
 * What a model is shown of a unit.
 *
 * @param messages the open question, or the code that checks are asked about
 * @param code what checks are asked about; null if the open question is asked
 * @param commented the same with comments; empty if they are not considered or there are none
 */
public record ShownUnit(
    List<ChatMessage> messages, ReviewedCode code, Optional<ReviewedCode> commented) {

  /** Shows a unit as the settings want. */
  public static ShownUnit of(FileChange file, Unit unit, ReviewSettings settings) {
    if (!settings.checks().present()) {
      return new ShownUnit(settings.prompt().messages(file, unit), null, Optional.empty());
    }
    ReviewedCode code = ReviewedCode.of(file, unit);
    Optional<ReviewedCode> commented =
        settings.checks().comments()
            ? Optional.of(ReviewedCode.withComments(file, unit)).filter(with -> !with.equals(code))
            : Optional.empty();
    List<ChatMessage> messages =
        Stream.concat(Stream.of(code), commented.stream())
            .flatMap(shown -> CheckedReview.shown(shown).stream())
            .toList();
    return new ShownUnit(messages, code, commented);
  }

  /** See {@link UnitRow#contentKey}. */
  public String contentKey(ReviewSettings settings, List<Claim> claims) {
    return UnitRow.contentKey(messages, settings, claims);
  }
}
