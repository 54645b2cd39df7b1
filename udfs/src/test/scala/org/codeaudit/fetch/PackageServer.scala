package org.codeaudit.fetch

import com.fasterxml.jackson.databind.ObjectMapper
import com.sun.net.httpserver.{HttpExchange, HttpServer}
import java.net.InetSocketAddress
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

/** Behaves like a simple index of Python packages on 127.0.0.1; files lie at another address.
  *
  * @param files
  *   names and bytes of wheels
  * @param html
  *   whether it speaks HTML alone
  */
class PackageServer(files: Map[String, Array[Byte]], html: Boolean = false) extends AutoCloseable {
  @volatile var requiredUser: Option[String] = None
  @volatile var pageFaults: List[Fault.Refuse] = Nil
  @volatile var wrongHashes: Set[String] = Set.empty

  private val faults = new ConcurrentHashMap[String, List[Fault]]
  private val log = new ConcurrentLinkedQueue[Asked]
  private val ended = new CountDownLatch(1)
  private val threads: ExecutorService = Executors.newCachedThreadPool()
  private val store = server("store", file)
  private val index = server("index", page)

  def address: String = s"http://127.0.0.1:${index.getAddress.getPort}/simple"
  def asked: Seq[Asked] = log.asScala.toSeq

  /** The wheels that were asked for, in order. */
  def fetched: Seq[String] = asked.filter(_.server == "store").map(_.path.split('/').last)

  /** The faults of the next requests for a wheel, one each. */
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

  private def page(exchange: HttpExchange): Unit = {
    val project = exchange.getRequestURI.getRawPath.stripPrefix("/simple/").stripSuffix("/")
    val here = files.keys.filter(_.split('-').head.toLowerCase.replaceAll("[_.]+", "-") == project)
    val fault = synchronized {
      val first = pageFaults.headOption
      pageFaults = pageFaults.drop(1)
      first
    }
    val user = Option(exchange.getRequestHeaders.getFirst("Authorization"))
    if (fault.isDefined) refuse(exchange, fault.get)
    else if (requiredUser.exists(known => !user.contains(known)))
      refuse(exchange, Fault.Refuse(401))
    else if (here.isEmpty) refuse(exchange, Fault.Refuse(404))
    else if (html) send(exchange, "text/html; charset=utf-8", links(here))
    else send(exchange, "application/vnd.pypi.simple.v1+json", json(here))
  }

  private def links(names: Iterable[String]): Array[Byte] =
    names
      .map(n => s"""<a data-x="&gt;" href="${place(n)}#sha256=${hash(n)}">$n</a><br />\n""")
      .mkString("<!DOCTYPE html><html><body>\n", "", "</body></html>")
      .getBytes

  private def json(names: Iterable[String]): Array[Byte] = {
    val mapper = new ObjectMapper
    val document = mapper.createObjectNode()
    val list = document.putArray("files")
    for (name <- names)
      list
        .addObject()
        .put("filename", name)
        .put("url", place(name))
        .putObject("hashes")
        .put("sha256", hash(name))
    mapper.writeValueAsBytes(document)
  }

  private def place(name: String) = s"http://127.0.0.1:${store.getAddress.getPort}/files/$name"

  private def hash(name: String) =
    if (wrongHashes(name)) "0" * 64
    else HexFormat.of.formatHex(MessageDigest.getInstance("SHA-256").digest(files(name)))

  private def file(exchange: HttpExchange): Unit = {
    val name = exchange.getRequestURI.getRawPath.split('/').last
    val fault = synchronized {
      val next = Option(faults.get(name)).getOrElse(Nil)
      faults.put(name, next.drop(1))
      next.headOption
    }
    fault match {
      case Some(refusal: Fault.Refuse) => refuse(exchange, refusal)
      case Some(Fault.Cut(after))      => send(exchange, "", files(name), after)
      case Some(Fault.Silent(after))   =>
        send(exchange, "", files(name), after)
        ended.await()
      case Some(Fault.Corrupt) =>
        val wrong = files(name).clone()
        wrong(wrong.length / 2) = (wrong(wrong.length / 2) ^ 1).toByte
        send(exchange, "", wrong)
      case None => send(exchange, "", files(name))
    }
  }

  private def refuse(exchange: HttpExchange, refusal: Fault.Refuse): Unit = {
    refusal.headers.foreach { case (name, value) => exchange.getResponseHeaders.set(name, value) }
    exchange.sendResponseHeaders(refusal.status, -1)
  }

  private def send(
      exchange: HttpExchange,
      mediaType: String,
      body: Array[Byte],
      sent: Int = Int.MaxValue
  ): Unit = {
    if (mediaType.nonEmpty) exchange.getResponseHeaders.set("Content-Type", mediaType)
    exchange.sendResponseHeaders(200, body.length.toLong)
    exchange.getResponseBody.write(body, 0, math.min(sent, body.length))
    exchange.getResponseBody.flush()
  }

  override def close(): Unit = {
    ended.countDown()
    index.stop(0)
    store.stop(0)
    threads.shutdownNow()
  }
}

object PackageServer {
  import java.io.ByteArrayOutputStream
  import java.util.zip.{ZipEntry, ZipOutputStream}

  /** A zip file of these members. */
  def zip(members: (String, Array[Byte])*): Array[Byte] = {
    val bytes = new ByteArrayOutputStream
    val out = new ZipOutputStream(bytes)
    for ((name, content) <- members) {
      out.putNextEntry(new ZipEntry(name))
      out.write(content)
      out.closeEntry()
    }
    out.close()
    bytes.toByteArray
  }

  /** A wheel as the real ones are: code, one part and what describes them. */
  def wheel(part: Array[Byte]): Array[Byte] =
    zip(
      "it/__init__.py" -> "def path(): ...\n".getBytes,
      "it/data/part.bin" -> part,
      "it-1.0.dist-info/METADATA" -> "Name: it\n".getBytes
    )
}
