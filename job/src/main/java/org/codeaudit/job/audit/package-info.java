/**
 * What makes a run one of a series: the waves it runs in, and what it need not ask again because an
 * earlier run has.
 */
package org.codeaudit.job.audit;
