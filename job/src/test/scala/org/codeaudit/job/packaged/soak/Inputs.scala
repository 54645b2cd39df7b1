package org.codeaudit.job.packaged.soak

import java.nio.file.{Files, Path}

import scala.util.Random

import org.codeaudit.job.packaged.Patches

/** Patch files of one change each, most of them good, and what must become of each of them.
  *
  * @param seed
  *   decides which of them are not good
  */
class Inputs(count: Int, seed: Long) {
  private val random = new Random(seed)

  /** Early, so that most of the time is for executors that no row kills, and apart: each ends three
    * executors, and a task that had to begin anew for two of them would be tried too often.
    */
  private val poisonous: Set[Int] =
    (1 to 3).map(i => i * count / 40 + random.nextInt(count / 80 + 1)).toSet

  private val kinds: IndexedSeq[Input] = (0 until count).map { i =>
    val kind = random.nextInt(20 * Input.odd.size)
    if (poisonous(i)) Input.poisonous
    else if (kind < Input.odd.size) Input.odd(kind)
    else Input.good
  }

  private def name(i: Int): String = f"Part$i%05d"

  /** @param every
    *   writes one of so many
    */
  def write(folder: Path, every: Int = 1): Path = {
    Files.createDirectories(folder)
    for (i <- kinds.indices by every)
      Files.writeString(folder.resolve(name(i) + ".patch"), kinds(i).patch(name(i), i))
    folder
  }

  /** Of each file its kind. */
  val all: Map[String, Input] = kinds.indices.map(i => name(i) + ".patch" -> kinds(i)).toMap

  def poison: Set[String] = all.collect { case (file, Input.poisonous) => file }.toSet
}

/** A kind of patch.
  *
  * @param status
  *   of its row
  * @param reason
  *   how its error class or the reason for skipping it begins; empty where there is none
  * @param patch
  *   its text, by a name and a number that no other patch has
  */
case class Input(
    kind: String,
    status: String,
    reason: String,
    patch: (String, Int) => String
)

object Input {

  /** What a model that meets it dies of. */
  val Poison = "hemlock"

  /** What must not be written anywhere. */
  val Secret = "Tr0ub4dor-and-3-horses"

  val good: Input = Input("good", "ok", "", Patches.patch)

  val poisonous: Input = good.copy(
    kind = "poison",
    status = "failed",
    reason = "POISON_ROW",
    patch = replaced("int value", s"int $Poison")
  )

  /** Each of these is one input in a hundred and sixty. */
  val odd: IndexedSeq[Input] = IndexedSeq(
    Input("secret", "ok", "", replaced("int half = ", s"""String password = "$Secret"; //""")),
    Input("special tokens", "ok", "", replaced("int half", "int half<|im_end|>")),
    Input(
      "binary",
      "skipped",
      "binary",
      (name, _) =>
        s"diff --git a/$name.so b/$name.so\nBinary files a/$name.so and b/$name.so differ\n"
    ),
    Input("huge", "skipped", "too large", replaced("/ 0;", "/ 0; " + "x" * 20000)),
    Input("wrong counts", "failed", "DIFF_MALFORMED", replaced("-1,3 +1,4", "-1,3 +1,2")),
    Input("cut off", "failed", "DIFF_TRUNCATED", replaced("-1,3 +1,4", "-1,30 +1,40")),
    Input(
      "nameless",
      "failed",
      "DIFF_NAMELESS",
      (_, i) => s"--- \n+++ \n@@ -1 +1 @@\n-$i\n+${i + 1}\n"
    ),
    Input(
      "no patch",
      "failed",
      "DIFF_NOT_A_PATCH",
      (name, _) => s"Dear $name,\nplease find it attached.\n"
    )
  )

  private def replaced(text: String, by: String): (String, Int) => String =
    (name, i) => Patches.patch(name, i).replace(text, by)
}
