package org.codeaudit.finding

import scala.jdk.CollectionConverters._
import scala.util.Random

import com.fasterxml.jackson.databind.ObjectMapper
import org.scalatest.funsuite.AnyFunSuite

class SecretRedactorSuite extends AnyFunSuite {
  private val random = new Random(11)
  private val mixed = ('a' to 'z') ++ ('A' to 'Z') ++ ('0' to '9')
  private def made(n: Int, from: Seq[Char] = mixed) =
    Seq.fill(n)(from(random.nextInt(from.size))).mkString
  private def redact(text: String) = SecretRedactor.SHAPES.redact(text)

  // Put together here so that no scanner takes this file for a leak.
  private val upper = ('A' to 'Z') ++ ('0' to '9')
  private val base64 = made(64)
  private val pem = "-----BEGIN RSA " + "PRIVATE KEY-----"
  private val end = "-----END RSA " + "PRIVATE KEY-----"

  test("a secret is replaced, and nothing else of the line is") {
    val aws = "AKIA" + made(16, upper)
    val cases = Seq(
      (s"id = $aws;", aws, "aws-access-key"),
      (s"x('ghp_${"a1B2" * 9}')", "ghp_" + "a1B2" * 9, "github-token"),
      (s"a github_pat_${"a1_B" * 8} b", "github_pat_" + "a1_B" * 8, "github-token"),
      (s"glpat-${"a1-B" * 5}", "glpat-" + "a1-B" * 5, "gitlab-token"),
      (s"xoxb-${"123-" * 4}abc", "xoxb-" + "123-" * 4 + "abc", "slack-token"),
      (s"k=AIza${"a1_B-" * 7}", "AIza" + "a1_B-" * 7, "google-api-key"),
      (s"sk_live_${"a1B2" * 6}", "sk_live_" + "a1B2" * 6, "stripe-key"),
      (s"hf_${"a1B2" * 8}", "hf_" + "a1B2" * 8, "hugging-face-token"),
      (
        s"jwt eyJ${"hbGci" * 4}.eyJ${"zdWIi" * 4}.${"x_Y-" * 6}!",
        s"eyJ${"hbGci" * 4}.eyJ${"zdWIi" * 4}.${"x_Y-" * 6}",
        "json-web-token"
      ),
      ("postgres://app:s3cr$t@db:5432/x", "s3cr$t", "connection-password"),
      ("jdbc:x;user=sa;Password=Hunter2!;x=1", "Hunter2!", "connection-password"),
      ("Authorization: Bearer abcdefGH12345678.xyz", "abcdefGH12345678.xyz", "bearer-token"),
      ("password = \"hunter2\";", "hunter2", "password"),
      ("""{"quote":"pw.password = \"hunter2\";"}""", "hunter2", "password"),
      ("  \"db_password\": 'p\\w0rd',", "p\\w0rd", "password"),
      ("String password = \"letmein\"", "letmein", "password"),
      ("let secret: &str = \"open-sesame\";", "open-sesame", "password"),
      ("char passwd[32] = \"letmein\";", "letmein", "password"),
      ("if (password.equals(\"letmein\"))", "letmein", "password"),
      ("if password == 'letmein':", "letmein", "password"),
      ("ds.setPassword(\"letmein\");", "letmein", "password"),
      ("+  password: hunter2", "hunter2", "password"),
      ("export DB_PASSWORD=letmein", "letmein", "password"),
      (
        "apiKey: \"9f8e7d6c5b4a39281706f5e4d3c2b1a0\"",
        "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
        "secret"
      ),
      ("ACCESS_TOKEN=a8Kd93jfLs02mNx7Qp", "a8Kd93jfLs02mNx7Qp", "secret"),
      ("client_secret_key := `a8Kd93jfLs02mNx7Qp`", "a8Kd93jfLs02mNx7Qp", "secret"),
      (s"MII \"$base64\" +", base64, "key-material"),
      (s"k = \"$pem\\nMIIEabc+/=\\n$end\"", s"$pem\\nMIIEabc+/=\\n$end", "private-key")
    )
    for ((text, secret, kind) <- cases) {
      assert(redact(text) == text.replace(secret, s"[redacted:$kind]"), text)
    }
  }

  private case class Case(name: String, text: String, secret: String, must: Boolean)

