/**
 * Output grammars: automata over bytes, applied to the tokens of a vocabulary. An {@code Element}
 * describes a part of a form, a {@code Position} is a state in it, and a {@code ByteGrammar}
 * follows one answer through the form.
 */
package org.codeaudit.generate.grammar;
