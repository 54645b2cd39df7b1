package org.codeaudit.job.source.repository;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * A reader that keeps what it read last: along a history, a commit's tree and files are read again
 * as those of the parent of the commit before, and folders again for their {@code .gitattributes}.
 * Used by one thread.
 */
final class RecentObjects extends ObjectReader.Filter {
  private final ObjectReader reader;
  private final Kept kept;

  RecentObjects(ObjectReader reader) {
    this(reader, new Kept());
  }

  private RecentObjects(ObjectReader reader, Kept kept) {
    this.reader = reader;
    this.kept = kept;
  }

  @Override
  protected ObjectReader delegate() {
    return reader;
  }

  /** Another reader, for the same thread, that keeps the same objects. */
  @Override
  public ObjectReader newReader() {
    return new RecentObjects(reader.newReader(), kept);
  }

  @Override
  public ObjectLoader open(AnyObjectId id) throws IOException {
    return open(id, OBJ_ANY);
  }

  @Override
  public ObjectLoader open(AnyObjectId id, int type) throws IOException {
    ObjectLoader known = kept.objects.get(id);
    if (known != null && (type == OBJ_ANY || type == known.getType())) {
      return known;
    }
    ObjectLoader read = reader.open(id, type);
    if (read.getType() == Constants.OBJ_TREE || read.getType() == Constants.OBJ_BLOB) {
      kept.keep(id.copy(), read);
    }
    return read;
  }

  @Override
  public long getObjectSize(AnyObjectId id, int type) throws IOException {
    ObjectLoader known = kept.objects.get(id);
    return known == null ? reader.getObjectSize(id, type) : known.getSize();
  }

  /** Small objects, the least recently used first. */
  private static final class Kept {
    private static final int LARGEST_BYTES = 1 << 20;
    private static final int MOST_BYTES = 16 << 20;

    private final Map<ObjectId, ObjectLoader> objects = new LinkedHashMap<>(256, 0.75f, true);
    private long bytes;

    void keep(ObjectId id, ObjectLoader object) {
      if (object.isLarge() || object.getSize() > LARGEST_BYTES) {
        return;
      }
      bytes += object.getSize();
      ObjectLoader replaced = objects.put(id, object);
      bytes -= replaced == null ? 0 : replaced.getSize();
      Iterator<ObjectLoader> oldest = objects.values().iterator();
      while (bytes > MOST_BYTES) {
        bytes -= oldest.next().getSize();
        oldest.remove();
      }
    }
  }
}
