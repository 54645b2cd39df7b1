package org.codeaudit.code

import scala.jdk.CollectionConverters._
import scala.jdk.OptionConverters._

import org.scalatest.funsuite.AnyFunSuite

class CodeBlocksSuite extends AnyFunSuite {

  private def extract(text: String): Seq[(String, String, Boolean)] =
    CodeBlocks.extract(text).asScala.toSeq.map(b => (b.language.orElse(""), b.code, b.closed))

  test("blocks are found by the rules of CommonMark") {
    val cases = Seq(
      "no code" -> Seq(),
      "a\n```java\nint x;\n\ny();\n```\nb" -> Seq(("java", "int x;\n\ny();", true)),
      "```\nx\n```" -> Seq(("", "x", true)),
      "~~~ Python\nx\n~~~" -> Seq(("python", "x", true)),
      "```java title=\"x\"\nx\n```" -> Seq(("java", "x", true)),
      "```{.c++ .numbered}\nx\n```" -> Seq(("c++", "x", true)),
      "1. do\n   ```sh\n   ls\n     -l\n  x\n   ```" -> Seq(("shell", "ls\n  -l\nx", true)),
      "```js\nnever ends" -> Seq(("javascript", "never ends", false)),
      "```" -> Seq(("", "", false)),
      "````md\n```java\nx\n```\n````" -> Seq(("markdown", "```java\nx\n```", true)),
      "```\n~~~\n```" -> Seq(("", "~~~", true)),
      "```a1\nx\n````\n```b2\ny\n```  " -> Seq(("a1", "x", true), ("b2", "y", true)),
      "```\nx\n``` not a close\n```" -> Seq(("", "x\n``` not a close", true)),
      "``` inline ``` code\nx" -> Seq(),
      "``\nx\n``" -> Seq(),
      "```c\r\nx\r\n```\r\n" -> Seq(("c", "x", true))
    )
    for ((text, blocks) <- cases) assert(extract(text) == blocks, text)
  }

  test("the block an answer is about is the longest, the first of equals") {
    val blocks = CodeBlocks.extract("```sh\nls\n```\n```java\nint x;\n```\n```c\nint y;\n```")
    assert(CodeBlocks.main(blocks).get.language.get == "java")
    assert(CodeBlocks.main(CodeBlocks.extract("none")).isEmpty)
  }

  test("a language has one name, however people write it") {
    val cases = Seq(
      "py" -> "python",
      "python3" -> "python",
      "Bash" -> "shell",
      "node" -> "javascript",
      "jsx" -> "javascript",
      "ts" -> "typescript",
      "cpp" -> "c++",
      "csharp" -> "c#",
      "golang" -> "go",
      "rs" -> "rust",
      "mermaid" -> "mermaid"
    )
    for ((word, name) <- cases) assert(extract(s"```$word\nx\n```").map(_._1) == Seq(name), word)
  }

  test("a block has the file that the answer gives it, if the languages agree") {
    val cases = Seq(
      "```python title=\"app.py\"\nx\n```" -> Some("app.py"),
      "```python:src/app.py\nx\n```" -> Some("src/app.py"),
      "```src/app.py\nx\n```" -> Some("src/app.py"),
      "```{.rust file=src/main.rs}\nx\n```" -> Some("src/main.rs"),
      "Write this to `app.py`:\n\n```python\nx\n```" -> Some("app.py"),
      "### 1. app/main.py\n```python\nx\n```" -> Some("app/main.py"),
      "**Dockerfile**\n```dockerfile\nFROM x\n```" -> Some("Dockerfile"),
      "```go\n// cmd/main.go\npackage main\n```" -> Some("cmd/main.go"),
      "```html\n<!-- index.html -->\n<p>\n```" -> Some("index.html"),
      "Save it as `app.py` and run\n```bash\npython app.py\n```" -> None,
      "Install fastapi, e.g. with\n```sh\npip install fastapi\n```" -> None,
      "`a.py`\n```python\nx\n```\n```python\ny\n```" -> Some("a.py"),
      "```python\n# see a.py for more\nx\n```" -> None
    )
    for ((text, file) <- cases)
      assert(CodeBlocks.extract(text).get(0).file.toScala == file, text)
    assert(CodeBlocks.extract(cases(11)._1).get(1).file.isEmpty)
  }
}
