package org.codeaudit.job.source.git;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.job.source.mirror.MirrorSettings;
import org.codeaudit.job.source.mirror.RemoteRepository;
import org.codeaudit.job.source.repository.RepositoryFinder;
import org.codeaudit.job.source.repository.RepositoryLocation;
import org.codeaudit.job.source.row.RemoteUrl;

/**
 * The repositories that paths, addresses and lists stand for, each once.
 *
 * @param failures those of a list that are no repositories, in place of their rows
 * @param many whether one bad repository must not stop the others
 */
record RepositoryRequests(
    List<RepositoryRequest> requests, List<GitPartition.Failed> failures, boolean many) {

  /**
   * @throws AuditException if a path or address that was given directly is wrong, or the list is
   */
  static RepositoryRequests of(GitOptions options, SparkSession spark) {
    Collector found = new Collector(options.mirrors());
    String range = options.range().orElse("");
    List<String> local =
        options.paths().stream().filter(path -> !RemoteUrl.isRemote(path)).toList();
    for (String path : options.paths()) {
      if (RemoteUrl.isRemote(path)) {
        found.addRemote(path, range);
      }
    }
    if (!local.isEmpty()) {
      found.addLocal(local, range);
    }
    boolean several = options.paths().size() > 1;
    options.list().ifPresent(list -> found.addListed(list.read(spark), range));
    return new RepositoryRequests(
        found.requests(), found.failures, found.many || several || options.list().isPresent());
  }

  private static final class Collector {
    private final MirrorSettings mirrors;
    private final Map<RepositoryLocation, Set<String>> ranges = new LinkedHashMap<>();
    private final List<GitPartition.Failed> failures = new ArrayList<>();
    private boolean many;

    Collector(MirrorSettings mirrors) {
      this.mirrors = mirrors;
    }

    void addRemote(String text, String range) {
      RemoteUrl url = RemoteUrl.parse(text);
      add(new RemoteRepository(url, url.name(), mirrors, List.of()), range);
    }

    void addLocal(List<String> paths, String range) {
      RepositoryFinder.Found found = RepositoryFinder.find(paths);
      many |= found.many();
      found.repositories().forEach(location -> add(location, range));
    }

    void addListed(List<RepositoryList.Entry> entries, String defaultRange) {
      for (RepositoryList.Entry entry : entries) {
        String range = entry.range().isEmpty() ? defaultRange : entry.range();
        try {
          if (RemoteUrl.isRemote(entry.text())) {
            addRemote(entry.text(), range);
          } else {
            addLocal(List.of(entry.text()), range);
          }
        } catch (AuditException wrong) {
          String name = RemoteUrl.shown(entry.text());
          failures.add(GitPartition.Failed.of(name, wrong));
        }
      }
    }

    private void add(RepositoryLocation location, String range) {
      ranges.computeIfAbsent(location, first -> new LinkedHashSet<>()).add(range);
    }

    List<RepositoryRequest> requests() {
      List<RepositoryLocation> locations = List.copyOf(ranges.keySet());
      List<RepositoryLocation> named = RepositoryLocation.withUniqueNames(locations);
      List<RepositoryRequest> requests = new ArrayList<>();
      for (int i = 0; i < named.size(); i++) {
        List<String> wanted = List.copyOf(ranges.get(locations.get(i)));
        requests.add(new RepositoryRequest(named.get(i), wanted));
      }
      return requests;
    }
  }
}
