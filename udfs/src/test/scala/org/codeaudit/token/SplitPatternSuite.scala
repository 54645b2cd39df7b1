package org.codeaudit.token

import org.codeaudit.AuditException
import org.scalatest.funsuite.AnyFunSuite

class SplitPatternSuite extends AnyFunSuite {
  private val spaces = """\s*[\r\n]+|\s+(?!\S)|\s+"""

  test("the expressions of the families are safe") {
    val words = """[^\r\n\p{L}\p{N}]?"""
    val cased = """[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"""
    for (
      expression <- Seq(
        "",
        """'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+""",
        s"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|$words\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|$spaces""",
        s"""'(?i:[sdmt]|ll|ve|re)|$words+\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|$spaces""",
        s"""$words$cased(?i:'s|'t|'d)?|$words$cased(?i:'s|'ll)?|\\p{N}{1,3}| ?[^\\s]+[\\r\\n/]*|$spaces""",
        s"""[!"#$$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|$spaces""",
        """[\p{P}\$\+<=>\^~\|]+""",
        "[0-9][0-9][0-9]",
        "[一-龥ࠀ-一가-퟿]+",
        """(?=(\d{3})+(?!\d))"""
      )
    ) assert(SplitPattern.isSafe(expression), expression)
  }

  test("what may try again too often is not, nor is what is not understood") {
    for (
      expression <- Seq(
        "(a+)+b",
        "(a|a)*b",
        "(a|ab|b)*c",
        "(aa?)*b",
        "(?:a{1,9}){1,9}b",
        "a*a*b",
        "a*x?a*b",
        "(?:x|a+)a+b",
        "(?=a*a*b)",
        "a?" * 30 + "a" * 30,
        "(a)\\1",
        "(?<n>a)\\k<n>",
        "(?<n>a\\g<n>)",
        "(?~a)",
        "(?i)a",
        "a{2}{3}",
        "a**",
        "(",
        "[a",
        "a)",
        "*a",
        "\\",
        "(" * 100 + ")" * 100
      )
    ) assert(!SplitPattern.isSafe(expression), expression)
  }

  test("a tokenizer with such an expression is refused: the library would end the process") {
    val document = SmallTokenizer.document()
    val split = document.withObject("/pre_tokenizer").put("type", "Sequence")
    val steps = split.putArray("pretokenizers")
    steps.addObject.put("type", "Split").putObject("pattern").put("Regex", "(a+)+b")
    steps.addObject.put("type", "ByteLevel")
    val error = intercept[AuditException](BpeTokenizer.parse(document.toString))
    assert(error.errorClass.name == "TOKENIZER_INVALID")
    assert(error.getMessage.contains("regular expression"))
  }
}
