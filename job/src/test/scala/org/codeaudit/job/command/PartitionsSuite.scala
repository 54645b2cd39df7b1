package org.codeaudit.job.command
import org.apache.spark.sql.{DataFrame, Row}

import org.codeaudit.job.source.SparkSuite
import org.codeaudit.udf.row.GenerationSchema

class PartitionsSuite extends SparkSuite {
  private def prompts(lengths: Seq[Int], files: Int): DataFrame = {
    val rows = lengths.zipWithIndex.map { case (length, i) =>
      Row(f"$i%05d", "x" * length, null, null, null, null, null)
    }
    val rdd = spark.sparkContext.parallelize(rows, files)
    spark.createDataFrame(rdd, GenerationSchema.PROMPTS)
  }

  private def ids(frame: DataFrame): Seq[Seq[String]] = frame.rdd
    .mapPartitions(rows => Iterator(rows.map(_.getAs[String]("id")).toList))
    .collect()
    .toSeq

  test("prompts stay in their order, whatever files they come from, and none is lost") {
    for ((count, files) <- Seq((0, 1), (1, 1), (20, 1), (100, 7), (700, 3))) {
      val lengths = Seq.tabulate(count)(i => 40 + i * 37 % 900)
      val cut = ids(Partitions.sized(prompts(lengths, files)))
      assert(cut.flatten == (0 until count).map(i => f"$i%05d"), (count, files))
      if (count >= 20) assert(cut.size >= 2 && cut.forall(_.nonEmpty))
    }
  }

  test("partitions are alike in tokens, not in rows") {
    // the first tenth is as long as all the others together
    val lengths = Seq.fill(40)(36000) ++ Seq.fill(360)(4000)
    val cut = ids(Partitions.sized(prompts(lengths, 2)))
    val sizes = cut.map(_.map(id => 500 + lengths(id.toInt) / 4).sum)
    assert(cut.size >= 4 && sizes.max <= 1.3 * sizes.min, sizes)
    assert(cut.map(_.size).max > 3 * cut.map(_.size).min)
  }

  test("it is read again in the same way") {
    val sized = Partitions.sized(prompts(Seq.tabulate(300)(i => 100 + i * 91 % 2000), 5))
    assert(ids(sized) == ids(sized))
    assert(sized.schema == GenerationSchema.PROMPTS)
  }
}
