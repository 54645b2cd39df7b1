package org.codeaudit.job.sarif;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.codeaudit.rule.Decision;

/**
 * One result of a tool.
 *
 * @param tool the name of the tool
 * @param rule the id of its rule; empty if it names none
 * @param summary what its rule is about, in a sentence; empty if the tool does not say
 * @param description the same at length; empty if the tool does not say
 * @param message what it says, in plain text
 * @param level {@code error}, {@code warning}, {@code note} or {@code none}
 * @param weaknesses numbers of its rule in the Common Weakness Enumeration, e.g. {@code CWE-89}, in
 *     the order in which the tool gives them
 * @param file its address, relative to the root of the sources where the tool says so
 * @param base the absolute folder to which the tool says that the address is relative; empty if it
 *     names none
 * @param startLine 1-based; empty if it is about the whole file
 * @param endLine inclusive
 * @param suppressed whether a suppression was accepted, by a comment in the code or elsewhere
 * @param decision what people have decided about it; empty if the log does not say, as those of
 *     {@code audit report} do
 */
public record SarifResult(
    String tool,
    Optional<String> rule,
    String summary,
    String description,
    String message,
    String level,
    List<String> weaknesses,
    String file,
    Optional<String> base,
    OptionalInt startLine,
    OptionalInt endLine,
    boolean suppressed,
    Optional<Decision> decision) {}
