/**
 * Repositories on servers: copies on this disk, brought up to date by the git program and shared by
 * the processes of a machine.
 */
package org.codeaudit.job.source.mirror;
