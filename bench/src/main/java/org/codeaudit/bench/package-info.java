/**
 * Measures what the product costs: loading, throughput, overheads, single methods. For people who
 * build it or choose a machine; the product's jar has none of it. Figures of shared machines are
 * noisy: compare two builds in one session, never a figure with one from another day.
 */
package org.codeaudit.bench;
