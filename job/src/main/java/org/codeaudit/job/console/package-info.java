/**
 * What people see of a run while it goes on and when it has ended: the progress line, summaries,
 * aligned columns, and files of figures.
 */
package org.codeaudit.job.console;
