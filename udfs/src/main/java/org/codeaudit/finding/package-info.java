/**
 * The schema of findings, and how an answer becomes trustworthy findings: parsing, anchoring to
 * real lines, fingerprints, redaction.
 */
package org.codeaudit.finding;
