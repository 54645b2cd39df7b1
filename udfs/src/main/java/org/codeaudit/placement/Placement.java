package org.codeaudit.placement;

/** What came of the question where a model goes. */
public sealed interface Placement permits PlacementPlan, Refusal {}
