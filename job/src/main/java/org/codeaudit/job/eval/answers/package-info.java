/** Units of a set as rows that a review takes, and the rows it makes as what it said of them. */
package org.codeaudit.job.eval.answers;
