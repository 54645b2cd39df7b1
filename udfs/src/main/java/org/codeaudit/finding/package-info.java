/**
 * The schema of findings, and turning an answer into trustworthy ones: parsing, anchoring to real
 * lines, fingerprints, redaction.
 */
package org.codeaudit.finding;
