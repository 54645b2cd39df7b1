/** Units of which it is known what is wrong with them, and the files that hold them. */
package org.codeaudit.job.eval.dataset;
