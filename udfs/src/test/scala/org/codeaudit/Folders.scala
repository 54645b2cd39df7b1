package org.codeaudit
import java.nio.file.{Files, Path}
import java.util.Comparator

/** Folders of tests that make large files: gone when the test ends. */
object Folders {
  def temporary[A](name: String)(use: Path => A): A = {
    val folder = Files.createTempDirectory(name)
    try use(folder)
    finally {
      val files = Files.walk(folder)
      try files.sorted(Comparator.reverseOrder[Path]()).forEach(file => Files.delete(file))
      finally files.close()
    }
  }
}