  private val cases = {
    val stream = getClass.getResourceAsStream("secret-cases.json")
    try
      new ObjectMapper().readTree(stream).elements.asScala.toSeq.map { node =>
        def field(name: String) = node.get(name).textValue
        Case(field("name"), field("text"), field("secret"), node.get("must").booleanValue)
      }
    finally stream.close()
  }

  for (one <- cases if one.must) {
    test(s"the table's secret is gone and the rest stays: ${one.name}") {
      assert(one.text.contains(one.secret))
      val redacted = redact(one.text)
      assert(!redacted.contains(one.secret))
      val kept = redacted.split("\\[redacted:[a-z-]+]", -1).map(java.util.regex.Pattern.quote)
      assert(one.text.matches(kept.mkString("(?s)", ".{1,300}", "")), redacted)
      assert(redacted.count(_ == '\n') == one.text.count(_ == '\n'))
      assert(redact(redacted) == redacted)
    }
  }

  for (one <- cases if !one.must) {
    test(s"the table's harmless text stays: ${one.name}") {
      assert(one.text.contains(one.secret))
      assert(redact(one.text) == one.text)
    }
  }

  test("a secret whose name or value has escapes is replaced where it stands") {
    def escaped(code: String) = "\\" + "u00" + code
    val texts = Seq(
      s"a ${escaped("e9")} \"pass${escaped("77")}ord\": \"hunter2\", b" -> "hunter2",
      s"x password${escaped("3d")}hunter2 y" -> "hunter2",
      s"x password\\${escaped("3D")}hunter2 y" -> "hunter2",
      s"\"password\": \"h${escaped("75")}nter2\"" -> s"h${escaped("75")}nter2"
    )
    for ((text, secret) <- texts)
      assert(redact(text) == text.replace(secret, "[redacted:password]"), text)
  }

  test("a mark is no secret, whatever it stands behind") {
    for (text <- Seq("curl -u [redacted:github-token] https://h/", "x://[redacted:api-key]@h"))
      assert(redact(text) == text)
    val behind = redact("curl -u [redacted:github-token]:hunter2 https://h")
    assert(behind == "curl -u [redacted:github-token]:[redacted:password] https://h")
    assert(redact(behind) == behind)
    assert(redact(s"curl -u ghp_${"a1B2" * 9}:hunter2 h").endsWith("]:[redacted:password] h"))
  }

  test("a private key is redacted with its body, also where it breaks off") {
    val body = s"MIIE$base64\n" * 3
    assert(redact(s"a {\n$pem\n$body$end\n}") == "a {\n[redacted:private-key]\n}")
    assert(redact(s"a(\"$pem\n$body\")") == "a(\"[redacted:private-key]\")")
    assert(
      redact(s"""{"quote":"$pem","message":"m"}""") ==
        """{"quote":"[redacted:private-key]","message":"m"}"""
    )
  }

  test("what only resembles a secret stays") {
    val texts = Seq(
      "commit 85fc6fd0c1b2a3948576fedcba98765432100123",
      "id = \"123e4567-e89b-12d3-a456-426614174000\"",
      "sha256 = \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
      "integrity=\"sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC\"",
      "password = request.getParameter(\"password\")",
      "password: string;",
      "password = user.password",
      "<input type=\"password\" name=\"password\">",
      "PASSWORD_FIELD = \"user_password\"",
      "password = \"${DB_PASSWORD}\"",
      "password: <your-password>",
      "password = \"********\"",
      "\"password\": \"The password must have eight characters\"",
      "password = os.environ[\"PASSWORD\"]",
      "secretName: my-app-secret",
      "token = tokenizer.next(input2)",
      "max_tokens = 4096",
      "MAX_TOKENS=4096",
      "tokenType = \"Bearer\"",
      "Basic authentication is used where Bearer tokens are not",
      "testThatTheParserOfUnifiedDiffsKeepsTheLineNumbersOfBothSidesInOrder2",
      "import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext2",
      "https://example.org:8080/a@b",
      "git@github.com:owner/name.git",
      "http://localhost:8080/x",
      "char* const AKIALIKE = 0; // AKIA",
      "keyboard = \"qwertz-2024-layout\"",
      "The secret: never tell",
      "if (token == null) return;"
    )
    for (text <- texts) assert(redact(text) == text)
  }

  test("redacting twice changes nothing more") {
    val texts = Seq(
      "password = \"hunter2\"",
      s"$pem $base64",
      "x://u:pw@h",
      "TOKEN=a8Kd93jfLs02mNx7Qp",
      "DB_PASSWORD=letmein",
      "a;password=letmein;"
    )
    for (text <- texts) {
      assert(redact(text) != text, text)
      assert(redact(redact(text)) == redact(text), text)
    }
  }

