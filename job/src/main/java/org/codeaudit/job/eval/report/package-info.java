/** An evaluation for people and programs: tables, charts, files. */
package org.codeaudit.job.eval.report;
