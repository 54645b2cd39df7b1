package org.codeaudit.job.source.git;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.AuditException;
import org.codeaudit.job.source.git.RepositoryRequest.Planned;
import org.codeaudit.job.source.mirror.RemoteRepository;
import org.codeaudit.job.source.repository.RepositoryLocation;
import org.codeaudit.job.source.row.ChangePartition;
import org.codeaudit.job.source.row.Shares;
import org.codeaudit.job.source.row.SourcePlan;

/**
 * Lists the commits or files to read and divides them into partitions. Repositories with a path are
 * looked at here, on the driver, those on servers by executors. What is planned is pinned:
 * partitions hold object ids, so a branch may move while the job runs.
 */
final class GitPlanner {
  /** Commits change some six files with code each: questions for four batches. */
  private static final int LEAST_COMMITS = 10;

  private static final int MOST_COMMITS = 16;
  private static final int LEAST_FILES = 32;
  private static final int MOST_FILES = 64;

  private final GitOptions options;
  private final List<ChangePartition> partitions = new ArrayList<>();

  private GitPlanner(GitOptions options) {
    this.options = options;
  }

  /**
   * @throws AuditException for a single repository that cannot be read as asked; one of several
   *     gives a row with the error instead
   */
  static SourcePlan plan(GitOptions options, SparkSession spark) {
    RepositoryRequests asked = RepositoryRequests.of(options, spark);
    List<Planned> planned = planned(asked.requests(), options, spark);
    long units = asked.failures().size();
    for (Planned each : planned) {
      if (each.pins() == null && !asked.many()) {
        throw each.error();
      }
      units += each.pins() == null ? 1 : each.pins().units();
    }
    GitPlanner planner = new GitPlanner(options);
    planner.partitions.addAll(asked.failures());
    int slots = spark.sparkContext().defaultParallelism();
    for (Planned each : planned) {
      planner.share(each, units, slots);
    }
    return new SourcePlan(planner.partitions, units);
  }

  /** In the order of the requests. */
  private static List<Planned> planned(
      List<RepositoryRequest> requests, GitOptions options, SparkSession spark) {
    Pins.Wish wish = new Pins.Wish(options.mode(), options.commits(), options.limits().merges());
    List<RepositoryRequest> remote = requests.stream().filter(GitPlanner::isRemote).toList();
    Iterator<Planned> fromExecutors = RemotePlanner.plan(spark, remote, wish).iterator();
    return requests.stream()
        .map(request -> isRemote(request) ? fromExecutors.next() : request.plan(wish))
        .toList();
  }

  private static boolean isRemote(RepositoryRequest request) {
    return request.location() instanceof RemoteRepository;
  }

  private void share(Planned planned, long units, int slots) {
    RepositoryLocation location = planned.request().location();
    if (planned.pins() == null) {
      partitions.add(GitPartition.Failed.of(location.name(), planned.error()));
      return;
    }
    int size =
        Shares.size(options.commitsPerPartition(), units, slots, LEAST_COMMITS, MOST_COMMITS);
    boolean first = true;
    for (Pins.Commits range : planned.pins().commits()) {
      List<String> ids = range.ids();
      for (int from = 0; from < ids.size(); from += size) {
        List<String> share = List.copyOf(ids.subList(from, Math.min(ids.size(), from + size)));
        partitions.add(
            new GitPartition.Commits(location, share, range.rules(), first, options.limits()));
        first = false;
      }
    }
    size = Shares.size(options.filesPerPartition(), units, slots, LEAST_FILES, MOST_FILES);
    for (Pins.Tree tree : planned.pins().trees()) {
      for (int from = 0; from < tree.files(); from += size) {
        int until = Math.min(tree.files(), from + size);
        partitions.add(
            new GitPartition.Files(location, tree.commit(), from, until, options.limits()));
      }
    }
  }
}
