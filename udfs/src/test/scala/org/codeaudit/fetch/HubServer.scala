package org.codeaudit.fetch

import com.fasterxml.jackson.databind.ObjectMapper
import com.sun.net.httpserver.{HttpExchange, HttpServer}
import java.net.{InetSocketAddress, URLDecoder}
import java.security.MessageDigest
import java.util.HexFormat
import java.util.concurrent.{
  ConcurrentHashMap,
  ConcurrentLinkedQueue,
  CountDownLatch,
  ExecutorService,
  Executors
}
import scala.jdk.CollectionConverters._

/** What the server does wrong, once, when a file is asked for. */
sealed trait Fault
object Fault {

  /** The connection is closed after so many bytes. */
  case class Cut(after: Int) extends Fault

  /** Nothing more comes after so many bytes, and the connection stays open. */
  case class Silent(after: Int) extends Fault

  /** Another answer than the file. */
  case class Refuse(status: Int, headers: (String, String)*) extends Fault

  /** All bytes come, one of them wrong. */
  case object Corrupt extends Fault
}

/** A request as the server saw it. */
case class Asked(server: String, path: String, range: Option[String], token: Option[String])

/** Behaves like the Hugging Face hub with one repository `audit/tiny`, on 127.0.0.1: small files
  * are sent by the hub, large ones by a store of another address that the hub redirects to.
  */
