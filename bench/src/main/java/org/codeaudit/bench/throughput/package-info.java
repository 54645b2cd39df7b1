/**
 * How fast a workload that never changes is done, and the model alone; beside them what the machine
 * does at most.
 */
package org.codeaudit.bench.throughput;
