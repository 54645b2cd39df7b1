package org.codeaudit.job.option;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.metrics.AuditPlugin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * Where Spark runs. Under {@code spark-submit}, its own options decide and these are not needed.
 */
public final class SparkOptions {
  /** System property naming the file of settings for a session without {@code spark-submit}. */
  static final String DEFAULTS_FILE = "codeaudit.spark.defaults";

  private static final String PLUGINS = "spark.plugins";

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark master when not started by spark-submit; default local[*], this machine.")
  String master = "local[*]";

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A Spark setting, as for spark-submit; may be repeated.")
  Map<String, String> settings = new LinkedHashMap<>();

  /** The options of a command that mixes them in. */
  static SparkOptions of(CommandSpec command) {
    return command.mixins().values().stream()
        .map(CommandSpec::userObject)
        .filter(SparkOptions.class::isInstance)
        .map(SparkOptions.class::cast)
        .findFirst()
        .orElseGet(SparkOptions::new);
  }

  public SparkOptions with(Map<String, String> more) {
    settings.putAll(more);
    return this;
  }

  /**
   * Does some work in a session and stops the session.
   *
   * @param name of the command
   */
  public <T> T inSession(String name, Function<SparkSession, T> work) {
    SparkSession session = session(name);
    try {
      return work.apply(session);
    } finally {
      session.stop();
    }
  }

  /** Starts (or finds) the session; the caller stops it. */
  public SparkSession session(String name) {
    return SparkSession.builder().appName("Code Audit: " + name).config(conf()).getOrCreate();
  }

  /** The settings of the session. */
  public SparkConf conf() {
    SparkConf conf = new SparkConf();
    boolean submitted = conf.contains("spark.master");
    if (!submitted) {
      conf.setMaster(master);
      defaults().forEach(conf::setIfMissing);
    }
    settings.forEach(conf::set);
    SchedulingSettings.check(conf);
    // The engine's batch mixes the rows of all tasks; a task that runs twice would cost twice as
    // much.
    conf.setIfMissing("spark.speculation", "false");
    // A finished wave is published while the next ones are computed, not after them.
    conf.setIfMissing("spark.scheduler.mode", "FAIR");
    addMetrics(conf);
    return conf;
  }

  /** Added to the user's plugins, under a name that is the same in every run. */
  public static void addMetrics(SparkConf conf) {
    String plugin = AuditPlugin.class.getName();
    String plugins = conf.get(PLUGINS, "").strip();
    if (!List.of(plugins.split("\\s*,\\s*")).contains(plugin)) {
      conf.set(PLUGINS, plugins.isEmpty() ? plugin : plugins + "," + plugin);
    }
    conf.setIfMissing("spark.metrics.namespace", "codeaudit");
  }

  private static Map<String, String> defaults() {
    String file = System.getProperty(DEFAULTS_FILE);
    if (file == null) {
      return Map.of();
    }
    // Spark's format: a key, white space or "=", a value. Java's properties are read the same
    // way.
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new AuditException(
          ErrorClass.SPARK_DEFAULTS,
          "Cannot read the Spark settings " + file,
          e.toString(),
          "Restore the file, or unset the system property " + DEFAULTS_FILE,
          e);
    }
    Map<String, String> defaults = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(key -> defaults.put(key, properties.getProperty(key)));
    return defaults;
  }
}