class HubServer(files: Map[String, Array[Byte]], large: Set[String] = Set.empty)
    extends AutoCloseable {
  val commit: String = "0123456789abcdef0123456789abcdef01234567"
  @volatile var requiredToken: Option[String] = None
  @volatile var gated = false
  @volatile var knowsRanges = true
  @volatile var sizes: Map[String, Long] = Map.empty
  @volatile var listingFaults: List[Fault.Refuse] = Nil

  private val faults = new ConcurrentHashMap[String, List[Fault]]
  private val log = new ConcurrentLinkedQueue[Asked]
  private val ended = new CountDownLatch(1)
  private val threads: ExecutorService = Executors.newCachedThreadPool()
  private val store = server("store", exchange => file(exchange, name(exchange)))
  private val hub = server("hub", hubAnswer)

  def endpoint: String = s"http://127.0.0.1:${hub.getAddress.getPort}"
  def asked: Seq[Asked] = log.asScala.toSeq

  /** The requests for a file's bytes. */
  def asked(name: String): Seq[Asked] =
    asked.filter(request => request.path.endsWith("/" + name) && !isRedirect(request))

  private def isRedirect(request: Asked) =
    request.server == "hub" && large(request.path.split('/').last)

  /** The faults of the next requests for a file, one each. */
  def fail(name: String, next: Fault*): Unit = faults.put(name, next.toList)

  private def server(which: String, answer: HttpExchange => Unit): HttpServer = {
    val server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0)
    server.setExecutor(threads)
    server.createContext(
      "/",
      exchange => {
        def header(name: String) = Option(exchange.getRequestHeaders.getFirst(name))
        val path = exchange.getRequestURI.getRawPath
        log.add(Asked(which, path, header("Range"), header("Authorization")))
        try answer(exchange)
        finally exchange.close()
      }
    )
    server.start()
    server
  }

  private def name(exchange: HttpExchange) =
    URLDecoder.decode(exchange.getRequestURI.getRawPath.split('/').last, "UTF-8")

  private def hubAnswer(exchange: HttpExchange): Unit = {
    val path = exchange.getRequestURI.getRawPath
    val token = Option(exchange.getRequestHeaders.getFirst("Authorization"))
    if (requiredToken.exists(known => !token.contains("Bearer " + known)))
      refuse(exchange, Fault.Refuse(401, "X-Error-Message" -> "Invalid username or password."))
    else if (path.startsWith("/api/models/audit/tiny/revision/")) listing(exchange)
    else if (path.startsWith(s"/audit/tiny/resolve/$commit/")) resolve(exchange)
    else refuse(exchange, Fault.Refuse(404, "X-Error-Code" -> "RepoNotFound"))
  }

  private def listing(exchange: HttpExchange): Unit = {
    val revision = name(exchange)
    val fault = synchronized {
      val first = listingFaults.headOption
      listingFaults = listingFaults.drop(1)
      first
    }
    if (fault.isDefined) refuse(exchange, fault.get)
    else if (!Set("main", "v1", "refs/pr/1", commit)(revision))
      refuse(exchange, Fault.Refuse(404, "X-Error-Code" -> "RevisionNotFound"))
    else send(exchange, 200, description, description.length)
  }

  private def description: Array[Byte] = {
    val json = new ObjectMapper
    val document = json.createObjectNode().put("id", "audit/tiny").put("sha", commit)
    val siblings = document.putArray("siblings")
    for ((name, bytes) <- files) {
      val size = sizes.getOrElse(name, bytes.length.toLong)
      val entry = siblings.addObject().put("rfilename", name).put("size", size)
      if (large(name)) {
        entry.put("blobId", "f" * 40)
        val digest = hex("SHA-256", bytes)
        entry.putObject("lfs").put("sha256", digest).put("size", size).put("pointerSize", 134)
      } else entry.put("blobId", hex("SHA-1", s"blob ${bytes.length}\u0000".getBytes ++ bytes))
    }
    json.writeValueAsBytes(document)
  }

  private def hex(algorithm: String, bytes: Array[Byte]) =
    HexFormat.of.formatHex(MessageDigest.getInstance(algorithm).digest(bytes))

  private def resolve(exchange: HttpExchange): Unit =
    if (gated)
      refuse(exchange, Fault.Refuse(403, "X-Error-Code" -> "GatedRepo"))
    else if (large(name(exchange))) {
      val address = s"http://127.0.0.1:${store.getAddress.getPort}/${name(exchange)}?signature=x"
      exchange.getResponseHeaders.set("Location", address)
      exchange.sendResponseHeaders(302, -1)
    } else file(exchange, name(exchange))

  private def refuse(exchange: HttpExchange, refusal: Fault.Refuse): Unit = {
    refusal.headers.foreach { case (name, value) => exchange.getResponseHeaders.set(name, value) }
    exchange.sendResponseHeaders(refusal.status, -1)
  }

  private def nextFault(name: String): Option[Fault] = synchronized {
    val next = Option(faults.get(name)).getOrElse(Nil)
    faults.put(name, next.drop(1))
    next.headOption
  }

  private def file(exchange: HttpExchange, name: String): Unit = {
    val fault = nextFault(name)
    fault match {
      case Some(refusal: Fault.Refuse) => refuse(exchange, refusal)
      case _ if !files.contains(name)  => refuse(exchange, Fault.Refuse(404))
      case _                           => bytes(exchange, files(name), fault)
    }
  }

  private val Range = "bytes=([0-9]+)-([0-9]*)".r

  private def bytes(exchange: HttpExchange, all: Array[Byte], fault: Option[Fault]): Unit = {
    val (begin, end) = Option(exchange.getRequestHeaders.getFirst("Range")) match {
      case Some(Range(from, last)) if knowsRanges =>
        (from.toInt, if (last.isEmpty) all.length else math.min(last.toInt + 1, all.length))
      case _ => (0, all.length)
    }
    val part = all.slice(begin, end)
    if (fault.contains(Fault.Corrupt)) part(part.length / 2) = (part(part.length / 2) ^ 1).toByte
    val partial = part.length < all.length
    if (partial)
      exchange.getResponseHeaders.set("Content-Range", s"bytes $begin-${end - 1}/${all.length}")
    val sent = fault match {
      case Some(Fault.Cut(after))    => after
      case Some(Fault.Silent(after)) => after
      case _                         => part.length
    }
    send(exchange, if (partial) 206 else 200, part, math.min(sent, part.length))
    if (fault.exists(_.isInstanceOf[Fault.Silent])) ended.await()
  }

  private def send(exchange: HttpExchange, status: Int, body: Array[Byte], sent: Int): Unit = {
    exchange.sendResponseHeaders(status, if (body.isEmpty) -1 else body.length.toLong)
    exchange.getResponseBody.write(body, 0, sent)
    exchange.getResponseBody.flush()
  }

  override def close(): Unit = {
    ended.countDown()
    hub.stop(0)
    store.stop(0)
    threads.shutdownNow()
  }
}
