package org.codeaudit.model

import org.scalatest.funsuite.AnyFunSuite

class ModelSettingsSuite extends AnyFunSuite {
  private val settings = new ModelSettings("m", Precision.BF16, 0, 0)

  test("what decides a model's numbers is named, so that keys tell answers apart") {
    assert(settings.numbers == "bf16")
    assert(settings.`with`(Arithmetic.EXACT).numbers == "bf16+exact")
    assert(
      settings.`with`(CacheType.INT8).`with`(Arithmetic.ROUNDED).numbers == "bf16+kv-int8+rounded"
    )
    // where it runs and how fast decides nothing
    assert(new ModelSettings("m", Precision.BF16, 4096, 8).numbers == "bf16")
  }

  test("one setting is changed and the others stay") {
    val changed = settings.`with`(Arithmetic.EXACT).`with`(CacheType.INT8).withCacheTokens(7)
    assert(changed.arithmetic == Arithmetic.EXACT && changed.cacheType == CacheType.INT8)
    assert(changed.cacheTokens == 7 && changed.path == "m")
    assert(changed.assigned(java.util.List.of("1")).arithmetic == Arithmetic.EXACT)
  }
}
