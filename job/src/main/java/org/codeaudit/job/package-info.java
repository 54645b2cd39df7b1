/**
 * What the driver plans: the command line and its commands, each of which reads as the data flow.
 */
package org.codeaudit.job;
