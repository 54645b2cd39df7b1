/**
 * What a reviewer is worth: a set of units with labels, findings matched with them, and the figures
 * that follow. docs/evaluation.md defines every one of them.
 */
package org.codeaudit.job.eval;
