/** {@code format("diff")}: patch files, mailboxes and pipes as rows. */
package org.codeaudit.job.source.patch;
