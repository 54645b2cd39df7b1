package org.codeaudit.token.jinja

import com.fasterxml.jackson.databind.JsonNode
import java.time.Clock
import org.codeaudit.AuditException
import org.codeaudit.token.GoldenData
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

/** Templates render to the byte as transformers renders them. */
class GoldenTemplateSuite extends AnyFunSuite {
  private val templates = GoldenData.folder.resolve("templates")

  private def source(testCase: JsonNode): String =
    if (testCase.has("source")) testCase.get("source").textValue
    else GoldenData.text(templates.resolve(testCase.get("template").textValue))

  private def template(testCase: JsonNode) = ChatTemplate.parse(source(testCase), Clock.systemUTC)

  private def rendered(testCase: JsonNode): String =
    template(testCase).render(GoldenData.variables(testCase)).toString

  private def trusted(value: AnyRef): AnyRef = value match {
    case string: String          => Text.trusted(string)
    case list: java.util.List[_] =>
      list.asScala.map(item => trusted(item.asInstanceOf[AnyRef])).asJava
    case map: java.util.Map[_, _] =>
      val copy = new java.util.LinkedHashMap[AnyRef, AnyRef]
      map.forEach((key, item) =>
        copy.put(Text.trusted(key.toString), trusted(item.asInstanceOf[AnyRef]))
      )
      copy
    case other => other
  }

  for (
    testCase <- GoldenData.elements(GoldenData.parse(templates.resolve("cases.json")).get("cases"))
  ) {
    val core = testCase.get("level").textValue == "core"
    val name = s"${testCase.get("level").textValue}: ${testCase.get("name").textValue}"
    if (testCase.has("error")) {
      test(s"refused as transformers refuses it: $name") {
        // Text of messages is left out of errors: here they are trusted.
        val variables = new java.util.HashMap[String, AnyRef]
        GoldenData.variables(testCase).forEach((name, value) => variables.put(name, trusted(value)))
        val error = intercept[AuditException](template(testCase).render(variables))
        val said = testCase.get("error").textValue.strip.replaceAll("\\p{Cc}", " ")
        if (error.errorClass.name == "TEMPLATE_REFUSED") assert(error.getMessage.contains(said))
        else assert(error.errorClass.name == "TEMPLATE_FAILED")
      }
    } else {
      test(s"rendered as transformers renders it: $name") {
        try assert(rendered(testCase) == testCase.get("expected").textValue)
        catch {
          case error: AuditException if !core =>
            assert(error.errorClass.name == "TEMPLATE_UNSUPPORTED")
        }
      }
    }
  }
}
