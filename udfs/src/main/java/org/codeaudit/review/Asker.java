package org.codeaudit.review;

import java.util.concurrent.CompletableFuture;
import org.codeaudit.generate.request.Generation;
import org.codeaudit.generate.request.GenerationRequest;

/** Puts a question to the engine. */
@FunctionalInterface
public interface Asker {

  /** See {@link org.codeaudit.generate.Engine#submit(GenerationRequest)}. */
  CompletableFuture<Generation> ask(GenerationRequest request);
}
