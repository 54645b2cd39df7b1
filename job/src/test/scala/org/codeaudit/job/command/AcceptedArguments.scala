package org.codeaudit.job.command

import picocli.CommandLine

/** Whether the command line would take the arguments that a file of `conf/` passes. */
object AcceptedArguments {
  private val commands: Map[String, () => Any] =
    Map("review" -> (() => new ReviewCommand()), "report" -> (() => new ReportCommand()))

  /** Parses them as `audit` does, without running anything; throws what picocli throws. */
  def parse(arguments: Seq[String]): Unit = {
    val command = arguments.headOption.flatMap(commands.get)
    assert(command.isDefined, arguments)
    new CommandLine(command.get())
      .setCaseInsensitiveEnumValuesAllowed(true)
      .parseArgs(arguments.tail: _*)
  }
}
