package org.codeaudit.job.source.row

import java.nio.file.Files
import org.codeaudit.job.source.{ChangeTable, SparkSuite}

import scala.jdk.CollectionConverters._
import scala.util.Random

class TokenSharesSuite extends SparkSuite {
  private def runs(tokens: Seq[Long], share: Long): Seq[Seq[Long]] = {
    val ends = TokenShares.cut(tokens.toArray, share).asScala.map(_.intValue).toSeq
    (0 +: ends).zip(ends).map { case (from, until) => tokens.slice(from, until) }
  }

  test("there is something for every slot, and small work is cut into few partitions") {
    for (
      (tokens, slots, partitions) <- Seq(
        (100000L, 2, 2), // a hundred questions: one partition a slot
        (20000L, 2, 2),
        (600000L, 2, 8), // more of it: four a slot, to even them out
        (1000L, 1, 1),
        (20000L, 16, 16),
        (64000L * 64, 16, 64),
        (128000L * 10000, 16, 10000) // and never larger than some hundred questions
      )
    ) {
      val share = TokenShares.share(tokens, slots)
      assert((tokens + share - 1) / share == partitions, (tokens, slots))
    }
    assert(TokenShares.share(0, 4) == 1)
  }

  test("runs hold every piece once, in order, each about a share") {
    val random = new Random(1)
    for (count <- Seq(1, 2, 17, 500)) {
      val tokens = Seq.fill(count)(500L + random.nextInt(3000))
      val share = TokenShares.share(tokens.sum, 2)
      val cut = runs(tokens, share)
      assert(cut.flatten == tokens && cut.forall(_.nonEmpty))
      assert(cut.forall(_.sum <= share + 3500), count)
    }
    assert(runs(Nil, 10).isEmpty)
  }

  test("a giant takes few neighbours along and leaves the others evenly cut") {
    val tokens = Seq.fill(50)(1000L) ++ Seq(400000L) ++ Seq.fill(50)(1000L)
    val share = TokenShares.share(tokens.sum, 2)
    val cut = runs(tokens, share)
    assert(cut.flatten == tokens)
    val giant = cut.find(_.contains(400000L)).get
    assert(giant.sum <= 400000L + share)
    assert(cut.filter(_ != giant).forall(_.sum <= share + 1000))
  }

  test("patches are cut by their size, not their number") {
    val folder = Files.createTempDirectory("patches")
    val lines = (1 to 8000).map(i => s"+int value$i = $i;").mkString("\n")
    def patch(name: String, body: String, count: Int) = s"diff --git a/$name b/$name\n" +
      s"--- a/$name\n+++ b/$name\n@@ -1,1 +1,${count + 1} @@\n kept\n$body\n"
    for (i <- 0 until 40) {
      val large = i == 20
      Files.writeString(
        folder.resolve(f"$i%02d.patch"),
        if (large) patch("Large.java", lines * 4, 32000) else patch(s"A$i.java", "+int x;", 1)
      )
    }
    val frame = diff(folder)
    val sizes = ChangeTable.partitionUnits(frame).toSeq
    assert(sizes.sum == 40 && sizes.size >= 2 && sizes.size <= 5)
    assert(frame.select("path").collect().map(_.getString(0)).distinct.length == 40)
  }
}
