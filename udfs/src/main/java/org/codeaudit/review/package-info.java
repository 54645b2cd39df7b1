/**
 * The conversation about one unit: which questions its checks ask, in which order, and how the
 * answers are used. Knows the engine's requests and answers, and no Spark.
 */
package org.codeaudit.review;
