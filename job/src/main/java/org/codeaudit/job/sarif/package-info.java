/**
 * The Static Analysis Results Interchange Format, version 2.1.0: findings of other tools as they
 * are read, and ours as they are written.
 */
package org.codeaudit.job.sarif;
