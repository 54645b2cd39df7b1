package org.codeaudit.generate
import org.codeaudit.generate.request.{Generation, GenerationRequest, OutputGrammar}
import org.codeaudit.generate.Requests._
import org.codeaudit.Long
import org.codeaudit.model.{AllowedTokens, LanguageModel, Precision}
import org.codeaudit.model.torch.Golden
import org.scalatest.funsuite.AnyFunSuite

/** Whatever the engine saves, in f32 at temperature 0 the tokens are those of the plain path: one
  * row at a time, its prompt computed whole, each token of its answer chosen by the model.
  */
class SavingsGoldenSuite extends AnyFunSuite {
  import Golden._

  private case class Way(
      shares: Boolean,
      forces: Boolean,
      drafts: Boolean,
      batch: Int,
      step: Int
  ) {
    def settings = new EngineSettings(batch, step, 24, shares, if (drafts) 6 else 0)
  }

  private val plain = Way(shares = false, forces = false, drafts = false, batch = 1, step = 512)

  private val all = for {
    shares <- Seq(false, true)
    forces <- Seq(false, true)
    drafts <- Seq(false, true)
    (batch, step) <- Seq((1, 61), (3, 16), (3, 512), (16, 16), (16, 61))
  } yield Way(shares, forces, drafts, batch, step)

  private val some = Seq(
    Way(shares = true, forces = true, drafts = true, batch = 16, step = 512),
    Way(shares = true, forces = true, drafts = true, batch = 3, step = 16),
    Way(shares = true, forces = false, drafts = true, batch = 5, step = 61),
    Way(shares = false, forces = true, drafts = false, batch = 16, step = 61)
  )

  /** As reviews are: instructions for all, a header for a file, something of their own; some free,
    * some in a form with forced runs, whose text repeats what the prompt says.
    */
  private def rows(name: String, forces: Boolean): Seq[GenerationRequest] = {
    val texts = prompts(name).map(_.ids.toSeq).filter(_.length >= 8)
    val instructions = texts.flatten.take(90)
    for ((text, i) <- texts.zipWithIndex; part <- 0 until 2) yield {
      val header = texts(i).take(40)
      val own = texts((i + part + 1) % texts.length).take(8 + 9 * part)
      val turns = Seq.tabulate(36)(n => Option.when(n % 9 < 5)(own(n % own.length)))
      val grammar = Option.when(part == 1)(new FreeTurns(turns))
      request(
        s"$i/$part",
        instructions ++ header ++ own,
        if (part == 1) 36 else 24,
        grammar = grammar.map(form => if (forces) form else new Unforced(form))
      )
    }
  }

  /** Forced runs and tokens that the model is free to choose. */
  private class FreeTurns(turns: Seq[Option[Int]], from: Int = 0) extends OutputGrammar {
    private var at = from
    override def copy(): OutputGrammar = new FreeTurns(turns, at)
    override def forced(): Array[Int] = turns.drop(at).takeWhile(_.isDefined).flatten.toArray
    override def allowed(): AllowedTokens = AllowedTokens.ALL
    override def accept(token: Int): Unit = {
      if (!turns(at).forall(_ == token)) throw new IllegalArgumentException(s"token $token")
      at += 1
    }
    override def complete(): Boolean = at == turns.size
  }

  private case class Outcome(answers: Seq[Generation], statistics: EngineStatistics)

  private def run(model: LanguageModel, name: String, way: Way): Outcome = {
    val core = new EngineCore(model, way.settings, AllowedTokens.ALL)
    val sequences = rows(name, way.forces).map { row =>
      val sequence = new Sequence(row, new FakeTokenizer(Seq.fill(1500)("x")), core.limit())
      core.add(sequence)
      sequence
    }
    val before = model.freeTokens
    while (!core.idle()) core.step()
    // what is left are the prefixes, for rows to come
    val kept = before - model.freeTokens
    assert(kept <= (if (way.shares) model.description.cacheTokens / 4 else 0), s"$way kept $kept")
    Outcome(sequences.map(_.result.join()), core.statistics())
  }

  private def tokens(outcome: Outcome): Seq[Seq[Int]] = outcome.answers.map(_.tokens.toSeq)

  private def check(name: String, ways: Seq[Way]): Unit =
    withModel(name, Precision.F32, cacheTokens = 40000) { model =>
      val expected = tokens(run(model, name, plain))
      for (way <- ways) {
        val found = run(model, name, way)
        for (((one, other), row) <- expected.zip(tokens(found)).zip(rows(name, forces = true)))
          assert(one == other, s"$name, row ${row.key}, $way")
        // and the saving was made
        val timings = found.answers.map(_.timing)
        val shared = timings.map(_.cachedTokens).sum > 0
        assert(shared == (way.shares && model.keepsPositions), way)
        assert(timings.map(_.forcedTokens).sum > 0 == way.forces, way)
        assert(way.drafts || timings.forall(_.draftTokensAccepted == 0), way)
      }
    }

  test("qwen3-tiny writes the same tokens in every combination of savings, batch and step") {
    check("qwen3-tiny", all)
  }

  for (name <- families.filterNot(_ == "qwen3-tiny")) {
    test(s"$name writes the same tokens in some combinations of savings, batch and step") {
      check(name, some)
    }

    test(s"$name writes the same tokens in every combination", Long) {
      check(name, all)
    }
  }

  for (name <- families)
    test(s"$name writes the same tokens where the youngest give their cache away and come back") {
      val longest = rows(name, forces = true).map(row => row.prompt.length + row.maxNewTokens).max
      val small = 2 * longest + 20
      val expected =
        withModel(name, Precision.F32, cacheTokens = 8000)(m => tokens(run(m, name, plain)))
      for (shares <- Seq(false, true)) withModel(name, Precision.F32, cacheTokens = small) {
        model =>
          val way = Way(shares, forces = true, drafts = true, batch = 8, step = 64)
          val found = run(model, name, way)
          assert(tokens(found) == expected, way)
          assert(found.statistics.preemptions > 0 && found.statistics.recomputedTokens > 0, way)
      }
    }
}
