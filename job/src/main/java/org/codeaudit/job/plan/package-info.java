/** What a run will come to, estimated before it is started. */
package org.codeaudit.job.plan;
