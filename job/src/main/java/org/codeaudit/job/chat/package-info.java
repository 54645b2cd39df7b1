/**
 * A conversation with a model: the command, what is typed on a terminal or comes through a pipe,
 * and the answer as it comes. Starts no Spark session: the engine runs in this JVM.
 */
package org.codeaudit.job.chat;
