package org.codeaudit.model.torch

import org.scalatest.funsuite.AnyFunSuite

class KvArenaSuite extends AnyFunSuite {

  test("regions are given out first fit, and free neighbours become one gap") {
    val arena = new KvArena(10)
    assert(arena.take(4).getAsInt == 0)
    assert(arena.take(3).getAsInt == 4)
    assert(arena.take(3).getAsInt == 7)
    assert(arena.take(1).isEmpty && arena.free == 0)
    arena.give(0, 4)
    arena.give(7, 3)
    assert(arena.take(5).isEmpty && arena.free == 7)
    arena.give(4, 3)
    assert(arena.take(10).getAsInt == 0)
  }

  test("a region grows only into the gap behind it") {
    val arena = new KvArena(10)
    val first = arena.take(2).getAsInt
    val second = arena.take(2).getAsInt
    assert(!arena.extend(first, 2, 3))
    assert(arena.extend(second, 2, 8) && arena.free == 0)
    arena.give(first, 2)
    assert(!arena.extend(second, 8, 9))
  }

  test("what is no region cannot be given back") {
    val arena = new KvArena(10)
    arena.take(4)
    for ((start, length) <- Seq((4, 1), (3, 2), (-1, 2), (9, 2), (0, 0), (0, 11))) {
      intercept[IllegalArgumentException](arena.give(start, length))
    }
    intercept[IllegalArgumentException](arena.take(0))
    intercept[IllegalArgumentException](new KvArena(0))
  }

  test(
    "after any sequence of operations no two regions overlap and every position is accounted for"
  ) {
    for (seed <- 1 to 50) {
      val random = new scala.util.Random(seed)
      val size = 1 + random.nextInt(200)
      val arena = new KvArena(size)
      val owner = Array.fill(size)(-1)
      var regions = Map.empty[Int, (Int, Int)]

      def longestGap = owner
        .mkString(",", ",", ",")
        .split("(,\\d+)+,")
        .map(_.split(",").count(_ == "-1"))
        .maxOption
        .getOrElse(0)
      def claim(id: Int, start: Int, length: Int): Unit = for (i <- start until start + length) {
        assert(owner(i) == -1 || owner(i) == id)
        owner(i) = id
      }
      for (id <- 1 to 400) random.nextInt(3) match {
        case 0 =>
          val length = 1 + random.nextInt(40)
          val fits = longestGap >= length
          val start = arena.take(length)
          assert(start.isPresent == fits)
          start.ifPresent { s => claim(id, s, length); regions += id -> (s, length) }
        case 1 if regions.nonEmpty =>
          val (key, (start, length)) = regions.toSeq(random.nextInt(regions.size))
          val longer = length + random.nextInt(10)
          val fits =
            start + longer <= size && (start + length until start + longer).forall(owner(_) == -1)
          assert(arena.extend(start, length, longer) == fits)
          if (fits) { claim(key, start, longer); regions += key -> (start, longer) }
        case _ if regions.nonEmpty =>
          val (key, (start, length)) = regions.toSeq(random.nextInt(regions.size))
          arena.give(start, length)
          regions -= key
          for (i <- start until start + length) owner(i) = -1
        case _ =>
      }
      assert(arena.free == owner.count(_ == -1))
      for ((_, (start, length)) <- regions) arena.give(start, length)
      assert(arena.take(size).getAsInt == 0)
    }
  }
}
