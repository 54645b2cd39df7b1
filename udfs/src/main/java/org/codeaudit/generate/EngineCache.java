package org.codeaudit.generate;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.model.ModelFailure;
import org.codeaudit.model.ModelSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * At most one engine per JVM, which its tasks lease. The engine stays loaded between leases. When a
 * task asks for other settings, the engine is closed as soon as no task leases it any more, and the
 * other one is loaded in its place; so the memory never holds two models.
 *
 * <p>A load that fails leaves nothing behind: all callers that waited for it fail with its reason,
 * and the next call tries again. The same holds after an engine has ended with a failed step.
 */
public final class EngineCache {
  private static final Logger LOG = LoggerFactory.getLogger(EngineCache.class);
  private static final EngineCache SHARED = new EngineCache(TimeUnit.MINUTES.toNanos(30));

  static {
    // native code that still runs while the process unloads its libraries may crash
    Runtime.getRuntime().addShutdownHook(new Thread(SHARED::shutDown, "code-audit-engine-end"));
  }

  private final long patienceNanos;
  private Slot current;
  private boolean shutDown;

  /** Everything that decides what an engine is. */
  private record Key(ModelSettings model, EngineSettings engine) {}

  private static final class Slot {
    final Key key;
    final Engine engine;
    int leases = 1;

    Slot(Key key, Engine engine) {
      this.key = key;
      this.engine = engine;
    }
  }

  /** The right to use an engine until it is closed; closing it does not close the engine. */
  public final class Lease implements AutoCloseable {
    private final Slot slot;
    private boolean released;

    private Lease(Slot slot) {
      this.slot = slot;
    }

    public Engine engine() {
      return slot.engine;
    }

    @Override
    public void close() {
      boolean last;
      synchronized (EngineCache.this) {
        last = !released && --slot.leases == 0 && slot != current;
        released = true;
        EngineCache.this.notifyAll();
      }
      if (last) {
        slot.engine.close();
      }
    }
  }

  /**
   * @param patienceNanos how long to wait for others to release a different model
   */
  EngineCache(long patienceNanos) {
    this.patienceNanos = patienceNanos;
  }

  /** The JVM's own. */
  public static EngineCache shared() {
    return SHARED;
  }

  /**
   * Leases the engine of these settings; loads it if it is not loaded.
   *
   * @param loader called on the new engine's thread, once however many threads wait
   * @throws AuditException {@code MODEL_BUSY} if an engine of other settings has been leased all
   *     the while this call waited
   * @throws ModelFailure if this cache has {@linkplain #shutDown shut down}
   * @throws RuntimeException the loader's own failure
   * @throws InterruptedException if the caller was interrupted; others still get the engine
   */
  public Lease lease(ModelSettings model, EngineSettings settings, ModelLoader loader)
      throws InterruptedException {
    Slot slot = slot(new Key(model, settings), loader);
    Lease lease = new Lease(slot);
    try {
      slot.engine.awaitLoaded();
      return lease;
    } catch (Throwable failure) {
      forget(slot);
      lease.close();
      throw failure;
    }
  }

  /** The state of the engine that is loaded now, without leasing it or waiting. */
  public Optional<EngineReading> reading() {
    Slot slot;
    synchronized (this) {
      slot = current;
    }
    return slot == null ? Optional.empty() : slot.engine.reading();
  }

  /**
   * Ends the engine that is loaded now and closes its model, even if it is leased; the next lease
   * loads anew. The tokenizer stays open until the last lease is closed.
   */
  public void clear() {
    Slot slot;
    boolean leased;
    synchronized (this) {
      slot = current;
      leased = slot != null && slot.leases > 0;
      current = null;
      notifyAll();
    }
    if (slot != null) {
      end(slot.engine, leased);
    }
  }

  /**
   * Ends as {@link #clear} does, for good: a process that is going down may still begin tasks, and
   * must not load the model again for them.
   */
  void shutDown() {
    synchronized (this) {
      shutDown = true;
    }
    clear();
  }

  private synchronized Slot slot(Key key, ModelLoader loader) throws InterruptedException {
    long deadline = System.nanoTime() + patienceNanos;
    while (busyWithAnother(key)) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw busy(key);
      }
      wait(left);
    }
    if (shutDown) {
      throw new ModelFailure("This process is ending and loads no model any more", null);
    }
    if (current != null && !current.engine.ended() && current.key.equals(key)) {
      current.leases++;
      return current;
    }
    LOG.info("Loading the model {}", key.model().path());
    Callable<LoadedModel> load = () -> loader.load(key.model(), key.engine());
    current = new Slot(key, new Engine(after(current, load), key.engine()));
    return current;
  }

  /** A loader that first closes the previous model, so that the memory never holds two. */
  private static Callable<LoadedModel> after(Slot previous, Callable<LoadedModel> loader) {
    if (previous == null) {
      return loader;
    }
    boolean leased = previous.leases > 0;
    return () -> {
      end(previous.engine, leased);
      return loader.call();
    };
  }

  /** Keeps the tokenizer of an engine that is still leased: it may be in use. */
  private static void end(Engine engine, boolean leased) {
    if (leased) {
      engine.stop();
    } else {
      engine.close();
    }
  }

  private boolean busyWithAnother(Key key) {
    return current != null
        && !current.engine.ended()
        && !current.key.equals(key)
        && current.leases > 0;
  }

  private synchronized void forget(Slot slot) {
    if (slot == current && slot.engine.ended()) {
      current = null;
    }
  }

  private AuditException busy(Key key) {
    return new AuditException(
        ErrorClass.MODEL_BUSY,
        "Cannot load " + key.model().path(),
        "this JVM holds one model at a time and "
            + current.leases
            + " tasks have been using "
            + current.key.model().path()
            + " for "
            + TimeUnit.NANOSECONDS.toSeconds(patienceNanos)
            + " seconds",
        "Run one model after the other, or give each its own executors");
  }
}
