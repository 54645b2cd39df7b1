/**
 * {@code format("git")}: commits or files of repositories as rows, planned on the driver and read
 * where the partition runs.
 */
package org.codeaudit.job.source.git;
