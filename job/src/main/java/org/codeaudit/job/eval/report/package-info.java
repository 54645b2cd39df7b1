/** An evaluation for people and programs: tables, pictures, files. */
package org.codeaudit.job.eval.report;
