package org.codeaudit.model.torch;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.codeaudit.model.CacheSpace;
import org.codeaudit.model.KeyValueCache;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.torch.StepInputs.Run;
import org.codeaudit.model.torch.StepInputs.Stretch;
import org.codeaudit.model.torch.program.DecoderProgram;

/**
 * Which region of the decoder's cache belongs to which sequence, and how much of it is filled. The
 * keys and values themselves are in the decoder. After it is closed no method may be called.
 */
final class TorchKeyValueCache implements KeyValueCache {
  /** An open sequence. */
  private static final class Region {
    /** Its place among the recurrent states; 0 if the model has none. */
    private int state;

    private int start;
    private int capacity;
    private int length;
    private Region parent;

    /** Positions of the parent that it begins with. */
    private int shared;

    private int children;

    /** The positions of other sequences that it begins with. */
    private List<Stretch> before() {
      return parent == null ? List.of() : parent.first(shared);
    }

    /** Its first positions, shared ones included. */
    private List<Stretch> first(int positions) {
      if (parent != null && positions <= shared) {
        return parent.first(positions);
      }
      List<Stretch> stretches = new ArrayList<>(before());
      stretches.add(new Stretch(start, positions - shared));
      return stretches;
    }
  }

  private final DecoderProgram program;
  private final int contextLength;
  private final KvArena arena;
  private final StateBook states;
  private final Map<Integer, Region> sequences = new HashMap<>();
  private int nextHandle;
  private boolean closed;

  /**
   * @param program moves keys and values; is not closed
   * @param positions of the whole cache
   * @param states places of recurrent states; 0 for a model without
   * @param contextLength the most positions of a sequence
   */
  TorchKeyValueCache(DecoderProgram program, int positions, int states, int contextLength) {
    this.program = program;
    this.contextLength = contextLength;
    this.arena = new KvArena(positions);
    this.states = new StateBook(states);
  }

  @Override
  public int open(int capacity) {
    checkOpen();
    checkCapacity(capacity);
    OptionalInt start = states.hasRoom() ? arena.take(capacity) : OptionalInt.empty();
    if (start.isEmpty()) {
      return -1;
    }
    Region region = new Region();
    region.state = states.take();
    region.start = start.getAsInt();
    region.capacity = capacity;
    sequences.put(nextHandle, region);
    return nextHandle++;
  }

  @Override
  public int open(int parent, int positions, int capacity) {
    Region shared = region(parent);
    if (!keepsPositions()) {
      throw new UnsupportedOperationException("recurrent states cannot be shared");
    }
    if (positions < 1 || positions > length(parent)) {
      throw new IllegalArgumentException(
          "sequence " + parent + " holds " + length(parent) + " positions, not " + positions);
    }
    checkCapacity(positions + capacity);
    int handle = open(capacity);
    if (handle >= 0) {
      Region region = sequences.get(handle);
      region.parent = shared;
      region.shared = positions;
      shared.children++;
    }
    return handle;
  }

  /**
   * Opens a sequence whose own positions hold copies of those of another.
   *
   * @param sequence shares no positions of others
   * @param capacity positions of the new one; at least those of the other
   * @return a handle, or -1 as {@link #open(int)}
   * @throws UnsupportedOperationException if the model does not keep positions
   */
  int openCopy(int sequence, int capacity) {
    Region source = region(sequence);
    if (!keepsPositions()) {
      throw new UnsupportedOperationException("recurrent states cannot be copied");
    }
    if (source.shared > 0 || capacity < source.length) {
      throw new IllegalArgumentException(
          "sequence " + sequence + " cannot be copied into " + capacity + " positions");
    }
    int handle = open(capacity);
    if (handle >= 0 && source.length > 0) {
      Region region = sequences.get(handle);
      move(source, region.start);
      region.length = source.length;
    }
    return handle;
  }

  @Override
  public boolean keepsPositions() {
    return states.none();
  }

