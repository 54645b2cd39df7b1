package org.codeaudit.check

import java.util.Optional

import scala.jdk.CollectionConverters._

import org.scalatest.funsuite.AnyFunSuite

/** Code that shows a defect, and the nearest code that does not. */
class BundledSignsSuite extends AnyFunSuite {
  private lazy val bundled = CheckSet.bundled().checks.asScala.map(check => check.id -> check).toMap

  private def lines(check: String, language: String, code: String): Set[Int] =
    bundled(check).signs.lines(Optional.of(language), code).asScala.map(_.intValue).toSet

  private val cases = Seq(
    ("api-misuse", "javascript", "all.forEach(async (one) => {", "all.forEach((one) => {"),
    ("api-misuse", "javascript", "{\n  name.trim();", "{\n  name = name.trim();"),
    ("api-misuse", "python", "def add(item, items=[]):", "def add(item, items=None):"),
    ("api-misuse", "java", "  new Thread(task).run();", "  new Thread(task).start();"),
    (
      "api-misuse",
      "c++",
      "v.erase(std::remove(v.begin(), v.end(), x));",
      "v.erase(std::remove(v.begin(), v.end(), x), v.end());"
    ),
    ("buffer-overflow", "c", "strcpy(name, given);", "strcpy(name, \"none\");"),
    ("buffer-overflow", "c", "sprintf(line, \"%s!\", name);", "sprintf(line, \"%d!\", count);"),
    (
      "buffer-overflow",
      "c++",
      "strncat(line, text, sizeof(line));",
      "strncat(line, text, sizeof(line) - strlen(line) - 1);"
    ),
    ("code-injection", "python", "x = eval(formula)", "x = ast.literal_eval(formula)"),
    ("code-injection", "ruby", "item.public_send(name)", "item.public_send(:name)"),
    (
      "command-injection",
      "python",
      "os.system(\"ping \" + host)",
      "subprocess.run([\"ping\", host])"
    ),
    (
      "command-injection",
      "java",
      "List.of(\"/bin/sh\", \"-c\", line)",
      "List.of(\"ping\", \"-c\", n)"
    ),
    ("command-injection", "ruby", "`ls #{folder}`", "`ls`"),
    ("cross-site-scripting", "javascript", "box.innerHTML = name;", "box.innerHTML = '';"),
    ("cross-site-scripting", "javascript", "`<b>${name}</b>`", "`<b>name</b>`"),
    ("cross-site-scripting", "php", "echo \"<p>$name</p>\";", "echo htmlspecialchars($name);"),
    ("cross-site-scripting", "java", "out.println(name);", "System.out.println(name);"),
    (
      "deadlock",
      "java",
      "synchronized (a) {\n  synchronized (b) {",
      "synchronized (a) {\n  }\n  synchronized (b) {"
    ),
    (
      "deadlock",
      "go",
      "mu.Lock()\nif full {\n  return\n}\nmu.Unlock()",
      "mu.Lock()\ndefer mu.Unlock()\nif full {\n  return\n}"
    ),
    ("hard-coded-secret", "python", "API_KEY = 'k9fj30s8xq21'", "API_KEY = os.environ['API_KEY']"),
    ("hard-coded-secret", "java", "password = \"s3cr3tpass\";", "password = \"${PASSWORD}\";"),
    ("incorrect-logic", "java", "if (name == \"x\") {", "if (count == 1) {"),
    ("incorrect-logic", "c", "if (a != 1 || a != 2)", "if (a != 1 && a != 2)"),
    ("incorrect-logic", "go", "if p.x == p.x {", "if p.x == q.x {"),
    (
      "infinite-loop",
      "python",
      "while state != \"done\":\n  sleep(1)\n",
      "while state != \"done\":\n  state = next()\n"
    ),
    ("infinite-loop", "python", "while n > 1:\n  k = n // 2\n", "while n > 1:\n  n //= 2\n"),
    (
      "information-exposure",
      "python",
      "logger.info('login %s %s', user, password)",
      "logger.info('login %s', user)"
    ),
    ("insecure-cookie", "java", "c.setSecure(false);", "c.setSecure(true);"),
    (
      "insecure-cookie",
      "java",
      "Cookie c = new Cookie(\"a\", b);\nadd(c);",
      "Cookie c = new Cookie(\"a\", b);\nc.setSecure(true);"
    ),
    ("insecure-cookie", "go", "http.Cookie{Name: \"a\"}", "http.Cookie{Name: \"a\", Secure: true}"),
    ("insecure-deserialization", "python", "pickle.loads(data)", "json.loads(data)"),
    (
      "insecure-deserialization",
      "python",
      "yaml.load(text, Loader=yaml.Loader)",
      "yaml.load(text, Loader=yaml.SafeLoader)"
    ),
    ("integer-overflow", "c", "p = malloc(n * size);", "p = malloc(size);"),
    ("integer-overflow", "java", "long day = hours * minutes;", "long day = hours * 60L;"),
    (
      "ldap-injection",
      "java",
      "f = \"(uid=\" + name + \")\";",
      "f = \"(uid={0})\";".replace("{0}", "*")
    ),
    (
      "missing-authentication",
      "javascript",
      "app.get('/a', signedIn, (a, b) => {\napp.get('/b', (a, b) => {",
      "app.get('/a', signedIn, (a, b) => {\napp.get('/b', signedIn, (a, b) => {"
    ),
    (
      "missing-authorization",
      "ruby",
      "Order.find(params[:id])",
      "Order.find_by(id: params[:id], owner: me)"
    ),
    ("null-dereference", "kotlin", "name!!.length", "name?.length"),
    (
      "null-dereference",
      "c",
      "p = malloc(8);\n*p = 1;",
      "p = malloc(8);\nif (p == NULL) return;"
    ),
    (
      "null-dereference",
      "java",
      "Price p = prices.get(key);\nreturn p.cents();",
      "Price p = prices.get(key);\nif (p == null) return 0;"
    ),
    (
      "off-by-one",
      "java",
      "for (int i = 0; i <= a.length; i++)",
      "for (int i = 0; i < a.length; i++)"
    ),
    ("off-by-one", "python", "for i in range(len(a) + 1):", "for i in range(len(a)):"),
    ("open-redirect", "ruby", "redirect_to params[:back]", "redirect_to '/'"),
    (
      "path-traversal",
      "go",
      "os.ReadFile(\"/srv/\" + name)",
      "name = filepath.Base(name)\nos.ReadFile(\"/srv/\" + name)"
    ),
    (
      "race-condition",
      "java",
      "if (!map.containsKey(k)) {\n  map.put(k, v);",
      "map.putIfAbsent(k, v);"
    ),
    (
      "resource-leak",
      "java",
      "Reader r = Files.newBufferedReader(p);\nread(r);",
      "try (Reader r = Files.newBufferedReader(p)) {\nread(r);"
    ),
    (
      "resource-leak",
      "python",
      "f = open(path)\nuse(f.read())\nf.close()\n",
      "f = open(path)\ntry:\n  use(f)\nfinally:\n  f.close()\n"
    ),
    (
      "resource-leak",
      "go",
      "f, err := os.Open(p)\nread(f)\n",
      "f, err := os.Open(p)\ndefer f.Close()\n"
    ),
    ("server-side-request-forgery", "python", "requests.get(url)", "requests.get('https://a.org')"),
    (
      "sql-injection",
      "java",
      "q = \"select a from b where c = '\" + d;",
      "q = \"select a from b\";"
    ),
    (
      "sql-injection",
      "python",
      "db.run(f\"DELETE FROM a WHERE b = {c}\")",
      "db.run(\"DELETE FROM a\")"
    ),
    ("sql-injection", "php", "\"SELECT * FROM a WHERE b = $c\"", "\"SELECT * FROM a WHERE b = ?\""),
    ("unchecked-error", "go", "data, _ := json.Marshal(x)", "data, err := json.Marshal(x)"),
    ("unchecked-error", "python", "except Exception:\n  pass", "except KeyError:\n  pass"),
    ("unchecked-error", "java", "{\n  file.mkdirs();", "{\n  Files.createDirectories(file);"),
    ("use-after-free", "c", "free(p);\nuse(p);", "use(p);\nfree(p);"),
    (
      "use-after-free",
      "c",
      "for (j = first; j; j = j->next)\n  free(j);",
      "for (j = first; j; j = next)\n  free(j);"
    ),
    (
      "weak-cryptography",
      "java",
      "Cipher.getInstance(\"DES\")",
      "Cipher.getInstance(\"AES/GCM/NoPadding\")"
    ),
    ("weak-cryptography", "go", "InsecureSkipVerify: true", "InsecureSkipVerify: false"),
    (
      "weak-hash",
      "java",
      "MessageDigest.getInstance(\"MD5\")",
      "MessageDigest.getInstance(\"SHA-256\")"
    ),
    ("weak-hash", "javascript", "createHash('sha1')", "createHash('sha512')"),
    (
      "weak-randomness",
      "javascript",
      "const token = Math.random();",
      "const delay = Math.random();"
    ),
    (
      "xml-external-entity",
      "java",
      "f = SAXParserFactory.newInstance();\nread(f);",
      "f = SAXParserFactory.newInstance();\nf.setFeature(\"http://apache.org/xml/features/disallow-doctype-decl\", true);"
    ),
    ("xpath-injection", "python", "f\"//user[@name='{name}']\"", "\"//user[@name=$name]\"")
  )

