package org.codeaudit.token.jinja
import java.time.{Clock, Instant, ZoneOffset}
import org.codeaudit.AuditException
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

class ChatTemplateSuite extends AnyFunSuite {
  private val clock = Clock.fixed(Instant.parse("2024-07-06T13:04:05Z"), ZoneOffset.UTC)

  private def render(template: String, variables: (String, AnyRef)*): Text =
    ChatTemplate.parse(template, clock).render(variables.toMap.asJava)

  /** The rendered text with what is untrusted in guillemets. */
  private def marked(template: String, variables: (String, AnyRef)*): String =
    render(template, variables: _*).runs.asScala
      .map(run => if (run.trusted) run.characters else s"«${run.characters}»")
      .mkString

  // template, what it gives for x = "a<b c", xs = ["p", "q"], with untrusted characters marked
  private val origins = Seq(
    "[{{ x }}]" -> "[«a<b c»]",
    "{{ 'x' + x + 'y' ~ x }}" -> "x«a<b c»y«a<b c»",
    "{{ ('-' ~ x ~ '-')[1:4] }}" -> "«a<b»",
    "{{ ('-' ~ x ~ '-')[:2] }}" -> "-«a»",
    "{{ x[::-1] }}" -> "«c b<a»",
    "{{ x[0] }}{{ x[-1] }}" -> "«ac»",
    "{{ ('  ' ~ x ~ ' ').strip() }}" -> "«a<b c»",
    "{{ ('.' ~ x).lstrip('.') }}" -> "«a<b c»",
    "{{ x.split('<')[1] }}" -> "«b c»",
    "{{ x.split() | join('|') }}" -> "«a<b»|«c»",
    "{{ x.replace('b', 'BB') }}" -> "«a<»BB« c»",
    "{{ 'safe'.replace('f', x) }}" -> "sa«a<b c»e",
    "{{ x | upper }}{{ x.title() }}{{ x | capitalize }}" -> "«A<B CA<B CA<b c»",
    "{{ x | tojson }}" -> "\"«a<b c»\"",
    "{{ {'k': x, x: 1} | tojson }}" -> "{\"k\": \"«a<b c»\", \"«a<b c»\": 1}",
    "{{ xs }}" -> "['«p»', '«q»']",
    "{{ xs | join(', ') }}" -> "«p», «q»",
    "{% for c in x %}{{ c }}.{% endfor %}" -> "«a».«<».«b».« ».«c».",
    "{% set y %}<{{ x }}>{% endset %}{{ y }}" -> "<«a<b c»>",
    "{% macro m(y) %}<{{ y }}>{% endmacro %}{{ m(x) }}" -> "<«a<b c»>",
    "{% set ns = namespace(y=x) %}{{ ns.y }}" -> "«a<b c»",
    "{{ x | indent(2, true) }}" -> "  «a<b c»",
    "{{ x * 2 }}" -> "«a<b ca<b c»",
    "{{ {x: 1}.keys() | first }}" -> "«a<b c»",
    "{% filter upper %}z{{ x }}{% endfilter %}" -> "Z«A<B C»",
    "{{ x if x else 'no' }}{{ x | default('d') }}" -> "«a<b ca<b c»",
    "{{ x | length }}" -> "5"
  )

  for ((template, expected) <- origins) test(s"characters keep their origin in $template") {
    assert(marked(template, "x" -> "a<b c", "xs" -> List("p", "q").asJava) == expected)
  }

  test("a template's own strings are trusted, wherever a variable says so") {
    assert(marked("{{ bos }}{{ x }}", "bos" -> Text.trusted("<s>"), "x" -> "<s>") == "<s>«<s>»")
  }

  // template, part of the construct's name in the error, line
  private val unsupported = Seq(
    ("a\n{% include 'x' %}", "the tag 'include'", 2),
    ("{% import 'x' as y %}", "the tag 'import'", 1),
    ("{% call f() %}{% endcall %}", "the tag 'call'", 1),
    ("\n\n{{ 'x' | urlize }}", "the filter 'urlize'", 3),
    ("{{ 1 is prime }}", "the test 'prime'", 1),
    ("{{ 'x'.zfill(3) }}", "the method string.zfill", 1),
    ("{{ [1].append(2) }}", "the method list.append", 1),
    ("{{ '%s' % 1 }}", "% to format a string", 1),
    ("{% for a in b recursive %}{% endfor %}", "a recursive loop", 1),
    ("{{ strftime_now('%U') }}", "the directive %U", 1)
  )

  for ((template, construct, line) <- unsupported) test(s"not supported, and said so: $template") {
    val error = intercept[AuditException](render(template, "x" -> "y"))
    assert(error.errorClass.name == "TEMPLATE_UNSUPPORTED")
    assert(error.getMessage.contains(s"Line $line uses $construct"), error.getMessage)
  }

