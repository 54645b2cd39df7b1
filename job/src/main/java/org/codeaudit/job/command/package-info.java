/**
 * The commands, one class each, read as the flow of data from a source to tables. What they can be
 * told is parsed in {@code option}, what people see of a run is in {@code console}; a command that
 * grows gets a room of its own for what it does.
 */
package org.codeaudit.job.command;
