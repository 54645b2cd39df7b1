package org.codeaudit.disk

import java.nio.file.Files
import java.util.concurrent.{Callable, Executors, TimeUnit}

import org.scalatest.funsuite.AnyFunSuite

class FileLocksSuite extends AnyFunSuite {
  test("a lock shuts out others until the last holder is gone") {
    val file = Files.createTempDirectory("locks").resolve("lock")
    val (one, two) = (FileLocks.shared(file), FileLocks.shared(file))
    assert(FileLocks.tryExclusive(file).isEmpty)
    one.close()
    one.close()
    assert(FileLocks.tryExclusive(file).isEmpty)
    two.close()
    val alone = FileLocks.tryExclusive(file).get
    assert(FileLocks.tryExclusive(file).isEmpty)
    val thread = Executors.newSingleThreadExecutor()
    try {
      val waiting = thread.submit((() => FileLocks.shared(file)): Callable[FileLocks.Held])
      Thread.sleep(200)
      assert(!waiting.isDone)
      alone.close()
      waiting.get(60, TimeUnit.SECONDS).close()
    } finally thread.shutdownNow()
    assert(FileLocks.tryExclusive(file).isPresent)
  }

  test("who waits for a lock can be interrupted") {
    val file = Files.createTempDirectory("locks").resolve("lock")
    val held = FileLocks.exclusive(file)
    val thread = Executors.newSingleThreadExecutor()
    try {
      val waiting = thread.submit((() => FileLocks.exclusive(file)): Callable[FileLocks.Held])
      Thread.sleep(100)
      thread.shutdownNow()
      val failure = intercept[java.util.concurrent.ExecutionException](
        waiting.get(60, TimeUnit.SECONDS)
      )
      assert(failure.getCause.isInstanceOf[InterruptedException])
    } finally held.close()
    assert(FileLocks.tryExclusive(file).isPresent)
  }
}
