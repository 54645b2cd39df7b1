/** Checks whether a machine can do its work: what {@code audit doctor} looks at. */
package org.codeaudit.job.doctor;
