package org.codeaudit.job.source.repository;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import org.codeaudit.AuditException;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/** Opens repositories with JGit, so that every machine reads them alike. */
public final class Repositories {
  private static final int PACK_CACHE_BYTES = 64 * WindowCacheConfig.MB;

  static {
    SystemReader.setInstance(new WithoutMachineSettings(SystemReader.getInstance()));
    WindowCacheConfig cache = new WindowCacheConfig();
    cache.setPackedGitLimit(PACK_CACHE_BYTES);
    cache.setDeltaBaseCacheLimit(PACK_CACHE_BYTES / 2);
    cache.install();
  }

  private Repositories() {}

  /**
   * The repository of a git folder; JGit keeps its indexes in memory for the next partition. The
   * caller closes it.
   *
   * @throws AuditException {@code GIT_UNSUPPORTED} if JGit cannot read its format, {@code
   *     GIT_CONFIG} if its settings cannot be read
   */
  public static Repository open(String gitFolder) throws IOException {
    return supported(explained(new File(gitFolder)));
  }

  /**
   * As {@link #open}, of a mirror: settings that cannot be read are thrown as JGit has it, for a
   * mirror that is damaged is made anew and nobody corrects it.
   */
  public static Repository openMirror(Path folder) throws IOException {
    return supported(opened(folder.toFile()));
  }

  private static Repository supported(Repository repository) {
    String hash = repository.getConfig().getString("extensions", null, "objectFormat");
    if (hash != null && !hash.equalsIgnoreCase("sha1")) {
      repository.close();
      throw GitErrors.unsupported(repository.getDirectory(), hash);
    }
    return repository;
  }

  private static Repository opened(File folder) throws IOException {
    if (!new File(folder, Constants.HEAD).isFile()) {
      throw new RepositoryNotFoundException(folder);
    }
    return RepositoryCache.open(RepositoryCache.FileKey.exact(folder, FS.DETECTED), false);
  }

  private static Repository explained(File folder) throws IOException {
    try {
      return opened(folder);
    } catch (IOException broken) {
      if (broken.getCause() instanceof ConfigInvalidException) {
        throw RepositoryConfig.of(folder).error(folder, broken);
      }
      throw broken;
    } catch (IllegalArgumentException invalid) {
      // Where JGit looks into the settings for the work tree it says so of a broken file, without a
      // cause.
      RepositoryConfig config = RepositoryConfig.of(folder);
      throw config.hasWrongLine() ? config.error(folder, invalid) : invalid;
    }
  }

  /** JGit would ask the git executable and read the user's settings; a repository's own suffice. */
  private static final class WithoutMachineSettings extends SystemReader.Delegate {
    WithoutMachineSettings(SystemReader reader) {
      super(reader);
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS files) {
      return new NoFile(parent, files);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS files) {
      return new NoFile(parent, files);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS files) {
      return new NoFile(parent, files);
    }
  }

  private static final class NoFile extends FileBasedConfig {
    NoFile(Config parent, FS files) {
      super(parent, new File("none"), files);
    }

    /**
     * JGit would find out how exact the file system's times are by writing files into the
     * repository, for seconds. A repository is only read here: the times are said to be exact to a
     * second.
     */
    @Override
    public String getString(String section, String subsection, String name) {
      boolean times =
          section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)
              && (name.equals(ConfigConstants.CONFIG_KEY_TIMESTAMP_RESOLUTION)
                  || name.equals(ConfigConstants.CONFIG_KEY_MIN_RACY_THRESHOLD));
      return times ? "1 seconds" : super.getString(section, subsection, name);
    }

    @Override
    public void load() {
      // Nothing to read.
    }

    @Override
    public void save() {
      // Nothing to keep.
    }

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
