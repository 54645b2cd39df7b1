/**
 * Prompts as rows: from a text, files, lines of JSON or any table, and templates filled by them.
 */
package org.codeaudit.job.source.prompt;
