/**
 * What changed: files, hunks and lines of a diff, parsed from unified diff text. No input or
 * output.
 */
package org.codeaudit.change;
