package org.codeaudit.generate.grammar

import org.scalatest.funsuite.AnyFunSuite

class OneTokenSuite extends AnyFunSuite {

  test("the answer is one of the tokens, and nothing comes after it") {
    for (id <- Seq(7, 3, 250)) {
      val grammar = new OneToken(7, 3, 250)
      assert(!grammar.complete && grammar.forced.isEmpty)
      assert(Walks.ids(grammar.allowed).toSet == Set(7, 3, 250))
      grammar.accept(id)
      assert(grammar.complete && grammar.forced.isEmpty)
      for (other <- Seq(7, 3, 250)) intercept[IllegalArgumentException](grammar.accept(other))
    }
  }

  test("another token is refused and changes nothing") {
    val grammar = new OneToken(7, 3)
    intercept[IllegalArgumentException](grammar.accept(4))
    assert(!grammar.complete)
    grammar.accept(3)
    assert(grammar.complete)
  }

  test("a choice of one, which would have no probability, is no choice") {
    for (ids <- Seq(Array.empty[Int], Array(5)))
      intercept[IllegalArgumentException](new OneToken(ids: _*))
  }

  test("a copy stands where the grammar stands and goes its own way") {
    val grammar = new OneToken(7, 3)
    val before = grammar.copy()
    grammar.accept(7)
    assert(!before.complete && grammar.copy().complete)
    before.accept(3)
    assert(before.complete)
  }

  test("who changes the ids afterwards does not change the grammar") {
    val ids = Array(7, 3)
    val grammar = new OneToken(ids: _*)
    ids(0) = 9
    grammar.accept(7)
    assert(grammar.complete)
  }
}
