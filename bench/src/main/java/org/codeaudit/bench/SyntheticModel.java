package org.codeaudit.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.checkpoint.SyntheticCheckpoint;
import org.codeaudit.disk.FileLocks;
import org.codeaudit.disk.FolderTree;
import org.codeaudit.fetch.ModelFetcher;
import org.codeaudit.placement.Amount;

/** Checkpoints with made-up weights, written once into the folder of models. */
final class SyntheticModel {
  private static final String NAME = "synthetic";
  private static final String DEFAULT_SHAPE = "qwen2.5-coder-0.5b";

  /** Part of the folder's name: another one when the same seed gives other weights. */
  private static final int VERSION = 1;

  private final Path folder;
  private final PrintWriter messages;

  /**
   * @param folder where models are kept
   * @param messages is told when a checkpoint is written
   */
  SyntheticModel(Path folder, PrintWriter messages) {
    this.folder = folder.resolve(NAME);
    this.messages = messages;
  }

  /** Whether {@code --model} asks for made-up weights. */
  static boolean named(String model) {
    return model.equals(NAME) || model.startsWith(NAME + ":");
  }

  /** What {@code --model} says, or the folder of the made-up weights that it asks for. */
  static String path(String model, PrintWriter messages) {
    return named(model)
        ? new SyntheticModel(ModelFetcher.modelsFolder(), messages).folder(model).toString()
        : model;
  }

  /** The checkpoint's folder; it is written first if it is not there yet. */
  Path folder(String model) {
    String shape = model.equals(NAME) ? DEFAULT_SHAPE : model.substring(NAME.length() + 1);
    if (!SyntheticCheckpoint.SHAPES.contains(shape)) {
      throw new AuditException(
          ErrorClass.OPTION,
          "There is no synthetic model " + shape,
          "the shapes are " + SyntheticCheckpoint.SHAPES,
          "Name one of them, as in --model synthetic:" + DEFAULT_SHAPE);
    }
    Path target = folder.resolve(shape + "-" + VERSION);
    if (Files.isDirectory(target)) {
      return target;
    }
    try {
      Files.createDirectories(folder);
      try (FileLocks.Held lock = FileLocks.exclusive(folder.resolve(shape + ".lock"))) {
        if (!Files.isDirectory(target)) {
          write(shape, target);
        }
      }
      return target;
    } catch (IOException e) {
      throw failure(shape, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(shape, e);
    }
  }

  private AuditException failure(String shape, Exception cause) {
    return new AuditException(
        ErrorClass.BENCH,
        "The synthetic model " + shape + " cannot be written to " + folder,
        cause.toString(),
        "Free some disk space, or set CODE_AUDIT_MODELS to another folder",
        cause);
  }

  private void write(String shape, Path target) throws IOException {
    SyntheticCheckpoint checkpoint = SyntheticCheckpoint.ofShape(shape);
    messages.printf(
        "Writing made-up weights of the shape %s (%s, once) to %s%n",
        shape, Amount.bytes(checkpoint.bytes()), target);
    messages.flush();
    Path part = Files.createTempDirectory(folder, "part-");
    try {
      checkpoint.write(part, 0);
      // whole or not there
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FolderTree.delete(part);
    }
  }
}
