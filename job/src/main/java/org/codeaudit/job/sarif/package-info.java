/** Findings of other tools: the Static Analysis Results Interchange Format, version 2.1.0. */
package org.codeaudit.job.sarif;
