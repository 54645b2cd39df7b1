/**
 * The options of the command line, of SQL and of Spark ML: groups that are only parsed into the
 * settings of other rooms. Nothing is decided here.
 */
package org.codeaudit.job.option;
