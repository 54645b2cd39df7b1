package org.codeaudit.fetch
import java.io.{FileNotFoundException, IOException}
import java.net.URI
import java.nio.file.{Files, Path}
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.{FSDataInputStream, FSInputStream, RawLocalFileSystem}
import org.codeaudit.fetch.HadoopModelSuite._
import org.codeaudit.token.GoldenData
import scala.jdk.CollectionConverters._

class HadoopModelSuite extends FetchSuite {

  private def remote(files: Map[String, Array[Byte]]): Path = {
    val remote = Files.createDirectory(folder().resolve("Remote-1B"))
    files.foreach { case (name, bytes) => Files.write(remote.resolve(name), bytes) }
    remote
  }

  private def counting(place: Path): String = s"counting:$place"

  private def hadoop(models: Path): ModelFetcher = {
    val configuration = new Configuration()
    configuration.set("fs.counting.impl", classOf[CountingFileSystem].getName)
    val environment = Map("CODE_AUDIT_MODELS" -> models.toString).asJava
    new ModelFetcher(environment, models, () => configuration, impatient)
  }

  test("a folder of a Hadoop file system is copied once and used again") {
    val place = remote(noise)
    val models = folder()
    val pinned = hadoop(models).pin(ModelReference.parse(counting(place)))
    assert(pinned.pinned && pinned.toString.startsWith(counting(place) + "#"))
    val local = together(5)(_ => hadoop(models).local(pinned)).distinct
    assert(local.size === 1 && contents(local.head.path) === needed(noise))
    assert(local.head.path.getFileName.toString === "Remote-1B")
    assert(bytesRead(place.resolve("model.safetensors")) === weights.length)
    assert(bytesRead(place.resolve("README.md")) === 0)
  }

  test("a folder behind a file URI is used where it lies") {
    val place = remote(noise)
    val models = folder()
    assert(fetch(hadoop(models), s"file://$place").path === place)
    assert(contents(models).isEmpty)
  }

  test("a GGUF file may be named by its own URI") {
    val place = remote(Map("a.gguf" -> weights, "b.gguf" -> Array[Byte](1)))
    val local = fetch(hadoop(folder()), counting(place.resolve("b.gguf")))
    assert(Files.readAllBytes(local.path).toSeq === Seq(1))
    assert(bytesRead(place.resolve("a.gguf")) === 0)
    refused("MODEL_FILES")(fetch(hadoop(folder()), counting(place)))
  }

  test("a read that fails is taken up where it was") {
    val place = remote(noise)
    val file = place.resolve("model.safetensors")
    failAt.put(file.toString, 2_000_000L)
    assert(contents(fetch(hadoop(folder()), counting(place)).path) === needed(noise))
    assert(!failAt.containsKey(file.toString) && bytesRead(file) === weights.length)
  }

  test("a folder that changed since it was pinned is refused, and is another version") {
    val place = remote(noise)
    val models = folder()
    val pinned = hadoop(models).pin(ModelReference.parse(counting(place)))
    hadoop(models).local(pinned)
    Files.write(place.resolve("model.safetensors"), weights ++ weights)
    // What is here is still what was pinned.
    assert(contents(hadoop(models).local(pinned).path) === needed(noise))
    val message = refused("MODEL_CHANGED")(hadoop(folder()).local(pinned))
    assert(message.contains("two models"))
    val again = hadoop(models).local(ModelReference.parse(counting(place)))
    assert(Files.size(again.path.resolve("model.safetensors")) === 2 * weights.length)
  }

  test("a folder that changes while it is copied is refused") {
    val place = remote(noise)
    val models = folder()
    val file = place.resolve("model.safetensors")
    val other = weights.reverse
    onRead.put(file.toString, () => Files.write(file, other))
    refused("MODEL_CHANGED")(fetch(hadoop(models), counting(place)))
    assert(named(models, "complete.json").isEmpty)
    assert(fetch(hadoop(models), counting(place)).path.toFile.isDirectory)
  }

