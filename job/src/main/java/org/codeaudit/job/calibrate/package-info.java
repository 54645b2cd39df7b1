/** Fits what scores mean to labelled units. */
package org.codeaudit.job.calibrate;