  @Override
  public boolean reserve(int sequence, int capacity) {
    Region region = region(sequence);
    checkCapacity(region.shared + capacity);
    if (capacity <= region.capacity) {
      return true;
    }
    if (!arena.extend(region.start, region.capacity, capacity)) {
      OptionalInt start = arena.take(capacity);
      if (start.isEmpty()) {
        return false;
      }
      if (region.length > 0) {
        move(region, start.getAsInt());
      }
      arena.give(region.start, region.capacity);
      region.start = start.getAsInt();
    }
    region.capacity = capacity;
    return true;
  }

  private void move(Region region, int target) {
    try {
      program.move(region.start, target, region.length);
    } catch (EngineException e) {
      throw new ModelFailure("libtorch failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void truncate(int sequence, int length) {
    Region region = region(sequence);
    if (!keepsPositions()) {
      throw new UnsupportedOperationException("recurrent states cannot be taken back");
    }
    if (length < region.shared || length > region.shared + region.length) {
      throw new IllegalArgumentException(
          "sequence "
              + sequence
              + " cannot be cut to "
              + length
              + " positions: it holds "
              + (region.shared + region.length)
              + ", the first "
              + region.shared
              + " of another");
    }
    checkChildless(sequence, region);
    region.length = length - region.shared;
  }

  @Override
  public int length(int sequence) {
    Region region = region(sequence);
    return region.shared + region.length;
  }

  @Override
  public int freeTokens() {
    checkOpen();
    return arena.free();
  }

  @Override
  public List<CacheSpace> spaces() {
    checkOpen();
    List<CacheSpace.Region> positions = new ArrayList<>(arena.gaps());
    List<CacheSpace.Region> places = new ArrayList<>(states.free());
    sequences.forEach(
        (handle, region) -> {
          positions.add(CacheSpace.Region.of(handle, region.start, region.capacity));
          places.add(CacheSpace.Region.of(handle, region.state, 1));
        });
    CacheSpace cache = new CacheSpace("positions", arena.positions(), positions);
    return keepsPositions()
        ? List.of(cache)
        : List.of(cache, new CacheSpace("recurrent states", states.places(), places));
  }

  @Override
  public void close(int sequence) {
    Region region = region(sequence);
    checkChildless(sequence, region);
    if (region.parent != null) {
      region.parent.children--;
    }
    sequences.remove(sequence);
    arena.give(region.start, region.capacity);
    states.give(region.state);
  }

  /**
   * Checks that tokens fit behind those that a sequence holds.
   *
   * @throws IllegalArgumentException if they do not, or there is no such sequence
   */
  void checkRoom(int sequence, int tokens) {
    Region region = region(sequence);
    if (tokens > region.capacity - region.length) {
      throw new IllegalArgumentException(
          tokens
              + " tokens do not fit sequence "
              + sequence
              + ", which holds "
              + region.length
              + " of "
              + region.capacity);
    }
  }

  /** Tokens that a sequence is to append, with its region of the cache. */
  Run run(int sequence, int[] tokens) {
    Region region = region(sequence);
    return new Run(region.start, region.length, region.state, region.before(), tokens);
  }

  /** Counts tokens that were appended to a sequence. */
  void appended(int sequence, int tokens) {
    region(sequence).length += tokens;
  }

  /** Closes all sequences; the decoder frees the memory. */
  void close() {
    closed = true;
    sequences.clear();
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
  }

  private static void checkChildless(int sequence, Region region) {
    if (region.children > 0) {
      throw new IllegalStateException(
          region.children + " open sequences begin with positions of sequence " + sequence);
    }
  }

  private void checkCapacity(int capacity) {
    if (capacity < 1 || capacity > contextLength) {
      throw new IllegalArgumentException(
          "capacity must be 1 to " + contextLength + ", not " + capacity);
    }
  }

  private Region region(int sequence) {
    checkOpen();
    Region region = sequences.get(sequence);
    if (region == null) {
      throw new IllegalArgumentException("no open sequence " + sequence);
    }
    return region;
  }
}
