/**
 * Where the values of a line come from, and which lines decide it: definitions and uses by name,
 * inside one file, on the syntax trees of {@link org.codeaudit.syntax}.
 */
package org.codeaudit.syntax.flow;
