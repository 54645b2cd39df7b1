/**
 * {@code ai_generate} and {@code ai_review} inside queries: functions that a planner rule extracts
 * from expressions, so that the model is asked about many rows at once.
 */
package org.codeaudit.job.sql;
