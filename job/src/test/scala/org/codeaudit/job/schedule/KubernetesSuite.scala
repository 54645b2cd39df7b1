package org.codeaudit.job.schedule
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

import org.codeaudit.OptIn
import org.codeaudit.job.command.AcceptedArguments
import org.codeaudit.job.schedule.OpenApiSchema.{load, node, problems, Node}

/** The manifests for the Spark operator: against its schema, and against what we promise of them.
  */
class KubernetesSuite extends AnyFunSuite {
  private val root = Path.of(System.getProperty("codeaudit.root"))
  private val folder = root.resolve("conf/kubernetes")
  private val committed = root.resolve("job/src/test/resources/kubernetes/operator-fields.tsv")
  private val one = load(folder.resolve("spark-application.yaml"))
  private val nightly = load(folder.resolve("scheduled-spark-application.yaml"))
  private val spec = node(one("spec"))
  private val pods = Seq("driver", "executor").map(name => name -> node(spec(name)))

  private lazy val schemas = OperatorFields.read(Files.readAllLines(committed).asScala.toSeq)

  private def wrong(manifest: Node): Seq[String] = {
    val kind = manifest("kind").toString
    problems(schemas(kind), manifest, kind)
  }

  private def list(value: Any): Seq[Node] = value.asInstanceOf[Seq[Node]]

  /** The manifest with the value at a path replaced, or removed where there is none. */
  private def changed(within: Node, path: List[String], value: Option[Any]): Node = path match {
    case List(last)    => value.fold(within - last)(within.updated(last, _))
    case first :: rest => within.updated(first, changed(node(within(first)), rest, value))
    case Nil           => within
  }

  for (manifest <- Seq(one, nightly))
    test(s"the ${manifest("kind")} has only fields of the operator, each of its type") {
      assert(wrong(manifest) === Nil)
    }

  for (
    (path, value, expected) <- Seq[(String, Option[Any], String)](
      ("spec/type", Some("Rust"), "SparkApplication/spec/type is none of"),
      ("spec/driver", None, "SparkApplication/spec lacks driver"),
      ("spec/driver/cores", Some("two"), "cores is an string, not an integer"),
      ("spec/driver/cores", Some(0), "cores is below 1"),
      ("spec/executor/gpus", Some(1), "executor has no field gpus"),
      ("spec/executor/gpu/quantity", Some(1.5), "quantity is an number, not an integer"),
      ("spec/arguments", Some("review"), "arguments is an string, not an array"),
      ("spec/sparkConf/x", Some(true), "x is an boolean, not an string"),
      ("spec/restartPolicy/type", Some("Sometimes"), "type is none of"),
      ("spec/imagePullPolicy", Some(null), "imagePullPolicy is empty")
    )
  ) test(s"a manifest with $path = ${value.getOrElse("nothing")} is refused") {
    val found = wrong(changed(one, path.split('/').toList, value))
    assert(found.exists(_.contains(expected)), found)
  }

  test("the nightly run is the single run on a schedule, never two at a time") {
    val scheduled = node(nightly("spec"))
    assert(scheduled("template") === spec)
    assert(scheduled("concurrencyPolicy") === "Forbid")
    assert(scheduled("schedule").toString.split(' ').length === 5)
  }

  for ((name, pod) <- pods) {
    test(s"the $name runs without rights: no root, nothing writable, no capabilities") {
      val context = node(pod("securityContext"))
      assert(context("runAsNonRoot") === true)
      assert(context("runAsUser") === 185)
      assert(context("readOnlyRootFilesystem") === true)
      assert(context("allowPrivilegeEscalation") === false)
      assert(node(context("capabilities"))("drop") === Seq("ALL"))
      assert(node(context("seccompProfile"))("type") === "RuntimeDefault")
    }

    test(s"the $name has writable folders, and every mount is of a volume there is") {
      val volumes = list(spec("volumes")).map(_("name"))
      val mounts = list(pod("volumeMounts"))
      assert(mounts.map(_("name")).toSet === volumes.toSet)
      assert(Set[Any]("/tmp", "/opt/spark/work-dir").subsetOf(mounts.map(_("mountPath")).toSet))
    }

    test(s"secrets reach the $name as files only") {
      val mounted = list(pod("secrets")).map(_("path").toString)
      val variables = list(pod("env"))
      assert(variables.forall(_.keySet === Set("name", "value")), "no variable holds a secret")
      for (
        variable <- variables
        if variable("name").toString.matches("(?i).*(token|config|secret|key).*")
      )
        assert(mounted.exists(path => variable("value").toString.startsWith(path + "/")), variable)
    }
  }

  test("an executor has one GPU, in the operator's words and in Spark's") {
    val gpu = node(node(spec("executor"))("gpu"))
    val conf = node(spec("sparkConf"))
    assert(gpu === Map("name" -> "nvidia.com/gpu", "quantity" -> 1))
    assert(conf("spark.executor.resource.gpu.amount") === "1")
    assert(conf("spark.executor.resource.gpu.vendor") === "nvidia.com")
    val slots = node(spec("executor"))("cores").toString.toInt
    assert(conf("spark.task.resource.gpu.amount").toString.toDouble * slots === 1.0)
  }

  test("the command line takes the arguments, and they hold no secret") {
    val arguments = spec("arguments").asInstanceOf[Seq[Any]]
    assert(arguments.forall(_.isInstanceOf[String]), "Kubernetes takes texts only")
    AcceptedArguments.parse(arguments.map(_.toString))
    assert(!arguments.exists(_.toString.matches("(?i).*(token|password|://[^/]*@).*")))
  }

  test(
    "the operator's own resource definitions accept the manifests and give the committed table",
    OptIn
  ) {
    val definitions = OperatorFields.definitions(
      Path.of(
        sys.env.getOrElse("CODE_AUDIT_OPERATOR_CRDS", cancel("CODE_AUDIT_OPERATOR_CRDS is not set"))
      )
    )
    for (manifest <- Seq(one, nightly)) {
      val kind = manifest("kind").toString
      assert(problems(definitions(kind), manifest, kind) === Nil)
    }
    assert(
      OperatorFields.table(definitions, Seq(one, nightly)) === Files.readAllLines(committed).asScala
    )
  }
}
