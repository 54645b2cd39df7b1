package org.codeaudit.generate;

import java.io.Serializable;

/**
 * How the engine fills its steps.
 *
 * @param maxRunning the most sequences in one step
 * @param tokensPerStep the most tokens in one step: first one of each sequence that decodes, then
 *     chunks of prompts; at least {@code maxRunning}
 * @param growthTokens positions of cache a sequence reserves beyond those it needs now
 * @param sharesPrefixes whether first tokens that prompts have in common are computed once
 * @param draftLength the most tokens that are guessed behind an answer and verified with its next
 *     step; 0 for none
 * @param keepsAnswers whether what was computed for an answer stays for a prompt that goes on from
 *     it, as the next one of a conversation does, until the room is needed
 */
public record EngineSettings(
    int maxRunning,
    int tokensPerStep,
    int growthTokens,
    boolean sharesPrefixes,
    int draftLength,
    boolean keepsAnswers)
    implements Serializable {

  private static final int DRAFT_LENGTH = 16;

  /** Settings that share prefixes and draft. */
  public EngineSettings(int maxRunning, int tokensPerStep, int growthTokens) {
    this(maxRunning, tokensPerStep, growthTokens, true);
  }

  /** Settings that draft. */
  public EngineSettings(
      int maxRunning, int tokensPerStep, int growthTokens, boolean sharesPrefixes) {
    this(maxRunning, tokensPerStep, growthTokens, sharesPrefixes, DRAFT_LENGTH);
  }

  /** Settings that keep no answers. */
  public EngineSettings(
      int maxRunning,
      int tokensPerStep,
      int growthTokens,
      boolean sharesPrefixes,
      int draftLength) {
    this(maxRunning, tokensPerStep, growthTokens, sharesPrefixes, draftLength, false);
  }

  /** Sixteen sequences, 512 tokens a step, growing by 128. */
  public static final EngineSettings DEFAULT = new EngineSettings(16, 512, 128);

  /**
   * These settings with another batch; a step takes at least one token of each of its sequences.
   */
  public EngineSettings withMaxRunning(int sequences) {
    return new EngineSettings(
        sequences,
        Math.max(tokensPerStep, sequences),
        growthTokens,
        sharesPrefixes,
        draftLength,
        keepsAnswers);
  }

  /** These settings with drafts of at most so many tokens. */
  public EngineSettings withDraftLength(int tokens) {
    return new EngineSettings(
        maxRunning, tokensPerStep, growthTokens, sharesPrefixes, tokens, keepsAnswers);
  }

  /** These settings for conversations, whose prompts go on from answers. */
  public EngineSettings keepingAnswers() {
    return new EngineSettings(
        maxRunning, tokensPerStep, growthTokens, sharesPrefixes, draftLength, true);
  }

  public EngineSettings {
    if (maxRunning < 1) {
      throw new IllegalArgumentException("maxRunning must be at least 1, not " + maxRunning);
    }
    if (tokensPerStep < maxRunning) {
      throw new IllegalArgumentException(
          "tokensPerStep must be at least maxRunning (" + maxRunning + "), not " + tokensPerStep);
    }
    if (growthTokens < 1) {
      throw new IllegalArgumentException("growthTokens must be at least 1, not " + growthTokens);
    }
    if (draftLength < 0) {
      throw new IllegalArgumentException("draftLength must be 0 or more, not " + draftLength);
    }
  }
}
