/** What an operator can see of a run while it goes on, through Spark's metrics system. */
package org.codeaudit.metrics;
