package org.codeaudit.job.sink;

import java.util.OptionalLong;

/**
 * Why a run ended before its input did.
 *
 * @param budget what was used up: {@code time} or {@code tokens}
 * @param inputsLeft inputs that are not done; empty if counting them would have taken too long
 */
public record Stop(String budget, OptionalLong inputsLeft) {}
