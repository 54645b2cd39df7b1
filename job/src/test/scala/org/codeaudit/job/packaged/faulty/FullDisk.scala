package org.codeaudit.job.packaged.faulty
import java.io.{FilterOutputStream, IOException, OutputStream}
import java.net.URI
import java.nio.file.{Files, Path => LocalPath}

import org.apache.hadoop.fs.permission.FsPermission
import org.apache.hadoop.fs.{FSDataOutputStream, Path, RawLocalFileSystem}
import org.apache.hadoop.util.Progressable

/** The local disk by another name, `disk:/folder`. While the file that `fs.disk.full` names exists
  * it is full: files can be made and take their first bytes, and no more.
  */
class FullDisk extends RawLocalFileSystem {
  override def getUri: URI = URI.create("disk:///")

  override def getScheme: String = "disk"

  override def create(
      file: Path,
      overwrite: Boolean,
      bufferSize: Int,
      replication: Short,
      blockSize: Long,
      progress: Progressable
  ): FSDataOutputStream =
    limited(super.create(file, overwrite, bufferSize, replication, blockSize, progress))

  override def create(
      file: Path,
      permission: FsPermission,
      overwrite: Boolean,
      bufferSize: Int,
      replication: Short,
      blockSize: Long,
      progress: Progressable
  ): FSDataOutputStream =
    limited(super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress))

  private def limited(out: OutputStream): FSDataOutputStream =
    new FSDataOutputStream(new Limited(out, LocalPath.of(getConf.get("fs.disk.full"))), null)
}

private class Limited(target: OutputStream, full: LocalPath) extends FilterOutputStream(target) {
  private var written = 0L

  override def write(byte: Int): Unit = write(Array(byte.toByte), 0, 1)

  override def write(bytes: Array[Byte], offset: Int, length: Int): Unit = {
    if (written + length > 16 && Files.exists(full))
      throw new IOException("No space left on device")
    written += length
    target.write(bytes, offset, length)
  }
}
