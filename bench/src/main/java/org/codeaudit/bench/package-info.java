/**
 * JMH benchmarks of what runs for every token or every row. Figures of shared machines are noisy:
 * compare two builds in one go, never a figure with one of another day.
 */
package org.codeaudit.bench;
