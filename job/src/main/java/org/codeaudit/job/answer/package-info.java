/** Answers as people read them: a page of Markdown for each model and time. */
package org.codeaudit.job.answer;
