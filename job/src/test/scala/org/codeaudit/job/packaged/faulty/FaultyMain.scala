package org.codeaudit.job.packaged.faulty

import org.codeaudit.job.Main

/** The command line of the job, with a model that fails as its first argument says. */
object FaultyMain {
  def main(arguments: Array[String]): Unit =
    System.exit(Main.run(new FaultyLoader(Faults.parse(arguments.head)), arguments.tail: _*))
}
