/**
 * What runs found, for people and tools that do not read tables: here come in formats, each from
 * the same latest findings.
 */
package org.codeaudit.job.report;
