package org.codeaudit.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.web.Patience;

/** A version of a model that lies elsewhere: which files it has, and their bytes. */
interface RemoteModel {

  /** What names it, pinned. */
  ModelReference reference();

  /** Every file a checkpoint may need, none of them in folders. */
  List<RemoteFile> files();

  /** The revision its store gives it; empty where only its content can tell. */
  Optional<String> revision();

  /**
   * Bytes of a file, from {@code from} up to {@code to} or further; the caller closes the stream.
   *
   * @throws IOException if they cannot be read now; {@link Patience} says whether to try again
   */
  InputStream open(RemoteFile file, long from, long to) throws IOException;

  /**
   * Called when its files have been read.
   *
   * @throws AuditException {@code MODEL_CHANGED} if they may have changed meanwhile
   */
  void confirm();

  /** What a failed read of a file means to a user. */
  AuditException explain(RemoteFile file, IOException failure);
}
