package org.codeaudit.job.sink

import java.net.URI
import java.nio.file.Files

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path
import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.job.packaged.faulty.FullDisk

class OutputLockSuite extends AnyFunSuite {
  private val folder = Files.createTempDirectory("lock")
  private val full = folder.resolve("full")
  private val file = new Path("disk:" + folder.resolve("lock"))
  private val disk = {
    val conf = new Configuration(false)
    conf.set("fs.disk.full", full.toString)
    val disk = new FullDisk
    disk.initialize(URI.create("disk:///"), conf)
    disk
  }

  test("a full disk does not take the lock away, and it is given back all the same") {
    val lock = OutputLock.take(disk, file, "run", OutputLock.SILENCE)
    Files.createFile(full)
    lock.refresh()
    assert(lock.held(), "while the disk is full")
    Files.delete(full)
    lock.refresh()
    assert(lock.held(), "when there is room again")
    Files.createFile(full)
    lock.refresh()
    lock.close()
    assert(!disk.exists(file))
    Files.delete(full)
  }

  test("a lock that cannot be written for lack of room is not left behind") {
    Files.createFile(full)
    intercept[java.io.IOException](OutputLock.take(disk, file, "run", OutputLock.SILENCE))
    assert(!disk.exists(file))
    Files.delete(full)
  }
}
