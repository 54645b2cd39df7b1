/**
 * What the runs of a series say together: which files each of them saw, and what became of the
 * findings of the runs before it.
 */
package org.codeaudit.job.series;
