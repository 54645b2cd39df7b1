/**
 * What runs found, for people and tools that do not read tables: which findings stand, and their
 * text made safe to show. Each form of a report has a room of its own.
 */
package org.codeaudit.job.report;
