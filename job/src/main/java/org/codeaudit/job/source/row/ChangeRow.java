package org.codeaudit.job.source.row;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.unsafe.types.UTF8String;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.Hashes;
import org.codeaudit.change.ChangeKind;
import org.codeaudit.udf.row.ChangeSchema;
import org.codeaudit.udf.row.Flattened;

/** One row of {@link ChangeSchema} while it is put together; unset columns are null. */
public final class ChangeRow {
  private final Origin origin;
  private final String path;
  private final ChangeKind kind;
  private String oldPath;
  private String language;
  private byte[] diff;
  private byte[] content;
  private byte[] rules;
  private Long bytes;
  private String skipReason;
  private String errorClass;
  private String errorMessage;

  /**
   * What all rows of a commit share.
   *
   * @param commitId null where no commit is known; so are the next two
   */
  public record Origin(String repository, String commitId, String parentId, Instant committedAt) {
    public static Origin of(String repository) {
      return new Origin(repository, null, null, null);
    }
  }

  private ChangeRow(Origin origin, String path, ChangeKind kind) {
    this.origin = origin;
    this.path = path;
    this.kind = kind;
  }

  public static ChangeRow of(Origin origin, String path, ChangeKind kind) {
    return new ChangeRow(origin, path, kind);
  }

  /** A row that stands for a whole commit, patch or repository. */
  public static ChangeRow whole(Origin origin) {
    return new ChangeRow(origin, "", ChangeKind.MODIFIED);
  }

  public ChangeRow oldPath(String value) {
    oldPath = value;
    return this;
  }

  public ChangeRow language(String value) {
    language = value;
    return this;
  }

  /**
   * @param value in UTF-8
   */
  public ChangeRow diff(byte[] value) {
    diff = value;
    return this;
  }

  /**
   * @param value in UTF-8
   */
  public ChangeRow content(byte[] value) {
    content = value;
    return this;
  }

  /**
   * @param value in UTF-8; null for none
   */
  public ChangeRow rules(byte[] value) {
    rules = value;
    return this;
  }

  public ChangeRow bytes(long value) {
    bytes = value;
    return this;
  }

  /** Marks the row as not to be reviewed; what there would be to review is dropped. */
  public ChangeRow skipped(String reason) {
    skipReason = reason;
    diff = null;
    content = null;
    rules = null;
    return this;
  }

  /** Marks the row as one that could not be read; what there would be to review is dropped. */
  public ChangeRow failed(AuditException error) {
    return failed(error.errorClass(), error.getMessage());
  }

  /** As {@link #failed(AuditException)}, of an error that was found elsewhere. */
  public ChangeRow failed(ErrorClass error, String message) {
    skipped(null);
    errorClass = error.columnValue();
    errorMessage = message;
    return this;
  }

  public String path() {
    return path;
  }

  ChangeKind kind() {
    return kind;
  }

  /** For executors' readers: texts as {@link UTF8String}, the time as microseconds since 1970. */
  public InternalRow toInternalRow() {
    Object[] values = values();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof String text) {
        values[i] = UTF8String.fromString(text);
      } else if (values[i] instanceof byte[] text) {
        values[i] = UTF8String.fromBytes(text);
      } else if (values[i] instanceof Instant time) {
        values[i] = time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
      }
    }
    return new GenericInternalRow(values);
  }

  /**
   * For functions over Datasets: the time as {@link java.sql.Timestamp}. The row knows its schema:
   * Spark hands it as it is to a function that comes directly after.
   */
  public Row toRow() {
    Object[] values = values();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof byte[] text) {
        values[i] = new String(text, StandardCharsets.UTF_8);
      } else if (values[i] instanceof Instant time) {
        values[i] = java.sql.Timestamp.from(time);
      }
    }
    return new GenericRowWithSchema(values, ChangeSchema.SCHEMA);
  }

  /** The same rows as {@link #toRow} makes them, one at a time. */
  public static Iterator<Row> toRows(Iterator<ChangeRow> rows) {
    return new Flattened<>(rows, row -> List.of(row.toRow()).iterator());
  }

  /** Texts are strings or UTF-8. */
  private Object[] values() {
    byte[] reviewed = diff != null ? diff : content;
    return new Object[] {
      origin.repository(),
      origin.commitId(),
      origin.parentId(),
      origin.committedAt(),
      path,
      oldPath,
      language,
      kind.columnValue(),
      diff,
      content,
      reviewed == null ? null : Hashes.hex(reviewed),
      bytes,
      skipReason,
      errorClass,
      errorMessage,
      rules
    };
  }
}
