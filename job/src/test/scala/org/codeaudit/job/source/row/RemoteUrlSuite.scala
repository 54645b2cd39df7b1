package org.codeaudit.job.source.row

import org.codeaudit.AuditException
import org.codeaudit.job.source.repository.GitFailure
import org.scalatest.funsuite.AnyFunSuite

class RemoteUrlSuite extends AnyFunSuite {

  test("addresses are told from paths, and named by host and path") {
    val cases = Seq(
      "https://github.com/org/name" -> "github.com/org/name",
      "https://GitHub.com/org/name.git" -> "github.com/org/name",
      "https://example.org:443/a/b/" -> "example.org/a/b",
      "http://example.org:8080/a b.git".replace(" ", "%20") -> "example.org:8080/a%20b",
      "ssh://git@example.org:7999/project/name.git" -> "example.org:7999/project/name",
      "ssh://example.org/~user/name.git" -> "example.org/~user/name",
      "git://127.0.0.1:9999/name" -> "127.0.0.1:9999/name",
      "git@example.org:org/name.git" -> "example.org/org/name",
      "git@example.org:/srv/name.git" -> "example.org/srv/name",
      "https://[::1]:8443/a@b.git" -> "[::1]:8443/a@b"
    )
    for ((text, name) <- cases) {
      assert(RemoteUrl.isRemote(text), text)
      assert(RemoteUrl.parse(text).name == name)
      assert(RemoteUrl.parse(text).text == text)
      assert(RemoteUrl.parse(text).key.matches("[A-Za-z0-9._][A-Za-z0-9._-]*-[0-9a-f]{16}"))
    }
    for (
      path <- Seq(
        "/srv/a",
        "a/b@c:d",
        "file:///srv/a",
        "C",
        "host:path",
        "ext::sh -c x",
        "./git@host:x"
      )
    )
      assert(!RemoteUrl.isRemote(path), path)
    assert(cases.map(c => RemoteUrl.parse(c._1).key).distinct.size == cases.size)
  }

  test("an address that would run something or is none is refused") {
    val cases = Seq(
      "ext::sh -c touch% /tmp/x" -> "characters",
      "ext://sh" -> "not an address",
      "ext://sh/x" -> "protocol ext",
      "ftp://example.org/a" -> "protocol ftp",
      "https://" -> "not an address",
      "https:///a/b" -> "names no server",
      "ssh://-oProxyCommand=touch/x" -> "not an address",
      "ssh://-oProxyCommand=touch@host/x" -> "not an address",
      "-u@host:path" -> "not an address",
      "git@-oProxyCommand=x:path" -> "not an address",
      "git@host:-path" -> "not an address",
      "https://example.org/a\nb" -> "characters",
      "https://example.org/$(touch x)" -> "characters",
      "https://example.org/a\"b" -> "characters",
      "https://example.org:port/a" -> "not an address"
    )
    for ((text, part) <- cases) {
      val error = withClue(text)(intercept[AuditException](RemoteUrl.parse(text)))
      assert(error.errorClass.name == "SOURCE_URL", text)
      assert(error.getMessage.contains(part), error.getMessage)
    }
  }

  test("an address with a secret is refused, and the secret not repeated") {
    val cases = Seq(
      "https://user:hunter2@example.org/a",
      "https://hunter2@example.org/a",
      "https://user:hun/ter2:hunter2@example.org/a",
      "ssh://git:hunter2@example.org/a",
      "https://example.org/a?private_token=hunter2",
      "ftp://user:hunter2@example.org/a"
    )
    for (text <- cases) {
      val error = withClue(text)(intercept[AuditException](RemoteUrl.parse(text)))
      assert(error.errorClass.name.startsWith("SOURCE_URL"), text)
      assert(!error.getMessage.contains("hunter2"), error.getMessage)
    }
  }

  test("what git says is classified, and said without progress and secrets") {
    import GitFailure.Kind._
    val cases = Seq(
      "fatal: unable to access 'http://h/a/': The requested URL returned error: 500" -> UNREACHABLE,
      "fatal: unable to access 'http://h/a/': Could not resolve host: h" -> UNREACHABLE,
      "fatal: unable to access 'http://h/a/': The requested URL returned error: 403" ->
        AUTHENTICATION,
      "fatal: Authentication failed for 'https://h/a/'" -> AUTHENTICATION,
      "fatal: could not read Username for 'https://h': terminal prompts disabled" -> AUTHENTICATION,
      "git@h: Permission denied (publickey).\r\nfatal: Could not read from remote repository." ->
        AUTHENTICATION,
      "remote: Not Found\nfatal: repository 'https://h/a/' not found" -> NOT_FOUND,
      "fatal: '/a' does not appear to be a git repository" -> NOT_FOUND,
      "error: Server does not allow request for unadvertised object 12" -> NOT_GIVEN,
      "fatal: remote error: upload-pack: not our ref 1234" -> NOT_GIVEN,
      "fatal: couldn't find remote ref HEAD" -> NO_SUCH_REF,
      "fatal: mismatched algorithms: client sha1; server sha256" -> UNSUPPORTED,
      "error: packfile ./objects/pack/pack-1.pack does not match index" -> DAMAGED,
      "fatal: not a git repository: '/x'" -> DAMAGED,
      "fatal: bad object HEAD" -> DAMAGED,
      "remote: fatal: packfile x is corrupt\nfatal: early EOF" -> UNREACHABLE,
      "error: unknown option `stdin'" -> USAGE,
      "" -> UNREACHABLE
    )
    for ((output, kind) <- cases) assert(GitFailure.of(128, output).kind == kind, output)
    val failure = GitFailure.of(
      128,
      "remote: Counting objects:  50% (1/2)\rremote: Counting objects: 100% (2/2)\n" +
        "fatal: unable to access 'https://user:hunter2@h/a/': nothing\u001b[31m\n"
    )
    assert(failure.getMessage == "fatal: unable to access 'https://h/a/': nothing [31m")
  }
}
