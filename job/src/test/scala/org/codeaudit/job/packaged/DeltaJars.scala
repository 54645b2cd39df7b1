package org.codeaudit.job.packaged

import java.nio.file.Path

/** What a user brings to a run whose tables are of Delta Lake. */
object DeltaJars {
  val paths: Seq[Path] =
    Seq(classOf[io.delta.sql.DeltaSparkSessionExtension], classOf[io.delta.storage.LogStore])
      .map(a => Path.of(a.getProtectionDomain.getCodeSource.getLocation.toURI))

  val settings: Map[String, String] = Map(
    "spark.sql.extensions" -> "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog" -> "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    // its log is short: 50 tasks to read it are for long ones
    "spark.databricks.delta.snapshotPartitions" -> "1"
  )
}
