package org.codeaudit.job.command

import picocli.CommandLine

/** Whether the command line would take the arguments that a file of `conf/` passes. */
object AcceptedArguments {

  /** Parses them as `audit` does, without running anything; throws what picocli throws. */
  def parse(arguments: Seq[String]): Unit = {
    assert(arguments.headOption.contains("review"), arguments)
    new CommandLine(new ReviewCommand())
      .setCaseInsensitiveEnumValuesAllowed(true)
      .parseArgs(arguments.tail: _*)
  }
}
