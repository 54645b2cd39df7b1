/** Patches and whole files that stand in the columns of a table. */
package org.codeaudit.job.source.table;
