package org.codeaudit.placement;

/** The answer to the question where a model goes. */
public sealed interface Placement permits PlacementPlan, Refusal {}
