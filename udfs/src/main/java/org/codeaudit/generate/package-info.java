/**
 * Which sequence steps next and which token may follow: the engine that every task of the JVM
 * shares, its scheduler, and the grammars of constrained output. Decides; knows no tensors.
 */
package org.codeaudit.generate;
