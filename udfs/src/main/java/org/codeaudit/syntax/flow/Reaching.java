package org.codeaudit.syntax.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.codeaudit.syntax.SyntaxTree;
import org.codeaudit.syntax.flow.Branches.Branch;

/**
 * Which definitions a read of a variable may see, inside one function. Looks backwards from the
 * read until a definition that surely happened and left nothing of the old value; those in branches
 * that constants rule out are not seen. One object answers one question, in so many steps.
 */
final class Reaching {
  private static final int MOST_STEPS = 200_000;

  private final Facts facts;
  private final SyntaxTree tree;
  private final Constants constants;
  private int steps;

  Reaching(Facts facts) {
    this.facts = facts;
    tree = facts.code().tree();
    constants = new Constants(facts, this);
  }

  Constants constants() {
    return constants;
  }

  /** Whether no more steps are left; everything is empty from then on. */
  boolean isExhausted() {
    return steps >= MOST_STEPS;
  }

  /**
   * The definitions that a read of the chain at a node may see, the nearest first.
   *
   * @param function the node whose inside is looked at, 0 for all
   */
  List<Definition> of(String chain, int at, int function) {
    List<Definition> reaching = new ArrayList<>();
    Optional<List<Branch>> live = constants.undecided(at, function);
    if (live.isEmpty()) {
      return reaching;
    }
    List<Branch> here = live.get();
    List<Definition> all = facts.definitions().all();
    int loop = outermostLoop(at, function);
    int behind = firstBehind(all, loop == SyntaxTree.NONE ? tree.start(at) : tree.end(loop));
    for (int i = behind - 1; i >= 0 && !isExhausted(); i--) {
      steps++;
      Definition definition = all.get(i);
      if (definition.effect() < tree.start(function)) {
        break;
      }
      if (!definition.concerns(chain) || !tree.isWithin(definition.target(), function)) {
        continue;
      }
      boolean later = definition.effect() > tree.start(at);
      if (later && !sharesLoop(definition.target(), at, function)) {
        continue;
      }
      Optional<List<Branch>> there = constants.undecided(definition.target(), function);
      if (there.isEmpty() || excluded(there.get(), here)) {
        continue;
      }
      reaching.add(definition);
      if (!later && definition.replaces(chain) && here.containsAll(there.get())) {
        break;
      }
    }
    return reaching;
  }

  /** The only definition a read sees; empty if it may see none, another or a later one. */
  Optional<Definition> only(String chain, int at, int function) {
    List<Definition> reaching = of(chain, at, function);
    return reaching.size() == 1 && reaching.get(0).replaces(chain)
        ? Optional.of(reaching.get(0))
        : Optional.empty();
  }

  private boolean excluded(List<Branch> there, List<Branch> here) {
    for (Branch one : there) {
      for (Branch other : here) {
        if (facts.branches().exclude(one, other)) {
          return true;
        }
      }
    }
    return false;
  }

  private int outermostLoop(int node, int function) {
    int loop = SyntaxTree.NONE;
    for (Branch branch : facts.branches().of(node, function)) {
      loop = facts.branches().isLoop(branch) ? branch.owner() : loop;
    }
    return loop;
  }

  private boolean sharesLoop(int one, int other, int function) {
    for (Branch branch : facts.branches().of(other, function)) {
      if (facts.branches().isLoop(branch) && tree.isWithin(one, branch.owner())) {
        return true;
      }
    }
    return false;
  }

  private static int firstBehind(List<Definition> all, int offset) {
    int low = 0;
    int high = all.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (all.get(middle).effect() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
