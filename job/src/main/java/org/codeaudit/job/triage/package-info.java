/**
 * Findings of other tools judged: which line of which file each is about, what is asked of it, and
 * what becomes of the answers.
 */
package org.codeaudit.job.triage;
