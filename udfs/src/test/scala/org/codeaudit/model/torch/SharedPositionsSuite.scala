package org.codeaudit.model.torch

import org.codeaudit.model._
import org.scalatest.funsuite.AnyFunSuite

import scala.util.Random

/** Sequences that begin with positions of others compute what they would compute alone. */
class SharedPositionsSuite extends AnyFunSuite {
  import Golden._

  /** Feeds tokens in chunks, then returns the logits after the last ones. */
  private def read(model: TorchLanguageModel, sequence: Int, tokens: Seq[Int], chunk: Int) = {
    val (first, last) = tokens.splitAt(tokens.length - 1 - (tokens.length - 1) % chunk)
    first.grouped(chunk).foreach(part => stepAll(model, append(sequence, part)))
    model.logits(sequence, last.toArray).last
  }

  /** A model on the processor, or where the processor stands for a GPU that attends to all at once.
    */
  private def on(gpu: Boolean, name: String)(use: TorchLanguageModel => Unit): Unit =
    if (!gpu) withModel(name, Precision.F32)(use)
    else {
      val plan = Plans.stateless(Plans.onGpu(name, Precision.F32))
      Plans.withPlan(name, plan, Plans.fakeGpus)(use)
    }

  private def place(gpu: Boolean): String = if (gpu) "in a GPU's place " else ""

  for (name <- families if !recurrent(name); gpu <- Seq(false, true)) {
    test(s"$name ${place(gpu)}has the logits of transformers wherever its prompt is cut") {
      on(gpu, name) { model =>
        val long = prompts(name).filter(_.ids.length > 20)
        for {
          prompt <- long
          cut <- Seq(1, 7, prompt.ids.length / 2, prompt.ids.length - 1)
          chunk <- Seq(1, 5, 70, 4096)
        } {
          val (first, rest) = prompt.ids.toSeq.splitAt(cut)
          val parent = model.open(first.length + 3)
          stepAll(model, append(parent, first))
          val child = model.open(parent, cut, rest.length)
          val error = largestDifference(read(model, child, rest, chunk), prompt.logits)
          assert(error < 1e-4, s"${prompt.name} cut at $cut in chunks of $chunk")
          assert(model.length(child) == prompt.ids.length)
          model.close(child)
          model.close(parent)
        }
        assert(model.freeTokens == 4096)
      }
    }
  }

  for (name <- families if recurrent(name)) {
    test(s"$name shares no positions: its states are only known where the computation stands") {
      withModel(name, Precision.F32) { model =>
        assert(!model.keepsPositions)
        val parent = model.open(10)
        stepAll(model, append(parent, Seq(1, 2, 3)))
        intercept[UnsupportedOperationException](model.open(parent, 3, 5))
      }
    }
  }

  private def recurrent(name: String) = name == "qwen3-next-tiny"

  for (gpu <- Seq(false, true))
    test(s"a family of sequences ${place(gpu)}steps together as its members would alone") {
      on(gpu, "qwen3-tiny") { model =>
        val random = new Random(3)
        def tokens(count: Int) = Seq.fill(count)(random.nextInt(1200))
        // instructions, then one of two headers, then what is a row's own; and a stranger
        val instructions = tokens(40)
        val headers = Seq(tokens(17), tokens(9))
        val rows = headers.flatMap(header => Seq.fill(3)(header -> tokens(1 + random.nextInt(30))))
        val alone = rows.map { case (header, own) =>
          greedy(model, Seq((instructions ++ header ++ own).toArray), 20, 4096).head
        }
        val stranger = tokens(33)
        val strangerAlone = greedy(model, Seq(stranger.toArray), 20, 4096).head

        val root = model.open(instructions.length + 5)
        stepAll(model, append(root, instructions))
        val inner = headers.map { header =>
          val handle = model.open(root, instructions.length, header.length)
          stepAll(model, append(handle, header))
          header -> handle
        }.toMap
        val handles = rows.map { case (header, _) =>
          model.open(inner(header), instructions.length + header.length, 60)
        } :+ model.open(60)
        var pending = rows.map(_._2) :+ stranger
        val answers = Array.fill(handles.length)(Vector.empty[Int])
        for (round <- 0 until 20) {
          val steps = handles.indices.map(i => step(handles(i), pending(i), choice()))
          // another order each time: it decides nothing
          val order = random.shuffle(handles.indices.toList)
          val result = stepAll(model, order.map(steps): _*)
          pending = handles.indices.map(i => Seq(result.tokens()(order.indexOf(i))))
          handles.indices.foreach(i => answers(i) = answers(i) :+ pending(i).head)
          // those they begin with may be moved
          if (round == 5) assert(model.reserve(root, 200))
        }
        assert(answers.toSeq == alone :+ strangerAlone)
        handles.foreach(model.close)
        inner.values.foreach(model.close)
        model.close(root)
        assert(model.freeTokens == 4096)
      }
    }

  test("what cannot be shared is refused, and nothing is closed under those that share it") {
    withModel("llama-tiny", Precision.F32, cacheTokens = 200) { model =>
      val parent = model.open(50)
      stepAll(model, append(parent, Seq(1, 2, 3)))
      for (positions <- Seq(0, -1, 4)) {
        intercept[IllegalArgumentException](model.open(parent, positions, 10))
      }
      intercept[IllegalArgumentException](model.open(parent, 3, 0))
      intercept[IllegalArgumentException](model.open(99, 1, 10))
      assert(model.open(parent, 3, 151) == -1)
      val child = model.open(parent, 3, 150)
      intercept[IllegalStateException](model.close(parent))
      model.close(child)
      model.close(parent)
      assert(model.freeTokens == 200)
    }
  }
}
