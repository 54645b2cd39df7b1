package org.codeaudit.job.command

import java.nio.charset.StandardCharsets.ISO_8859_1
import java.nio.file.{Files, Path}
import org.apache.spark.sql.{DataFrame, SparkSession}
import org.apache.spark.sql.functions.{col, udf}

/** Which parts of every query that a review runs RAPIDS would take to a GPU. Run by
  * `mvn verify -Prapids`. With CODE_AUDIT_RAPIDS_REPORT naming a file, all that RAPIDS says is
  * written there.
  */
class RapidsPlanSuite extends CommandSuite {

  /** What may stay on the processor, and what RAPIDS gives as the reason; see docs/rapids.md. */
  private val expected = Seq(
    "DeserializeToObject" -> "",
    "MapPartitions" -> "",
    "SerializeFromObject" -> "",
    "LocalTableScan" -> "",
    "RDDScan" -> "",
    "CollectLimit" -> "disabled by default"
  )

  private lazy val queries: Seq[RapidsPlan] = {
    requireRapids()
    val table = patches()
    RapidsPlans.recorded.clear()
    val outcome = audit(
      Seq("review", "--table", table.toString, "--diff-column", "patch", "--where", "stars > 3") ++
        Seq(
          "--out",
          folder("rapids").resolve("tables").toString,
          "--model",
          golden("llama-tiny")
        ) ++
        Seq("--prompt", shortPrompt, "--max-new-tokens", "300") ++
        Seq("--conf", s"spark.sql.queryExecutionListeners=${classOf[RapidsListener].getName}"): _*
    )
    assert(outcome.code === ExitCode.OK, outcome.err)
    val all = RapidsPlans.all
    for (file <- sys.env.get("CODE_AUDIT_RAPIDS_REPORT"))
      Files.writeString(Path.of(file), all.map(q => s"== ${q.action}\n${q.text}").mkString("\n"))
    all
  }

  private def requireRapids(): Unit =
    if (!RapidsPlans.available) cancel("the RAPIDS jar is not on the class path: use -Prapids")

  private def withSession[A](use: SparkSession => A): A = {
    val spark = SparkSession
      .builder()
      .master("local[1]")
      .config("spark.ui.enabled", "false")
      .config("spark.driver.host", "127.0.0.1")
      .getOrCreate()
    try use(spark)
    finally spark.stop()
  }

  private def patches(): Path = {
    val path = folder("input").resolve("patches")
    val patch = Files.readString(samples.resolve("c-ring-peek.patch"))
    withSession { spark =>
      val rows = Seq((1, 5, patch), (1, 5, patch), (2, 3, patch))
      spark.createDataFrame(rows).toDF("id", "stars", "patch").write.parquet(path.toString)
    }
    path
  }

  test(
    "what stays on the processor are our own steps, their rows' way in and out, and trifles",
    org.codeaudit.OptIn
  ) {
    assert(queries.nonEmpty)
    for (query <- queries; (operator, why) <- query.refused)
      assert(
        expected.exists { case (name, reason) => name == operator && why.contains(reason) },
        s"$operator of the query ${query.action}: $why\n${query.text}"
      )
  }

  test(
    "parsing patches and asking the model are steps of the processor, not bridged expressions",
    org.codeaudit.OptIn
  ) {
    assert(queries.flatMap(_.refused).count(_._1 == "MapPartitions") >= 2)
    assert(!queries.exists(_.text.contains("CPU bridge")))
  }

  for (
    (what, operators) <- Seq(
      "a table is read, selected from and freed of repetitions" ->
        Seq("HashAggregate", "ShuffleExchange", "Project", "Filter", "FileSourceScan"),
      "findings are exploded" -> Seq("Project", "Generate"),
      "rows are counted by status" -> Seq("SortAggregate", "ShuffleExchange", "SortAggregate"),
      "rows are counted by reason" ->
        Seq("Sort", "ShuffleExchange", "HashAggregate", "ShuffleExchange", "HashAggregate"),
      "findings are ranked" -> Seq("TakeOrderedAndProject", "Project", "Filter", "Window", "Sort")
    )
  ) test(s"on the GPU $what", org.codeaudit.OptIn) {
    assert(queries.exists(query => query.taken.containsSlice(operators)), queries.map(_.taken))
  }

  test(
    "a function of ours in an expression would be bridged, and the model as one would be seen",
    org.codeaudit.OptIn
  ) {
    requireRapids()
    val path = patches()
    val length = udf((text: String) => text.length)
    val text = withSession { spark =>
      val frame: DataFrame = spark.read.parquet(path.toString).select(length(col("patch")))
      RapidsPlans.explain("select", frame).text
    }
    assert(text.contains("CPU bridge"), text)
  }

  test("the settings that share a GPU with RAPIDS are ones it knows", org.codeaudit.OptIn) {
    requireRapids()
    val shim = "spark" + org.apache.spark.SPARK_VERSION.replace(".", "")
    val file = shim + "/com/nvidia/spark/rapids/RapidsConf$.class"
    val bytes = getClass.getClassLoader.getResourceAsStream(file).readAllBytes()
    val constants = new String(bytes, ISO_8859_1)
    val settings = Files
      .readString(root.resolve("conf/spark-defaults-gpu-rapids.conf"))
      .linesIterator
      .filter(_.startsWith("spark.rapids."))
      .map(_.split("\\s+").head)
      .toSeq
    assert(settings.size === 7)
    // A class file writes a text's length, in two bytes, before it.
    for (name <- settings) assert(constants.contains(s"\u0000${name.length.toChar}$name"), name)
  }
}
