/**
 * Output grammars: automata over bytes, applied to the tokens of a vocabulary. An {@code Element}
 * describes a form, a {@code Position} is a place in it, {@code ByteGrammar} walks one answer
 * along.
 */
package org.codeaudit.generate.grammar;
