/**
 * A git repository on this disk, read with JGit: where it lies, which commits a range names, trees,
 * their differences, and what git's errors mean. Knows nothing of rows.
 */
package org.codeaudit.job.source.repository;