  test("the outline of a remote model has the checks and the revision of the model itself") {
    val place = remote(golden)
    val outline = hadoop(folder()).outline(ModelReference.parse(counting(place)))
    val local = new LocalModel(place, java.util.Optional.empty()).open()
    val remoteCheckpoint = outline.open()
    assert(remoteCheckpoint.revision === local.revision)
    assert(remoteCheckpoint.config === local.config)
    assert(remoteCheckpoint.tensors.keySet === local.tensors.keySet)
    assert(remoteCheckpoint.tokenizer === local.tokenizer)
    assert(bytesRead(place.resolve("model.safetensors")) <= (1 << 16))
    val lies = remoteCheckpoint.path.getParent
    outline.close()
    assert(!Files.exists(lies))
  }

  test("the outline of a remote GGUF file has the revision of the file itself") {
    val file = GoldenData.folder.resolve("gguf")
    val gguf = Files.list(file).iterator().asScala.filter(_.toString.endsWith(".gguf")).next()
    val place = remote(Map("model.gguf" -> Files.readAllBytes(gguf)))
    val outline = hadoop(folder()).outline(ModelReference.parse(counting(place)))
    val local = new LocalModel(place.resolve("model.gguf"), java.util.Optional.empty()).open()
    assert(outline.open().revision === local.revision)
    outline.close()
  }

  test("a broken remote checkpoint is refused by its outline, under its own name") {
    val cases = Seq(
      golden.updated("config.json", "{}".getBytes) -> "config.json",
      golden.updated("model.safetensors", golden("model.safetensors").take(400_000)) ->
        "model.safetensors",
      (golden - "tokenizer.json") -> "tokenizer.json"
    )
    for ((files, named) <- cases) {
      val place = remote(files)
      val outline = hadoop(folder()).outline(ModelReference.parse(counting(place)))
      val error = intercept[org.codeaudit.AuditException](outline.open())
      assert(error.getMessage.contains(named) && error.getMessage.contains(counting(place)))
      assert(!error.getMessage.contains("outline"))
      outline.close()
    }
  }

  test("what is not there, or no file system, is one clear error") {
    val missing = refused("MODEL_NOT_FOUND")(fetch(hadoop(folder()), "counting:/no/such"))
    assert(missing.contains("counting:/no/such"))
    val scheme = refused("MODEL_FILE_SYSTEM")(fetch(hadoop(folder()), "s3a://bucket/model"))
    assert(scheme.contains("hadoop-aws"))
    refused("MODEL_FILE_SYSTEM")(fetch(hadoop(folder()), "nonsense://x/y"))
  }
}

object HadoopModelSuite {
  private val read = new ConcurrentHashMap[String, AtomicLong]

  /** Files whose next read fails from a position on. */
  val failAt = new ConcurrentHashMap[String, java.lang.Long]

  /** What happens when a file is first read. */
  val onRead = new ConcurrentHashMap[String, () => Any]

  def bytesRead(file: Path): Long = Option(read.get(file.toString)).map(_.get).getOrElse(0L)

  private def counter(file: String) = read.computeIfAbsent(file, _ => new AtomicLong)

  /** The local file system under a scheme of its own, so that models are copied from it. */
  class CountingFileSystem extends RawLocalFileSystem {
    override def getScheme: String = "counting"
    override def getUri: URI = URI.create("counting:///")

    override def open(file: org.apache.hadoop.fs.Path, buffer: Int): FSDataInputStream =
      new FSDataInputStream(new CountingStream(super.open(file, buffer), file.toUri.getPath))
  }

  private class CountingStream(in: FSDataInputStream, file: String) extends FSInputStream {
    override def read(): Int = throw new IOException("read by the byte")

    override def read(bytes: Array[Byte], offset: Int, length: Int): Int = {
      Option(onRead.remove(file)).foreach(_.apply())
      val limit = Option(failAt.get(file)).map(_.longValue)
      if (limit.exists(getPos >= _)) {
        failAt.remove(file)
        throw new IOException("the connection was reset")
      }
      val most = limit.map(end => math.min(length, end - getPos).toInt).getOrElse(length)
      val count = in.read(bytes, offset, most)
      if (count > 0) counter(file).addAndGet(count)
      count
    }

    override def seek(position: Long): Unit = in.seek(position)
    override def getPos: Long = in.getPos
    override def seekToNewSource(target: Long): Boolean = false
    override def close(): Unit = in.close()
  }
}
