package org.codeaudit.job.schedule
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.codeaudit.job.schedule.OpenApiSchema.Node

/** The fields of the Spark operator's resources that our manifests use, with what the operator's
  * schema says of them: one line per path, its type, and further facts, separated by tabs. `[]`
  * stands for the items of a list, `{}` for the values of a map.
  *
  * The table is made from the operator's resource definitions (`config/crd/bases` of
  * kubeflow/spark-operator):
  * {{{OperatorFields FOLDER conf/kubernetes > job/src/test/resources/kubernetes/operator-fields.tsv}}}
  */
object OperatorFields {
  private val Lists = Seq("enum", "required", "x-kubernetes-list-map-keys")
  private val Flags = Seq("x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields")
  private val Facts = Seq("format", "minimum", "maximum", "pattern")

  def main(arguments: Array[String]): Unit = {
    val manifests =
      arguments.tail.flatMap(folder => yamlFiles(Path.of(folder))).map(OpenApiSchema.load)
    table(definitions(Path.of(arguments.head)), manifests.toSeq).foreach(println)
  }

  def yamlFiles(folder: Path): Seq[Path] = {
    val files = Files.list(folder)
    try files.iterator().asScala.filter(_.toString.endsWith(".yaml")).toSeq.sorted
    finally files.close()
  }

  /** The schema of each kind that a folder of resource definitions defines. */
  def definitions(folder: Path): Map[String, Node] =
    yamlFiles(folder)
      .map(OpenApiSchema.load)
      .map { definition =>
        val spec = OpenApiSchema.node(definition("spec"))
        val version = spec("versions").asInstanceOf[Seq[Node]].find(_("name") == "v1beta2").get
        val schema = OpenApiSchema.node(version("schema"))("openAPIV3Schema")
        OpenApiSchema.node(spec("names"))("kind").toString -> openMetadata(
          OpenApiSchema.node(schema)
        )
      }
      .toMap

  def table(definitions: Map[String, Node], manifests: Seq[Node]): Seq[String] =
    manifests
      .flatMap { manifest =>
        val kind = manifest("kind").toString
        lines(definitions(kind), manifest, kind)
      }
      .distinct
      .sorted

  /** The schemas of the table's kinds, cut down to what the table has. */
  def read(table: Seq[String]): Map[String, Node] = {
    val rows =
      table.map(_.split('\t').toList).map(row => row.head.split('/').toList -> facts(row.tail))
    rows.groupBy(_._1.head).map { case (kind, own) => kind -> schema(below(own)) }
  }

  /** The API server itself checks metadata; the definitions leave it open. */
  private def openMetadata(schema: Node): Node = {
    val open = Map("type" -> "object", "x-kubernetes-preserve-unknown-fields" -> true)
    schema.updated("properties", OpenApiSchema.properties(schema).updated("metadata", open))
  }

  private def lines(schema: Node, value: Any, path: String): Seq[String] = {
    val own = (path +: describe(schema)).mkString("\t")
    val properties = OpenApiSchema.properties(schema)
    val below = value match {
      case fields: Map[_, _] =>
        fields.toSeq.flatMap { case (name: String @unchecked, field) =>
          val segment = if (properties.contains(name)) name else "{}"
          OpenApiSchema.child(schema, name).toSeq.flatMap(lines(_, field, s"$path/$segment"))
        }
      case items: Seq[_] =>
        items.flatMap(lines(OpenApiSchema.node(schema("items")), _, s"$path/[]"))
      case _ => Nil
    }
    own +: below
  }

  private def describe(schema: Node): Seq[String] =
    schema.getOrElse("type", "any").toString +:
      (Lists
        .filter(schema.contains)
        .map(k => s"$k=${OpenApiSchema.texts(schema, k).mkString(",")}") ++
        Flags.filter(k => schema.get(k).contains(true)) ++
        Facts.filter(schema.contains).map(k => s"$k=${schema(k)}"))

  private def facts(row: List[String]): Node = {
    val told: Node = row.tail.map { fact =>
      val Array(key, value) = (fact + "=").split("=", 2)
      val text = value.stripSuffix("=")
      key -> (if (Flags.contains(key)) true
              else if (Lists.contains(key)) text.split(',').toSeq
              else text)
    }.toMap
    if (row.head == "any") told else told.updated("type", row.head)
  }

  private def below(rows: Seq[(List[String], Node)]) = rows.map { case (path, f) => path.tail -> f }

  private def schema(rows: Seq[(List[String], Node)]): Node = {
    val own = rows.collectFirst { case (Nil, facts) => facts }.getOrElse(Map.empty)
    val children =
      rows.filter(_._1.nonEmpty).groupBy(_._1.head).map { case (k, r) => k -> schema(below(r)) }
    own ++ children.get("[]").map("items" -> _) ++ children
      .get("{}")
      .map("additionalProperties" -> _) +
      ("properties" -> (children - "[]" - "{}"))
  }
}
