package org.codeaudit.placement

import org.codeaudit.model.PlacementRequest.Strategy
import org.codeaudit.model.Precision
import org.codeaudit.placement.Known._
import org.scalatest.funsuite.AnyFunSuite

class DocumentedRowsSuite extends AnyFunSuite {
  private def best(question: PlacementQuestion) = Placements.of(question) match {
    case plan: PlacementPlan => Some(plan.strategy)
    case _                   => None
  }

  for (row <- DocumentedRows.rows; (end, verdict) <- row.ends.zip(row.verdicts)) {
    test(s"the documents' ${row.where} says '${row.says}' of ${row.precision} on $end") {
      val fits = row.way.exists(way => best(row.question(end, way)).contains(way))
      assert(fits == verdict.fits)
      assert(best(row.question(end, Strategy.AUTO)) == verdict.best)
    }
  }

  test("every end of every documented row has a verdict") {
    assert(DocumentedRows.rows.forall(row => row.ends.size == row.verdicts.size))
    assert(DocumentedRows.rows.size == 34)
  }

  test("the benchmarks' machines run what they ran, on one GPU") {
    val h100 = machine(200, 94)
    for (model <- Seq(coder7, coder32, dense32, experts30, coder30)) {
      assert(best(question(model, h100, gpuMemory = gb(85))).contains(Strategy.GPU), model.name)
    }
    // a GB10 with 120 GB: the document estimates 70 GB in bfloat16 and 15 to 25 in NF4
    val gb10 = machines.last._2
    for ((precision, least, most) <- Seq((Precision.BF16, 60, 70), (Precision.NF4, 15, 25))) {
      assert(best(question(coder30, gb10, precision)).contains(Strategy.GPU))
      val gigabytes = coder30.footprint.weightBytes(precision) / 1e9
      assert(gigabytes > least && gigabytes < most)
    }
  }
}
