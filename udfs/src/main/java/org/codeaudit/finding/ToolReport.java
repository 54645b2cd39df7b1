package org.codeaudit.finding;

/**
 * A report of another tool that a finding judges.
 *
 * @param id unique among all reports of a run
 * @param tool its name
 * @param rule the id of the tool's rule; empty if it names none
 * @param line 1-based line of the file that is judged
 */
public record ToolReport(String id, String tool, String rule, int line) {}
