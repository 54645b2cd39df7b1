package org.codeaudit.job.source
import java.io.{ByteArrayInputStream, ByteArrayOutputStream, InputStream, OutputStream}
import java.net.{InetAddress, InetSocketAddress, ServerSocket, Socket}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.Path
import java.util.Base64
import java.util.concurrent.{CountDownLatch, Executors, TimeUnit}
import java.util.concurrent.atomic.AtomicInteger
import java.util.zip.GZIPInputStream

import scala.util.Try
import com.sun.net.httpserver.{HttpExchange, HttpServer}

/** A git server over HTTP: git's own CGI program behind the JDK's server, with faults on demand.
  *
  * @param root
  *   the folder of the repositories
  * @param login
  *   `user:password` if the server asks for one
  */
class GitHttpServer(root: Path, login: Option[String] = None) extends AutoCloseable {
  private val threads = Executors.newCachedThreadPool()
  private val closing = new CountDownLatch(1)
  private val server =
    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress, 0), 0)

  /** How many of the next requests are answered with an error of the server. */
  val failing = new AtomicInteger(0)

  /** Whether requests get no answer. */
  @volatile var hanging = false

  /** How often objects were asked for. */
  val fetches = new AtomicInteger(0)

  server.setExecutor(threads)
  server.createContext("/", exchange => answer(exchange))
  server.start()

  val address: String = s"http://127.0.0.1:${server.getAddress.getPort}"

  private def answer(exchange: HttpExchange): Unit =
    try {
      val body = exchange.getRequestBody.readAllBytes()
      if (hanging) closing.await(10, TimeUnit.MINUTES)
      else if (failing.getAndUpdate(n => math.max(0, n - 1)) > 0) send(exchange, 500)
      else if (!mayEnter(exchange)) {
        exchange.getResponseHeaders.set("WWW-Authenticate", "Basic realm=\"git\"")
        send(exchange, 401)
      } else {
        if (asksForObjects(exchange, body)) fetches.incrementAndGet()
        cgi(exchange, body)
      }
    } finally exchange.close()

  private def send(exchange: HttpExchange, status: Int): Unit =
    exchange.sendResponseHeaders(status, -1)

  private def mayEnter(exchange: HttpExchange): Boolean = login.forall { expected =>
    val basic = "Basic " + Base64.getEncoder.encodeToString(expected.getBytes(UTF_8))
    exchange.getRequestHeaders.getFirst("Authorization") == basic
  }

  private def asksForObjects(exchange: HttpExchange, body: Array[Byte]): Boolean = {
    val plain = if (exchange.getRequestHeaders.getFirst("Content-Encoding") == "gzip") {
      new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
    } else body
    new String(plain, UTF_8).contains("command=fetch")
  }

  private def cgi(exchange: HttpExchange, body: Array[Byte]): Unit = {
    val builder = new ProcessBuilder("git", "http-backend")
    val environment = builder.environment
    val headers = exchange.getRequestHeaders
    val settings = Seq(
      "GIT_PROJECT_ROOT" -> root.toString,
      "GIT_HTTP_EXPORT_ALL" -> "1",
      "REQUEST_METHOD" -> exchange.getRequestMethod,
      "PATH_INFO" -> exchange.getRequestURI.getPath,
      "QUERY_STRING" -> Option(exchange.getRequestURI.getQuery).getOrElse(""),
      "REMOTE_ADDR" -> "127.0.0.1",
      "REMOTE_USER" -> "reader",
      "CONTENT_LENGTH" -> body.length.toString,
      "CONTENT_TYPE" -> headers.getFirst("Content-Type"),
      "HTTP_CONTENT_ENCODING" -> headers.getFirst("Content-Encoding"),
      "GIT_PROTOCOL" -> headers.getFirst("Git-Protocol"),
      "GIT_CONFIG_COUNT" -> "1",
      "GIT_CONFIG_KEY_0" -> "uploadpack.allowFilter",
      "GIT_CONFIG_VALUE_0" -> "true"
    )
    for ((name, value) <- settings if value != null) environment.put(name, value)
    builder.redirectError(ProcessBuilder.Redirect.DISCARD)
    val process = builder.start()
    threads.execute { () =>
      Try(process.getOutputStream.write(body))
      Try(process.getOutputStream.close())
    }
    try pass(exchange, process.getInputStream)
    finally process.destroyForcibly()
  }

  private def pass(exchange: HttpExchange, output: InputStream): Unit = {
    val lines = Iterator.continually(line(output)).takeWhile(_.nonEmpty).toSeq
    val (status, others) = lines.partition(_.startsWith("Status:"))
    for (header <- others) {
      val colon = header.indexOf(':')
      exchange.getResponseHeaders.add(header.take(colon), header.drop(colon + 1).trim)
    }
    val code = status.headOption.map(_.split("\\s+")(1).toInt).getOrElse(200)
    exchange.sendResponseHeaders(code, 0)
    Try(output.transferTo(exchange.getResponseBody))
  }

  private def line(input: InputStream): String = {
    val bytes = new ByteArrayOutputStream()
    var next = input.read()
    while (next >= 0 && next != '\n') {
      bytes.write(next)
      next = input.read()
    }
    bytes.toString(UTF_8).stripSuffix("\r")
  }

  override def close(): Unit = {
    closing.countDown()
    server.stop(0)
    threads.shutdownNow()
  }
}

/** A git server of git's own protocol: every connection is served by a process of its own. */
class GitDaemon(root: Path) extends AutoCloseable {
  private val threads = Executors.newCachedThreadPool()
  private val socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress)
  threads.execute { () =>
    Try(while (true) {
      val client = socket.accept()
      threads.execute(() => serve(client))
    })
  }

  val address: String = s"git://127.0.0.1:${socket.getLocalPort}"

  private def serve(client: Socket): Unit = {
    val process = new ProcessBuilder(
      "git",
      "-c",
      "uploadpack.allowFilter=true",
      "daemon",
      "--inetd",
      "--export-all",
      s"--base-path=$root",
      root.toString
    ).redirectError(ProcessBuilder.Redirect.DISCARD).start()
    try {
      threads.execute { () =>
        Try(copy(client.getInputStream, process.getOutputStream))
        Try(process.getOutputStream.close())
      }
      Try(copy(process.getInputStream, client.getOutputStream))
    } finally {
      client.close()
      process.destroyForcibly()
    }
  }

  private def copy(from: InputStream, to: OutputStream): Unit = {
    val buffer = new Array[Byte](1 << 16)
    var read = from.read(buffer)
    while (read >= 0) {
      to.write(buffer, 0, read)
      to.flush()
      read = from.read(buffer)
    }
  }

  override def close(): Unit = {
    socket.close()
    threads.shutdownNow()
  }
}
