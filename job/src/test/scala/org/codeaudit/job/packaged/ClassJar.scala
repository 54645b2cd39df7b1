package org.codeaudit.job.packaged
import java.nio.file.{Files, Path}
import java.util.jar.{JarEntry, JarOutputStream}

import scala.util.Using

/** Packs compiled classes of the tests, so that they can be handed to `spark-submit`. */
object ClassJar {

  /** A jar of all classes in the package of `member`. */
  def of(member: Class[_], jar: Path): Path = {
    val root = Path.of(member.getProtectionDomain.getCodeSource.getLocation.toURI)
    val folder = root.resolve(member.getPackageName.replace('.', '/'))
    Using.resource(new JarOutputStream(Files.newOutputStream(jar))) { out =>
      Build.files(folder).foreach { file =>
        out.putNextEntry(new JarEntry(root.relativize(file).toString))
        Files.copy(file, out)
        out.closeEntry()
      }
    }
    jar
  }
}
