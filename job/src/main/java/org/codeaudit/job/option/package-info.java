/**
 * What can be said on the command line, in SQL and in Spark ML: option groups that only parse into
 * the settings of other rooms. Nothing is decided here.
 */
package org.codeaudit.job.option;
