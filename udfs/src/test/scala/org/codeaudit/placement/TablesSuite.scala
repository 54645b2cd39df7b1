package org.codeaudit.placement
import java.nio.file.{Files, Path}

import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.{CacheType, Precision}
import org.codeaudit.placement.Known._
import org.scalatest.funsuite.AnyFunSuite

/** The documentation's tables are what the planning function says. With `-Dcodeaudit.update=true`
  * this suite writes them; otherwise it compares.
  */
class TablesSuite extends AnyFunSuite {
  private val root = Path.of(System.getProperty("codeaudit.root", ".."))

  private def planned(question: PlacementQuestion): Option[PlacementPlan] =
    Placements.of(question) match {
      case plan: PlacementPlan => Some(plan)
      case _                   => None
    }

  private def table(head: Seq[String], rows: Seq[Seq[String]]): String =
    (head +: head.map(_ => "---") +: rows).map(_.mkString("| ", " | ", " |")).mkString("\n")

  private val onGpus = Set(Strategy.GPU, Strategy.MULTI_GPU)

  /** The placement in bf16, and in the first smaller precision that allows a faster one. */
  private def cell(model: Model, machine: Machine): String = {
    def kind(way: Strategy) = if (onGpus(way)) 2 else if (way == Strategy.DISK) 0 else 1
    val precisions =
      if (model.autoRound) Seq(Precision.BF16)
      else Seq(Precision.BF16, Precision.INT8, Precision.INT4)
    val ways = for {
      precision <- precisions
      plan <- planned(question(model, machine, precision))
    } yield precision -> plan.strategy
    ways match {
      case Nil                => "–"
      case (_, first) +: rest =>
        val better = rest.filter { case (_, way) => kind(way) > kind(first) }
        val most = better.map { case (_, way) => kind(way) }.maxOption
        val chosen = better.find { case (_, way) => most.contains(kind(way)) }
        first.toString + chosen.map { case (precision, way) => s"; $precision $way" }.mkString
    }
  }

  private def whichMachine: String = table(
    "model" +: "weights in bf16" +: machines.map(_._1),
    models.map { model =>
      model.name +:
        Amount.bytes(model.footprint.weightBytes(Precision.BF16)) +:
        machines.map { case (_, machine) => cell(model, machine) }
    }
  )

  private def memory: String = table(
    Seq("model", "parameters") ++ Precision.values.map(_.toString) ++
      Seq("cache per 1,024 tokens", "state per sequence"),
    models.map { model =>
      val footprint = model.footprint
      val state = (0 until model.config.layers).map(footprint.statePerSequence).sum
      Seq(model.name, f"${footprint.parameters / 1e9}%.2f billion") ++
        Precision.values.map(p => Amount.bytes(footprint.weightBytes(p))) ++
        Seq(
          Amount.bytes(1024 * footprint.cachePerPosition(CacheType.AUTO, 2)),
          if (state > 0) Amount.bytes(state) else "–"
        )
    }
  )

  for (
    (file, marker, expected) <- Seq[(String, String, () => String)](
      ("README.md", "machines", () => whichMachine),
      ("docs/placement.md", "memory", () => memory)
    )
  ) test(s"the table '$marker' in $file is what the planning function says") {
    val path = root.resolve(file)
    val begin = s"<!-- table: $marker -->\n"
    val end = s"\n<!-- end: $marker -->"
    val text = Files.readString(path)
    val first = text.indexOf(begin)
    val last = text.indexOf(end)
    assert(first >= 0 && last > first, s"$file has no markers ${begin.trim} and ${end.trim}")
    val shown = text.substring(first + begin.length, last)
    if (java.lang.Boolean.getBoolean("codeaudit.update")) {
      Files.writeString(
        path,
        text.substring(0, first) + begin + expected() + text.substring(last)
      )
    } else {
      assert(shown == expected(), s"\nrun this suite with -Dcodeaudit.update=true to write $file")
    }
  }
}
