/**
 * The engine that all tasks of the JVM share. Each of its steps is planned by the scheduler, run by
 * the model and applied to the sequences. Requests and results are in {@code request}, the grammars
 * of constrained answers in {@code grammar}, a single answer in {@code answer}. Knows no tensors.
 */
package org.codeaudit.generate;
