package org.codeaudit.syntax.flow;

import java.util.List;
import java.util.regex.Pattern;
import org.codeaudit.syntax.ParsedCode;

/**
 * Where the values come from that a line uses: back through assignments by name in the function
 * around it, and through functions of the same code. Made to be robust rather than complete: no
 * types, no aliases, no other files; in which order methods are called is not known. Branches that
 * constants rule out are left out, and what is kept under a constant key is told from what is kept
 * under another.
 */
public final class Flow {
  private final Facts facts;

  private Flow(ParsedCode code) {
    facts = new Facts(code);
  }

  /** Finds out about the code what all questions need; may be shared by threads. */
  public static Flow of(ParsedCode code) {
    return new Flow(code);
  }

  /**
   * The ways by which values reach a line, from a pattern's match or from a parameter of a function
   * that this code does not call.
   *
   * @param line 1-based line in question
   * @param sources what to begin at, found anywhere in a line's code, e.g. {@code
   *     request\.getParameter}; a value that matches is not looked behind
   * @return distinct ways, at most 32, those from a pattern first; none for a line without code or
   *     one that never runs
   */
  public List<FlowPath> to(int line, List<Pattern> sources) {
    return new FlowSearch(facts, sources).to(line);
  }

  Facts facts() {
    return facts;
  }
}
