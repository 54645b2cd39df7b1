/** Functions that count and measure a sample of a source, for plans of a run. */
package org.codeaudit.udf.sample;
