package org.codeaudit.job.command

import java.nio.file.attribute.PosixFilePermissions
import java.nio.file.{Files, Path}

import scala.io.Source
import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.ObjectMapper
import org.scalatest.funsuite.AnyFunSuite

/** `conf/gpus.sh`, run by bash with a `nvidia-smi` that says what real ones say. */
class DiscoveryScriptSuite extends AnyFunSuite {
  private val script = Path.of(System.getProperty("codeaudit.root")).resolve("conf/gpus.sh")

  private case class Outcome(code: Int, out: String, err: String) {
    def addresses: Seq[String] = {
      assert(code == 0 && out.count(_ == '\n') == 1, this)
      val json = new ObjectMapper().readTree(out)
      assert(json.get("name").asText == "gpu" && json.size == 2)
      json.get("addresses").elements.asScala.map(_.asText).toSeq
    }
  }

  private def tool(name: String): Path =
    System
      .getenv("PATH")
      .split(':')
      .map(folder => Path.of(folder).resolve(name))
      .find(Files.isExecutable(_))
      .getOrElse(cancel(s"there is no $name on this machine"))

  /** Runs the script with nothing on the PATH but what it may use. */
  private def run(nvidiaSmi: Option[String], visible: Option[String]): Outcome = {
    val path = Files.createTempDirectory("path")
    for (name <- Seq("grep", "uname")) Files.createSymbolicLink(path.resolve(name), tool(name))
    val bash = tool("bash").toString
    for (body <- nvidiaSmi) {
      val fake = Files.writeString(path.resolve("nvidia-smi"), s"#!$bash\n$body")
      Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwx------"))
    }
    val builder = new ProcessBuilder(bash, script.toString)
    val errors = path.resolve("errors")
    builder.redirectError(errors.toFile)
    builder.environment.clear()
    builder.environment.put("PATH", path.toString)
    visible.foreach(builder.environment.put("CUDA_VISIBLE_DEVICES", _))
    val process = builder.start()
    val out = Source.fromInputStream(process.getInputStream, "UTF-8").mkString
    Outcome(process.waitFor(), out, Files.readString(errors))
  }

  /** A nvidia-smi over GPUs of which some are cut into MIG instances. */
  private def nvidiaSmi(gpus: (Int, String, Seq[String])*): String = {
    val rows = gpus.map { case (index, mig, _) => s"$index, ${uuid(index)}, $mig" }
    val instances = gpus.map { case (index, _, names) =>
      val lines = names.zipWithIndex.map { case (name, i) =>
        s"  MIG 1g.10gb     Device  $i: (UUID: $name)"
      }
      val list = (s"GPU $index: NVIDIA A100-SXM4-80GB (UUID: ${uuid(index)})" +: lines)
      s"""  "-L -i $index") echo '${list.mkString("\n")}';;"""
    }
    s"""case "$$*" in
       |  "--query-gpu=index,uuid,mig.mode.current --format=csv,noheader")
       |    echo '${rows.mkString("\n")}';;
       |${instances.mkString("\n")}
       |  *) echo "unexpected: $$*"; exit 2;;
       |esac
       |""".stripMargin
  }

  private def uuid(index: Int) = s"GPU-0$index-5f3c"

  private val plain = nvidiaSmi((0, "[N/A]", Nil), (1, "Disabled", Nil), (2, "[N/A]", Nil))
  private val first = "MIG-11d2a1c6"
  private val second = "MIG-22e7b004"
  private val cut = nvidiaSmi((0, "Enabled", Seq(first, second)), (1, "Disabled", Nil))
  private val uncut = nvidiaSmi((0, "Enabled", Nil))

  // what nvidia-smi knows, CUDA_VISIBLE_DEVICES, addresses
  private val found = Seq(
    ("one GPU", nvidiaSmi((0, "[N/A]", Nil)), None, Seq("0")),
    ("three GPUs", plain, None, Seq("0", "1", "2")),
    ("some of three by number", plain, Some("2,1"), Seq("2", "1")),
    ("some of three with blanks", plain, Some(" 2 , 1 "), Seq("2", "1")),
    ("one by name", plain, Some(uuid(1)), Seq(uuid(1))),
    ("one by a shortened name", plain, Some("GPU-02"), Seq("GPU-02")),
    ("those before a name that is unknown", plain, Some("1,7,2"), Seq("1")),
    ("a GPU in MIG mode and one that is not", cut, None, Seq(first, second, "1")),
    ("one MIG instance", cut, Some(second), Seq(second)),
    (
      "MIG instances as older drivers name them",
      nvidiaSmi((0, "Enabled", Seq("MIG-GPU-5f3c/1/0"))),
      None,
      Seq("MIG-GPU-5f3c/1/0")
    )
  )
  for ((what, known, visible, addresses) <- found) {
    test(s"the script lists $what") {
      assert(run(Some(known), visible).addresses == addresses)
    }
  }

  test("eleven GPUs keep their order, and 1 is not taken for 10") {
    val eleven = nvidiaSmi((0 to 10).map(index => (index, "[N/A]", Seq.empty[String])): _*)
    assert(run(Some(eleven), None).addresses == (0 to 10).map(_.toString))
    assert(run(Some(eleven), Some("10")).addresses == Seq("10"))
    assert(run(Some(nvidiaSmi((10, "[N/A]", Nil))), Some("1")).code == 1)
  }

  private val none = Seq(
    ("there is no nvidia-smi", None, None, "nvidia-smi is not on the PATH"),
    (
      "the driver does not answer",
      Some("echo \"NVIDIA-SMI has failed because it couldn't communicate\"; exit 9\n"),
      None,
      "couldn't communicate"
    ),
    ("there is no GPU", Some("echo 'No devices were found'\n"), None, "No devices were found"),
    ("nvidia-smi says nothing", Some("exit 0\n"), None, "lists none"),
    ("MIG mode has no instances", Some(uncut), None, "lists none"),
    ("CUDA_VISIBLE_DEVICES is empty", Some(plain), Some(""), "hides every GPU"),
    ("CUDA_VISIBLE_DEVICES hides all", Some(plain), Some("-1"), "hides every GPU")
  )
  for ((when, known, visible, why) <- none) {
    test(s"if $when the script says so, prints nothing and fails") {
      val outcome = run(known, visible)
      assert(outcome.code == 1 && outcome.out.isEmpty)
      assert(outcome.err.contains("gpus.sh: no GPU on ") && outcome.err.contains(why))
    }
  }

  test("the script may be executed as Spark does") {
    assert(Files.isExecutable(script))
  }
}