  test("a secret of the code is recognised where it stands alone") {
    val line = made(60)
    val short = made(30)
    val code = s"db.password = \"hunter2\"\n$pem\n$line\n$short\n$end\n"
    val redactor = SecretRedactor.knowing(code)
    assert(
      redactor.redact("The word hunter2 is in the code.") ==
        "The word [redacted:password] is in the code."
    )
    assert(redactor.redact(short) == "[redacted:private-key]")
    assert(SecretRedactor.SHAPES.redact(short) == short)
  }

  /** What every rule finds when it is tried at every character. */
  private def thorough(text: String): String = {
    val found = SecretRule.ALL.asScala.toSeq.flatMap { rule =>
      val matcher = rule.pattern.matcher(text)
      Iterator
        .continually(matcher)
        .takeWhile(_.find())
        .filter(found => rule.isSecret.test(found.group(1)))
        .map(found => (rule.kind, found.start(1), found.end(1)))
        .toSeq
    }
    val merged = found.sortBy(_._2).foldLeft(Vector.empty[(String, Int, Int)]) {
      case (init :+ ((kind, start, end)), (other, from, to)) if from < end =>
        init :+ ((if (other == "private-key") other else kind, start, end.max(to)))
      case (all, span) => all :+ span
    }
    val (redacted, rest) = merged.foldLeft(("", 0)) { case ((done, from), (kind, start, end)) =>
      (done + text.substring(from, start) + s"[redacted:$kind]", end)
    }
    redacted + text.substring(rest)
  }

  test("looking only where secrets may begin finds what looking everywhere does") {
    val parts = SecretRule.ALL.asScala.toSeq.flatMap(_.starts.asScala).distinct ++
      Seq(
        "=",
        " = ",
        ": ",
        ":",
        "\"",
        "'",
        "\\\"",
        ";",
        "\n",
        "\n+",
        " ",
        "@",
        "/",
        "-",
        "_",
        "."
      ) ++
      Seq("PASSWORD=", "export DB_PASSWD=", pem, end, "Bearer  ", "p", "s", "\u017f", "\u212a", "é")
    def part(): String = random.nextInt(5) match {
      case 0 => made(1 + random.nextInt(80))
      case 1 => made(1 + random.nextInt(24), upper)
      case _ =>
        val part = parts(random.nextInt(parts.size))
        random.nextInt(4) match {
          case 0 => part.toUpperCase
          case 1 => part.capitalize
          case _ => part
        }
    }
    val redacted = (1 to 6000).count { _ =>
      val text = Seq.fill(1 + random.nextInt(14))(part()).mkString
      assert(SecretRedactor.SHAPES.redactOnce(text) == thorough(text), text)
      redact(text) != text
    }
    assert(redacted > 1000)
  }

  test("adversarial text takes linear time") {
    val n = 300_000
    val texts = SecretRule.ALL.asScala.toSeq.flatMap(_.starts.asScala).distinct ++ Seq(
      "a",
      " ",
      "password\" {",
      "password\">a",
      "password\", ",
      "password\" value=",
      "password = \"aaa bbb",
      "value=\"aaaa\" name=\"a",
      "\"a.password",
      "key=\"aaaapassword",
      "ENV PASSWORD ",
      "curl -u a:",
      "mysql -",
      "a:5432:a:a:",
      "://a:b@c@",
      "getconnection(a,",
      "auth=(\"a\",",
      "role a password ",
      "\\u0070",
      "password",
      "password=",
      "password:",
      "secret\"",
      "token_",
      "://a:",
      "://",
      "eyJ",
      "eyJa.eyJ",
      "-----BEGIN PRIVATE KEY-----",
      "-----BEGIN ",
      "A1b",
      "sk-",
      "xoxb-",
      "bearer ",
      "\\\"",
      "key:key",
      "DB_PASSWORD",
      "\n+ A_",
      "api_key : a ",
      "password = \"a"
    ).map(p => p * (n / p.length))
    for (text <- texts) {
      val start = System.nanoTime()
      redact(text)
      val seconds = (System.nanoTime() - start) / 1e9
      assert(seconds < 60, s"${text.take(20)} took $seconds s") // squares take longer
    }
  }
}
