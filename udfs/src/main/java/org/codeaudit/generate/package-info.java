/**
 * Which sequence steps next and which token may follow: the engine that every task of the JVM
 * shares and its scheduler. What is asked and answered is in {@code request}, the grammars of
 * constrained answers in {@code grammar}. Decides; knows no tensors.
 */
package org.codeaudit.generate;
