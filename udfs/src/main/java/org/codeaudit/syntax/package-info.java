/**
 * What surrounds a line of code: code without its comments, the function a line is in, the lines
 * that decide it, and where its values come from. On the grammars of tree-sitter; nothing native
 * outlives a call. Works on parts of files too, as far as error recovery reaches; a language
 * without a grammar gives nothing, and callers continue without it.
 */
package org.codeaudit.syntax;
