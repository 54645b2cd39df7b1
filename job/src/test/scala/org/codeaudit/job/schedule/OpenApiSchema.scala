package org.codeaudit.job.schedule
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import org.yaml.snakeyaml.{LoaderOptions, Yaml}
import org.yaml.snakeyaml.constructor.SafeConstructor

/** Checks documents against structural OpenAPI v3 schemas, as custom resource definitions hold
  * them: types, required and unknown fields, enums, patterns, bounds, and keys of lists that are
  * maps.
  */
object OpenApiSchema {
  type Node = Map[String, Any]

  /** The one document of a YAML file. */
  def load(file: Path): Node = {
    val reader = Files.newBufferedReader(file)
    try
      plain(new Yaml(new SafeConstructor(new LoaderOptions())).load[Any](reader)).asInstanceOf[Node]
    finally reader.close()
  }

  /** What `value` breaks, one sentence each that begins with the path; empty if it is valid. */
  def problems(schema: Node, value: Any, path: String): Seq[String] = value match {
    case null                                                         => Seq(s"$path is empty")
    case _ if schema.get("x-kubernetes-int-or-string").contains(true) =>
      intOrString(schema, value, path)
    case fields: Map[_, _] => ofType("object", schema, path) ++ inObject(schema, node(fields), path)
    case items: Seq[_]     => ofType("array", schema, path) ++ inArray(schema, items, path)
    case text: String      => ofType("string", schema, path) ++ inText(schema, text, path)
    case _: Boolean        => ofType("boolean", schema, path)
    case number: Number    => inNumber(schema, number, path)
    case other             => Seq(s"$path is a ${other.getClass.getSimpleName}")
  }

  /** The schema of a field, of an item or of a map's value. */
  def child(schema: Node, name: String): Option[Node] =
    properties(schema)
      .get(name)
      .orElse(schema.get("additionalProperties").collect { case values: Map[_, _] =>
        node(values)
      })

  def properties(schema: Node): Map[String, Node] =
    schema.get("properties").map(node).getOrElse(Map.empty).map { case (k, v) => k -> node(v) }

  def node(value: Any): Node = value.asInstanceOf[Node]

  def texts(schema: Node, key: String): Seq[String] =
    schema.getOrElse(key, Nil).asInstanceOf[Seq[Any]].map(_.toString)

  private def ofType(actual: String, schema: Node, path: String): Seq[String] =
    schema.get("type").filter(_ != actual).map(t => s"$path is an $actual, not an $t").toSeq

  private def inObject(schema: Node, fields: Node, path: String): Seq[String] = {
    val open = schema.get("x-kubernetes-preserve-unknown-fields").contains(true)
    val missing = texts(schema, "required").filterNot(fields.contains).map(f => s"$path lacks $f")
    missing ++ fields.toSeq.flatMap { case (name, value) =>
      child(schema, name) match {
        case Some(found)  => problems(found, value, s"$path/$name")
        case None if open => Nil
        case None         => Seq(s"$path has no field $name")
      }
    }
  }

  private def inArray(schema: Node, items: Seq[Any], path: String): Seq[String] = {
    val keys = texts(schema, "x-kubernetes-list-map-keys")
    val doubled = items.groupBy(item => keys.map(key => node(item).get(key))).filter(_._2.size > 1)
    val repeated = if (keys.isEmpty) Nil else doubled.keys.map(k => s"$path repeats ${k.mkString}")
    repeated.toSeq ++ items.zipWithIndex.flatMap { case (item, i) =>
      problems(node(schema("items")), item, s"$path/$i")
    }
  }

  private def inText(schema: Node, text: String, path: String): Seq[String] = {
    val among = texts(schema, "enum")
    val outside =
      if (among.isEmpty || among.contains(text)) Nil else Seq(s"$path is none of $among")
    outside ++ unlike(schema, text, path)
  }

  private def unlike(schema: Node, text: String, path: String): Seq[String] =
    schema
      .get("pattern")
      .filterNot(p => p.toString.r.findFirstIn(text).isDefined)
      .map(p => s"$path does not match $p")
      .toSeq

  private def intOrString(schema: Node, value: Any, path: String): Seq[String] = value match {
    case text: String                   => unlike(schema, text, path)
    case _: Integer | _: java.lang.Long => Nil
    case _                              => Seq(s"$path is neither a number nor a text")
  }

  private def inNumber(schema: Node, number: Number, path: String): Seq[String] = {
    val whole = number.isInstanceOf[Integer] || number.isInstanceOf[java.lang.Long]
    val kind = if (whole && !schema.get("type").contains("number")) "integer" else "number"
    def bound(key: String): Option[Double] = schema.get(key).map(_.toString.toDouble)
    ofType(kind, schema, path) ++
      bound("minimum").filter(_ > number.doubleValue).map(b => s"$path is below $b") ++
      bound("maximum").filter(_ < number.doubleValue).map(b => s"$path is above $b")
  }

  private def plain(value: Any): Any = value match {
    case map: java.util.Map[_, _] => map.asScala.map { case (k, v) => k.toString -> plain(v) }.toMap
    case list: java.util.List[_]  => list.asScala.map(plain).toSeq
    case other                    => other
  }
}
