package com.ferryinvoices.billing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs the links under which customers open their invoices without an account. */
public class InvoiceSigner {
  /** Sent along so that links survive a change of keys. */
  public static final String KEY_ID = "invoice-link-2024";

  private static final String ALGORITHM = "HmacSHA256";
  private static final String SECRET_NAME = "INVOICE_LINK_SECRET";

  private final SecretKeySpec key;

  InvoiceSigner(String secret) {
    key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  public static InvoiceSigner create() {
    String secret = System.getenv(SECRET_NAME);
    if (secret == null || secret.length() < 32) {
      throw new IllegalStateException(SECRET_NAME + " needs at least 32 characters");
    }
    return new InvoiceSigner(secret);
  }

  /** The signature of an invoice's number, as it stands in the link. */
  public String sign(long invoice) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] signature = mac.doFinal(Long.toString(invoice).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }

  public boolean verify(long invoice, String signature) {
    return MessageDigest.isEqual(
        sign(invoice).getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.US_ASCII));
  }
}
