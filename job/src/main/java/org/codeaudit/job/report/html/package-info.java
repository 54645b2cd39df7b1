/**
 * What the runs of a folder found as one page that needs nothing else: read from the tables, shown
 * by the template {@code report.jte}. All text of tables is shown by {@link
 * org.codeaudit.job.report.VisibleText} and escaped by the template.
 */
package org.codeaudit.job.report.html;
