package net.printroom.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Hands documents to the CUPS queue of the reading room. */
public final class PrintJobs {
  private static final int MOST_COPIES = 20;

  private final String queue;

  public PrintJobs(String queue) {
    this.queue = queue;
  }

  /**
   * Queues a document.
   *
   * @param title the name of the job as the visitor typed it
   * @return what {@code lp} answered, which holds the number of the request
   */
  public String submit(Path document, String title, int copies)
      throws IOException, InterruptedException {
    if (copies < 1 || copies > MOST_COPIES) {
      throw new IllegalArgumentException("Copies must be between 1 and " + MOST_COPIES);
    }
    Process process =
        new ProcessBuilder(command(document, title, copies)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException("lp ended with " + exit + ": " + answer.strip());
    }
    return answer.strip();
  }

  private List<String> command(Path document, String title, int copies) {
    String file = document.toAbsolutePath().toString();
    String line = "lp -d " + queue + " -n " + copies + " -t '" + title + "' -- " + file;
    return List.of("/bin/sh", "-c", line);
  }
}
