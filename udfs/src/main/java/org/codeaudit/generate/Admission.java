package org.codeaudit.generate;

import java.util.Arrays;
import java.util.Optional;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.generate.request.GenerationRequest;
import org.codeaudit.model.ModelDescription;

/** Why a request cannot run, whatever else is running. */
final class Admission {
  private Admission() {}

  /**
   * Why a request can never run on a model; empty if it can.
   *
   * @param limit the most tokens of prompt and answer together
   */
  static Optional<AuditException> objection(
      GenerationRequest request, ModelDescription model, int limit) {
    int prompt = request.prompt().length;
    if (prompt >= model.contextLength()) {
      return Optional.of(
          tooLong(
              request,
              "the context of "
                  + model.id()
                  + " holds "
                  + model.contextLength()
                  + " tokens and"
                  + " the answer needs at least one",
              "Shorten or split the input, or choose a model with a longer context"));
    }
    if (prompt >= limit) {
      return Optional.of(
          tooLong(
              request,
              "the whole key-value cache holds "
                  + limit
                  + " tokens and the answer needs at least"
                  + " one",
              "Raise the cache size, or shorten or split the input"));
    }
    return Arrays.stream(request.prompt())
        .filter(id -> id < 0 || id >= model.vocabularySize())
        .mapToObj(id -> unknown(request, id, model))
        .findFirst();
  }

  /**
   * The failure of a row that finds no room though the whole cache is free.
   *
   * @param length tokens of its prompt and what was forced behind it
   * @param cacheTokens positions of the whole cache
   */
  static AuditException noRoom(String key, int length, int cacheTokens) {
    return new AuditException(
        ErrorClass.PROMPT_TOO_LONG,
        "Cannot run row " + key,
        "its " + length + " tokens find no room in an empty cache of " + cacheTokens + " positions",
        "Raise the cache size or split the input");
  }

  private static AuditException tooLong(GenerationRequest request, String why, String fix) {
    return new AuditException(
        ErrorClass.PROMPT_TOO_LONG,
        "Row " + request.key() + " has a prompt of " + request.prompt().length + " tokens",
        why,
        fix);
  }

  private static AuditException unknown(GenerationRequest request, int id, ModelDescription model) {
    return new AuditException(
        ErrorClass.TOKEN_UNKNOWN,
        "Row " + request.key() + " has a prompt with token " + id,
        "the vocabulary of " + model.id() + " ends at " + (model.vocabularySize() - 1),
        "Use the tokenizer of the same checkpoint as the weights");
  }
}
