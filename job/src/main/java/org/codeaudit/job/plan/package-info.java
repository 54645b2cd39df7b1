/** What a run will cost, estimated before it is started. */
package org.codeaudit.job.plan;
