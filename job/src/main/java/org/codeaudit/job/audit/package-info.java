/**
 * What makes a run one of a series: the waves it is done in, and what it need not ask again because
 * an earlier one has.
 */
package org.codeaudit.job.audit;
