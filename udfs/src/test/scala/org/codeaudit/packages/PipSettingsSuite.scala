package org.codeaudit.packages
import java.nio.file.{Files, Path}
import org.codeaudit.AuditException
import org.scalatest.funsuite.AnyFunSuite
import scala.jdk.CollectionConverters._

class PipSettingsSuite extends AnyFunSuite {
  private val public = "https://pypi.org/simple/"

  /** A machine with these files; their names begin with etc or home. */
  private class Machine(files: (String, String)*) {
    val root: Path = Files.createTempDirectory("pip")
    for ((name, text) <- files) {
      Files.createDirectories(root.resolve(name).getParent)
      Files.writeString(root.resolve(name), text)
    }
    def settings(environment: (String, String)*): PipSettings = {
      val here = environment.map { case (name, value) => name -> value.replace("ROOT", s"$root") }
      PipSettings.of(here.toMap.asJava, root.resolve("home"), root.resolve("etc"))
    }
    def indexes(environment: (String, String)*): Seq[String] =
      settings(environment: _*).indexes.asScala.map(_.toString).toSeq
  }

  private def index(name: String) = s"[global]\nindex-url = https://$name/simple\n"

  test("without settings the index of PyPI is asked") {
    assert(new Machine().indexes() === Seq(public))
    assert(new Machine().settings().folders.isEmpty)
    assert(new Machine().settings().certificates.isEmpty)
  }

  test(
    "of several files the later goes before: xdg, etc, the user's two, the environment's, named"
  ) {
    val places = Seq(
      "etc/xdg/pip/pip.conf",
      "etc/pip.conf",
      "home/.pip/pip.conf",
      "home/.config/pip/pip.conf",
      "home/venv/pip.conf"
    )
    for (count <- 1 to places.size) {
      val machine =
        new Machine(places.take(count).map(p => p -> index(s"file${places.indexOf(p)}")): _*)
      val expected = Seq(s"https://file${count - 1}/simple/")
      assert(machine.indexes("VIRTUAL_ENV" -> "ROOT/home/venv") === expected)
    }
  }

  test("a file that PIP_CONFIG_FILE names stands for the user's, and the null device for all") {
    val machine = new Machine(
      "etc/pip.conf" -> index("machine"),
      "home/.config/pip/pip.conf" -> "[global]\nextra-index-url = https://user/simple",
      "other" -> "[global]\ncert = /named"
    )
    val named = machine.settings("PIP_CONFIG_FILE" -> "ROOT/other")
    assert(named.indexes.asScala.map(_.toString) === Seq("https://machine/simple/"))
    assert(named.certificates.get === Path.of("/named"))
    assert(machine.indexes("PIP_CONFIG_FILE" -> "/dev/null") === Seq(public))
    assert(machine.indexes("PIP_CONFIG_FILE" -> "ROOT/none").size === 2)
  }

  test("XDG_CONFIG_HOME is where the user's file is looked for") {
    val machine = new Machine(
      "home/.config/pip/pip.conf" -> index("home"),
      "home/x/pip/pip.conf" -> index("xdg")
    )
    assert(machine.indexes("XDG_CONFIG_HOME" -> "ROOT/home/x") === Seq("https://xdg/simple/"))
  }

  test("variables go before files, and empty ones count for nothing") {
    val machine = new Machine("etc/pip.conf" -> index("file"))
    assert(machine.indexes("PIP_INDEX_URL" -> "https://set/simple") === Seq("https://set/simple/"))
    assert(machine.indexes("PIP_INDEX_URL" -> " ") === Seq("https://file/simple/"))
  }

  private val texts: Seq[(String, String, Seq[String])] = Seq(
    ("a colon", "[global]\nindex-url: https://a/s", Seq("https://a/s/")),
    ("another spelling of the name", "[global]\n--Index_URL=https://a/s/", Seq("https://a/s/")),
    ("comments", "# x\n[global]\n; index-url=https://b\nindex-url=https://a", Seq("https://a/")),
    (
      "a section for downloads",
      "[download]\nindex-url=https://a\n" + index("b"),
      Seq("https://a/")
    ),
    ("other sections", "[install]\nindex-url=https://a\n[list]\nindex-url=https://b", Seq(public)),
    (
      "several on one line and on many",
      "[global]\nextra-index-url =\n  https://a/s\n  # none\n\n  https://b/s https://c/s\nindex-url=https://d",
      Seq("https://d/", "https://a/s/", "https://b/s/", "https://c/s/")
    ),
    ("no index at all", "[global]\nno-index = true\nextra-index-url = https://a", Seq()),
    ("no-index unset", "[global]\nno-index = false", Seq(public)),
    ("nonsense", "index-url=https://a\n[global\nx\n = y\n", Seq(public))
  )
  for ((what, text, expected) <- texts)
    test(s"a file with $what is read as pip reads it") {
      assert(new Machine("etc/pip.conf" -> text).indexes() === expected)
    }

  test("folders of wheels are paths and file addresses; pages of links are left out") {
    val links = "PIP_FIND_LINKS" -> "/a file:///b%20c https://host/links relative"
    val folders = new Machine().settings(links).folders.asScala.map(_.toString)
    assert(folders === Seq("/a", "/b c", "relative"))
  }

  for (
    address <- Seq("nonsense", "ftp://user:hush@host/simple", "https://user:hush@", "http://a b")
  )
    test(s"the index ${address.replace("hush", "…")} is refused without being shown") {
      val error =
        intercept[AuditException](new Machine().settings("PIP_INDEX_URL" -> address))
      assert(error.errorClass.name === "PACKAGE_INDEX" && !error.getMessage.contains(address))
      assert(error.getMessage.contains("PIP_INDEX_URL") && !error.getMessage.contains("hush"))
    }

  test("a file that is no text is named") {
    val machine = new Machine("etc/pip.conf" -> "")
    val file = machine.root.resolve("etc/pip.conf")
    Files.write(file, Array[Byte](-1, -2, 0))
    val error = intercept[AuditException](machine.settings())
    assert(error.errorClass.name === "PACKAGE_INDEX" && error.getMessage.contains(file.toString))
  }

  test("settings do not show an index's password") {
    val settings = new Machine().settings("PIP_INDEX_URL" -> "https://user:hush@host/simple")
    assert(!settings.toString.contains("hush"))
  }
}
