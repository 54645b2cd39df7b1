package org.codeaudit.packages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/** Certificates to trust besides those of the JVM. */
final class Certificates {
  private Certificates() {}

  /**
   * @param file of certificates in PEM form
   * @throws AuditException {@code PACKAGE_CERTIFICATES} if it holds none that can be read
   */
  static SSLContext trust(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<Certificate> all = new ArrayList<>(trusted());
      all.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : all) {
        store.setCertificateEntry("certificate " + store.size(), certificate);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(store), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AuditException(
          ErrorClass.PACKAGE_CERTIFICATES,
          "Cannot use the certificates in " + file + ", which pip is set to",
          e.toString(),
          "Correct cert in pip's settings, or PIP_CERT",
          e);
    }
  }

  private static List<X509Certificate> trusted() throws GeneralSecurityException {
    List<X509Certificate> known = new ArrayList<>();
    for (TrustManager manager : managers(null)) {
      if (manager instanceof X509TrustManager certificates) {
        known.addAll(List.of(certificates.getAcceptedIssuers()));
      }
    }
    return known;
  }

  /** Those of a store; null for the JVM's own. */
  private static TrustManager[] managers(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
