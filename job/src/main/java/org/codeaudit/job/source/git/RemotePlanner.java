package org.codeaudit.job.source.git;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;
import org.codeaudit.job.source.git.RepositoryRequest.Planned;
import org.codeaudit.job.source.row.Shares;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans repositories on servers, on executors: each makes or updates the mirrors of some, and only
 * ids come back to the driver. What Spark would serialise is sent as numbers and bytes, since Kryo,
 * which many clusters are set to, cannot restore records.
 */
record RemotePlanner(List<RepositoryRequest> requests, Pins.Wish wish)
    implements FlatMapFunction<Iterator<Integer>, byte[]> {
  private static final Logger LOG = LoggerFactory.getLogger(RemotePlanner.class);

  /** Small tasks, so that one with slow servers does not keep the others waiting. */
  private static final int MOST_PER_TASK = 16;

  /** A task mostly waits for servers. */
  private static final int AT_ONCE = 4;

  /** In the order of the requests. */
  static List<Planned> plan(SparkSession spark, List<RepositoryRequest> requests, Pins.Wish wish) {
    if (requests.isEmpty()) {
      return List.of();
    }
    long begin = System.nanoTime();
    int slots = spark.sparkContext().defaultParallelism();
    int size = Shares.size(requests.size(), slots, MOST_PER_TASK);
    int tasks = (requests.size() + size - 1) / size;
    List<Integer> numbers = IntStream.range(0, requests.size()).boxed().toList();
    List<Planned> planned =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(numbers, tasks)
            .mapPartitions(new RemotePlanner(List.copyOf(requests), wish))
            .collect()
            .stream()
            .map(RemotePlanner::read)
            .toList();
    LOG.info(
        "Planned {} repositories on servers in {} ms; {} of them cannot be read",
        planned.size(),
        (System.nanoTime() - begin) / 1_000_000,
        planned.stream().filter(each -> each.pins() == null).count());
    return planned;
  }

  @Override
  public Iterator<byte[]> call(Iterator<Integer> numbers) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<byte[]>> futures = new ArrayList<>();
      numbers.forEachRemaining(
          number -> futures.add(threads.submit(() -> write(requests.get(number).plan(wish)))));
      List<byte[]> planned = new ArrayList<>();
      for (Future<byte[]> future : futures) {
        planned.add(future.get());
      }
      return planned.iterator();
    } catch (ExecutionException bug) {
      throw new IllegalStateException(bug.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static byte[] write(Planned planned) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(planned);
    }
    return bytes.toByteArray();
  }

  private static Planned read(byte[] bytes) {
    try (ObjectInputStream stream = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (Planned) stream.readObject();
    } catch (IOException | ClassNotFoundException bug) {
      throw new IllegalStateException(bug);
    }
  }
}
