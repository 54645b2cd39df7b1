/** Makes datasets of what others publish: benchmarks, fixes, findings of other tools. */
package org.codeaudit.job.eval.convert;
