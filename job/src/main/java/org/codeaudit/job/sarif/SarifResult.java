package org.codeaudit.job.sarif;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One result of a tool.
 *
 * @param tool the name of the tool
 * @param rule the id of its rule; empty if it names none
 * @param message what it says, in plain text
 * @param level {@code error}, {@code warning}, {@code note} or {@code none}
 * @param weaknesses numbers of its rule in the Common Weakness Enumeration, e.g. {@code CWE-89}, in
 *     the order in which the tool gives them
 * @param file its address, relative to the root of the sources where the tool says so
 * @param startLine 1-based; empty if it is about the whole file
 * @param endLine inclusive
 * @param suppressed whether a suppression was accepted, by a comment in the code or elsewhere
 */
public record SarifResult(
    String tool,
    Optional<String> rule,
    String message,
    String level,
    List<String> weaknesses,
    String file,
    OptionalInt startLine,
    OptionalInt endLine,
    boolean suppressed) {}
