/**
 * What is reviewed and what is skipped, by name, size, language and marks; and bytes as text. Every
 * source asks here.
 */
package org.codeaudit.job.source.skip;
