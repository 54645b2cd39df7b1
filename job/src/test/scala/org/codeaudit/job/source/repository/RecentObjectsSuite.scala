package org.codeaudit.job.source.repository

import scala.collection.mutable
import org.eclipse.jgit.internal.storage.dfs.{DfsRepositoryDescription, InMemoryRepository}
import org.eclipse.jgit.lib.{AnyObjectId, Constants, ObjectId, ObjectLoader, ObjectReader}
import org.scalatest.funsuite.AnyFunSuite

class RecentObjectsSuite extends AnyFunSuite {

  /** Counts what is read from a repository of some blobs. */
  private class Counting(contents: Seq[Array[Byte]]) extends ObjectReader.Filter {
    private val repository = new InMemoryRepository(new DfsRepositoryDescription("test"))
    val reads = mutable.Map.empty[ObjectId, Int].withDefaultValue(0)
    val blobs: Seq[ObjectId] = {
      val inserter = repository.newObjectInserter()
      val ids = contents.map(inserter.insert(Constants.OBJ_BLOB, _))
      inserter.flush()
      ids
    }

    override protected def delegate(): ObjectReader = repository.newObjectReader()
    override def newReader(): ObjectReader = this
    override def open(id: AnyObjectId, objectType: Int): ObjectLoader = {
      reads(id.copy()) += 1
      super.open(id, objectType)
    }
  }

  private def bytes(size: Int, seed: Int) = Array.tabulate(size)(i => (i * 31 + seed).toByte)

  test("an object that was read before is not read again, by a further reader neither") {
    val counting = new Counting(Seq(bytes(100, 1), bytes(200, 2)))
    val recent = new RecentObjects(counting)
    for (reader <- Seq(recent, recent.newReader()); _ <- 1 to 3) {
      assert(reader.open(counting.blobs.head).getBytes.sameElements(bytes(100, 1)))
      assert(reader.open(counting.blobs(1), Constants.OBJ_BLOB).getSize == 200)
      assert(reader.getObjectSize(counting.blobs.head, Constants.OBJ_BLOB) == 100)
    }
    assert(counting.reads.values.toSeq == Seq(1, 1))
  }

  test("what was used least recently makes room, and large objects are not kept") {
    val large = bytes((1 << 20) + 1, 0)
    val counting = new Counting(large +: (1 to 20).map(bytes(1 << 20, _)))
    val recent = new RecentObjects(counting)
    val Seq(first, second) = counting.blobs.slice(1, 3)
    counting.blobs.foreach { blob =>
      recent.open(blob)
      recent.open(first)
    }
    recent.open(counting.blobs.head)
    recent.open(second)
    assert(counting.reads(first) == 1)
    assert(counting.reads(second) == 2)
    assert(counting.reads(counting.blobs.head) == 2)
  }

  test("an object of another kind than is asked for is refused, read before or not") {
    val counting = new Counting(Seq(bytes(10, 1)))
    val recent = new RecentObjects(counting)
    for (_ <- 1 to 2) {
      intercept[org.eclipse.jgit.errors.IncorrectObjectTypeException] {
        recent.open(counting.blobs.head, Constants.OBJ_TREE)
      }
      recent.open(counting.blobs.head)
    }
  }
}
