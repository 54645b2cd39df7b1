package org.codeaudit.fetch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.web.WebRefusal;

/** What refusals and failures of a hub mean to a user. */
record HubErrors(HubClient client, ModelReference.Hub reference) {
  private static final String OFFLINE_FIX =
      "Check the network, the proxy (-Dhttps.proxyHost) and HF_ENDPOINT; or fetch the model where"
          + " there is a network and pass its folder";

  AuditException explain(String part, IOException failure) {
    if (failure instanceof WebRefusal refusal) {
      return refused(part, refusal);
    }
    boolean unreachable =
        failure instanceof ConnectException
            || failure instanceof UnknownHostException
            || failure instanceof HttpConnectTimeoutException;
    return unreachable
        ? error(
            ErrorClass.MODEL_UNREACHABLE,
            part,
            client.endpoint() + " cannot be reached: " + failure,
            OFFLINE_FIX,
            failure)
        : error(ErrorClass.MODEL_FETCH, part, String.valueOf(failure), OFFLINE_FIX, failure);
  }

  private AuditException refused(String part, WebRefusal refusal) {
    switch (refusal.code()) {
      case "RevisionNotFound":
        return error(
            ErrorClass.MODEL_REVISION_UNKNOWN,
            part,
            "it has no revision " + reference.revision() + " (" + refusal.getMessage() + ")",
            "Give a branch, a tag or a commit of the repository after the @",
            refusal);
      case "GatedRepo":
        return gated(part, refusal);
      default:
        return byStatus(part, refusal);
    }
  }

  private AuditException byStatus(String part, WebRefusal refusal) {
    if (refusal.code().equals("RepoNotFound") || refusal.status() == 404) {
      return error(
          ErrorClass.MODEL_NOT_FOUND,
          part,
          "the hub has no such thing"
              + (client.hasToken() ? " that the token may see" : ", or it is private")
              + " ("
              + refusal.getMessage()
              + ")",
          "Check the spelling" + (client.hasToken() ? "" : ". If it is private: " + give()),
          refusal);
    }
    if (refusal.status() == 401) {
      // The hub gives the same answer for what does not exist, so that nobody can guess names.
      return error(
          ErrorClass.MODEL_UNAUTHORISED,
          part,
          (client.hasToken()
                  ? "the token was not accepted"
                  : "it does not exist, or is private and no token was found")
              + " ("
              + refusal.getMessage()
              + ")",
          "Check the spelling. " + give(),
          refusal);
    }
    if (refusal.status() == 403) {
      return gated(part, refusal);
    }
    return error(
        refusal.temporary() ? ErrorClass.MODEL_UNAVAILABLE : ErrorClass.MODEL_FETCH,
        part,
        refusal.getMessage(),
        "Try again later; what was fetched so far is kept",
        refusal);
  }

  private AuditException gated(String part, WebRefusal refusal) {
    return error(
        ErrorClass.MODEL_GATED,
        part,
        (client.hasToken()
                ? "the token's owner may not read it"
                : "it is gated and no token was found")
            + " ("
            + refusal.getMessage()
            + ")",
        "Accept its conditions at "
            + client.endpoint()
            + "/"
            + reference.repository()
            + ". "
            + give(),
        refusal);
  }

  private String give() {
    return client.hasToken()
        ? "The token is looked for in HF_TOKEN, HF_TOKEN_PATH and ~/.cache/huggingface/token"
        : HubToken.HOW_TO_GIVE;
  }

  private AuditException error(
      ErrorClass errorClass, String part, String why, String fix, Throwable cause) {
    return new AuditException(
        errorClass, "Cannot fetch " + reference + " (" + part + ")", why, fix, cause);
  }
}
