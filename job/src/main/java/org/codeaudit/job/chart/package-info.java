/** Pictures of lines and words, as SVG text or PNG files. */
package org.codeaudit.job.chart;
