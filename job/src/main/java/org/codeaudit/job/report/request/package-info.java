/**
 * What a merge request is told of the findings in it: a summary, comments on its lines, a list for
 * the code host, and whether it may pass. Nothing here talks to a server; texts of models and
 * repositories are data that must not become markup.
 */
package org.codeaudit.job.report.request;
