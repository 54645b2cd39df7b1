package org.codeaudit.token
import com.fasterxml.jackson.databind.node.{ArrayNode, ObjectNode}
import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

/** The golden data of this repository, and how to read it. */
object GoldenData {
  private val json = new ObjectMapper

  val folder: Path = {
    val root = Option(System.getProperty("codeaudit.root")).map(Path.of(_))
    root
      .orElse(Iterator.iterate(Path.of("").toAbsolutePath)(_.getParent).takeWhile(_ != null).find {
        path => Files.isDirectory(path.resolve("data/golden"))
      })
      .getOrElse(sys.error("no data/golden above the working directory"))
      .resolve("data/golden")
  }

  def text(path: Path): String = Files.readString(path)

  def parse(path: Path): JsonNode = json.readTree(text(path))

  def node(document: String): ObjectNode = json.readTree(document).asInstanceOf[ObjectNode]

  def elements(node: JsonNode): Seq[JsonNode] = node.elements.asScala.toSeq

  def ids(node: JsonNode): Seq[Int] = elements(node).map(_.intValue)

  /** A JSON value as plain Java. */
  def plain(node: JsonNode): AnyRef = node match {
    case map: ObjectNode =>
      val copy = new java.util.LinkedHashMap[String, AnyRef]
      map.properties.asScala.foreach(entry => copy.put(entry.getKey, plain(entry.getValue)))
      copy
    case array: ArrayNode      => new java.util.ArrayList[AnyRef](elements(array).map(plain).asJava)
    case other if other.isNull => null
    case other if other.isBoolean        => java.lang.Boolean.valueOf(other.booleanValue)
    case other if other.isIntegralNumber => java.lang.Long.valueOf(other.longValue)
    case other if other.isNumber         => java.lang.Double.valueOf(other.doubleValue)
    case other                           => other.textValue
  }

  /** The variables transformers renders a case of `templates/cases.json` with. */
  def variables(testCase: JsonNode): java.util.Map[String, AnyRef] = {
    val variables = new java.util.HashMap[String, AnyRef]
    variables.put("messages", plain(testCase.path("messages")))
    variables.put("tools", if (testCase.has("tools")) plain(testCase.get("tools")) else null)
    variables.put("documents", null)
    val prompt = testCase.path("add_generation_prompt").asBoolean
    variables.put("add_generation_prompt", java.lang.Boolean.valueOf(prompt))
    testCase.path("variables").properties.asScala.foreach { entry =>
      variables.put(entry.getKey, plain(entry.getValue))
    }
    variables
  }
}