  for ((check, language, defect, clean) <- cases)
    test(s"$check: there is a sign in ${defect.linesIterator.next()}, and none in its twin") {
      assert(lines(check, language, defect).nonEmpty, defect)
      assert(lines(check, language, clean).isEmpty, clean)
    }

  private val harmless = Seq(
    ("api-misuse", "javascript", "{\n  this.router.replace('/a');"),
    ("api-misuse", "c#", "var all = await query\n    .ToListAsync();"),
    ("code-injection", "python", "model.eval()"),
    ("code-injection", "ruby", "send_file(path)"),
    ("incorrect-logic", "go", "if mode&os.ModeDir == os.ModeDir {"),
    ("incorrect-logic", "java", "this.name != null || name != null"),
    ("incorrect-logic", "java", "a.length() != b.length()"),
    ("incorrect-logic", "c", "if (a >= b)"),
    ("infinite-loop", "c", "do {\n  n = next();\n} while (n > 0);\nreturn n;"),
    ("infinite-loop", "java", "while (EOF != (c = reader.read())) {\n  add(c);\n}"),
    ("null-dereference", "python", "v = env.get('X')\nreturn bool(v and v.lower())"),
    ("integer-overflow", "java", "int day = 24 * 60 * 60;"),
    ("null-dereference", "javascript", "$('a').find('.b').hide();"),
    ("null-dereference", "python", "answer = self.client.get('/x')\nanswer.json()"),
    ("off-by-one", "javascript", "a[a.length] = x;"),
    ("off-by-one", "java", "while (i <= a.length - 1)"),
    ("open-redirect", "java", "response.sendRedirect(request.getContextPath() + \"/x\");"),
    ("path-traversal", "javascript", "Promise.resolve(name)"),
    ("resource-leak", "java", "Scanner in = new Scanner(System.in);"),
    ("sql-injection", "java", "\"sign up and login \" + name"),
    ("unchecked-error", "java", "{\n  latch.await();"),
    ("use-after-free", "c++", "for (i = v.begin(); ok; ++i) {\n v.erase(i);\n break;"),
    ("weak-cryptography", "java", "byte[] iv = new byte[12]; random.nextBytes(iv);"),
    ("weak-randomness", "python", "num_tokens = random.randint(1, 9)")
  )

  for ((check, language, code) <- harmless)
    test(s"$check: there is no sign in ${code.replace("\n", " ")}") {
      assert(lines(check, language, code).isEmpty)
    }

  test("every check that knows signs is in the table above") {
    val known = bundled.values.filter(_.signs != Signs.NONE).map(_.id).toSet
    assert(known == cases.map(_._1).toSet)
  }

  test("no sign takes long on a long unit without an end of anything") {
    val long = Seq("while (a < b", "x = open(y", "free(p);", "if (m.get(k)", "f\"select {", "(a = ")
    val text = (1 to 4000).map(i => long(i % long.size)).mkString("\n")
    for (check <- bundled.values; language <- Seq("java", "python", "c", "go", "javascript"))
      lines(check.id, language, text)
  }
}
