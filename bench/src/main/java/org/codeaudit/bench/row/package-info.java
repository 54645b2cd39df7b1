/** JMH benchmarks of what runs for every token or every row. */
package org.codeaudit.bench.row;
