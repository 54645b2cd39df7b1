/**
 * The code in an answer: its fenced blocks with language and file, whether they parse, what they
 * import, and what commands of the user say about them.
 */
package org.codeaudit.code;
