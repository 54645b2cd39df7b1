/**
 * How good a reviewer is: findings matched with labels, and the figures that follow. Knows neither
 * Spark nor files; docs/evaluation.md defines every figure.
 */
package org.codeaudit.job.eval;
