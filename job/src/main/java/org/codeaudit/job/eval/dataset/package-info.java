/** Units with known defects, and the files that hold them. */
package org.codeaudit.job.eval.dataset;