  private val malformed = Seq(
    "{{ x",
    "{% if x %}",
    "{% endif %}",
    "{{ x + }}",
    "{{ 'x }}",
    "{# x",
    "{{ (x] }}",
    "{% for x %}",
    "{{ x y }}",
    "{% set %}",
    "{% break %}",
    "{{ a is b is c }}",
    "{{ f(*x, y) }}",
    "{{ f(**x, y=1) }}",
    "{{ f(*x, *x) }}",
    "{{ '\\xZ' }}",
    "{% raw %}",
    "{{}}",
    "{{ " + "(" * 5000 + " }}",
    "{{ " + "not " * 100000 + "x }}",
    "{% if x %}" * 2000
  )

  for (template <- malformed)
    test(s"malformed, and said so: ${template.take(30)}, ${template.length} characters") {
      val error = intercept[AuditException](ChatTemplate.parse(template, clock))
      assert(
        Set("TEMPLATE_INVALID", "TEMPLATE_UNSUPPORTED")(error.errorClass.name),
        error.getMessage
      )
    }

  private val failing = Seq(
    "{{ missing.attribute }}",
    "{{ range(*1) }}",
    "{{ namespace(**[1]) }}",
    "{{ namespace(a=1, **{'a': 2}) }}",
    "{{ namespace(**{1: 2}) }}",
    "{{ missing['a'] }}",
    "{{ missing() }}",
    "{{ 1 + 'a' }}",
    "{{ 'a' + none }}",
    "{{ missing + 'a' }}",
    "{{ 1 / 0 }}",
    "{{ 1 // 0 }}",
    "{{ 1 % 0 }}",
    "{{ 1 < 'a' }}",
    "{{ 3 | length }}",
    "{% for x in 3 %}{% endfor %}",
    "{{ 'a'.split('') }}",
    "{% for a, b in [1] %}{% endfor %}",
    "{% set x.y = 1 %}",
    "{{ missing | tojson }}",
    "{{ 9223372036854775807 + 1 }}",
    "{{ 2 ** 200 }}",
    "{{ range(100001) }}",
    "{{ range(0, 1, 0) }}",
    "{{ 'x'() }}",
    "{{ 1 in 3 }}",
    "{{ 2 in 'ab' }}",
    "{{ [1][::0] }}",
    "{{ namespace }}"
  )

  for (template <- failing) test(s"fails with a clear error: $template") {
    val error = intercept[AuditException](render(template))
    assert(Set("TEMPLATE_FAILED", "TEMPLATE_UNSUPPORTED")(error.errorClass.name), error.getMessage)
    assert(error.getMessage.contains("Line 1"))
  }

  private val endless = Seq(
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{{ 'abcdefgh' * 999999999999 }}",
    "{{ [1] * 999999999999 }}",
    "{% set ns = namespace(x='aaaaaaaa') %}{% for a in range(99) %}" +
      "{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}" +
      "{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x=[1]) %}{% for a in range(99) %}" +
      "{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == (ns.x | list) }}",
    "{% set ns = namespace(x=[1]) %}{% for a in range(9999) %}" +
      "{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x | tojson }}",
    "{{ " + "x ~ " * 200000 + "x }}"
  )

  for (template <- endless) test(s"is stopped: ${template.take(200)}") {
    val error = intercept[AuditException](render(template, "x" -> "y"))
    assert(error.errorClass.name == "TEMPLATE_LIMIT", error.getMessage)
  }

  test("a refusal carries the template's words and not those of a message") {
    val error = intercept[AuditException] {
      render("\n{{ raise_exception('no ' ~ x ~ ' here') }}", "x" -> "password")
    }
    assert(error.errorClass.name == "TEMPLATE_REFUSED")
    assert(error.getMessage.contains("(line 2). It says: no … here."))
  }

  test("the date is the clock's, in English") {
    val expected = "06 Jul 2024, Saturday 13:04:05 PM 188 %"
    val format = "%d %b %Y, %A %H:%M:%S %p %j %%"
    assert(render(s"{{ strftime_now('$format') }}").toString == expected)
  }

  test("a template is rendered by many threads at once") {
    val template = ChatTemplate.parse(
      "{% set ns = namespace(t='') %}{% for c in x %}{% set ns.t" +
        " = c ~ ns.t %}{% endfor %}{{ ns.t }}",
      clock
    )
    val texts = (0 until 200).map(number => s"text $number")
    val rendered = texts.toArray.toSeq.asJava.parallelStream
      .map[String](text => template.render(Map("x" -> text).asJava).toString)
      .toArray
    assert(rendered.toSeq == texts.map(_.reverse))
  }
}
