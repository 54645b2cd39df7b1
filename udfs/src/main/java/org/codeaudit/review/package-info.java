/**
 * The conversation about one unit: which questions its checks ask, in which order, and what becomes
 * of the answers. Knows the engine's requests and answers, and no Spark.
 */
package org.codeaudit.review;
