package org.codeaudit.placement;

import org.codeaudit.model.PlacementRequest.Strategy;

/**
 * Why a model cannot be placed.
 *
 * @param strategy that was asked for
 * @param reason with the numbers: what is needed, and what is there
 * @param fix what to do about it
 */
public record Refusal(Strategy strategy, String reason, String fix) implements Placement {}
