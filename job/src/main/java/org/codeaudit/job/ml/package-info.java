/**
 * The model as stages of Spark ML pipelines, over the same functions as {@code ai_generate} and
 * {@code ai_review}.
 */
package org.codeaudit.job.ml;
