package org.codeaudit.job.source.skip;

import java.util.Optional;

/**
 * What a repository's {@code .gitattributes} say about a file.
 *
 * @param generated value of {@code linguist-generated}, empty if unspecified
 * @param vendored value of {@code linguist-vendored}, empty if unspecified
 */
public record LinguistMarks(Optional<Boolean> generated, Optional<Boolean> vendored) {
  public static final LinguistMarks NONE = new LinguistMarks(Optional.empty(), Optional.empty());
}
