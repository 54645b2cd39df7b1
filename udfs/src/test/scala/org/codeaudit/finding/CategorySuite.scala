package org.codeaudit.finding
import java.nio.file.{Files, Path}

import org.scalatest.funsuite.AnyFunSuite

class CategorySuite extends AnyFunSuite {
  private def all = Category.values.toSeq

  test("a category is found by the name that columns have, in any case and with blanks around") {
    for (category <- all) {
      assert(Category.of(s" ${category.columnValue.toUpperCase} ").get == category)
    }
    for (name <- Seq("", "sql", "sql_injection", "CWE-89")) {
      assert(Category.of(name).isEmpty, name)
    }
  }

  test("weaknesses have the numbers that MITRE gave them, and no two share one") {
    val numbers = Seq(
      Category.LDAP_INJECTION -> "CWE-90",
      Category.XPATH_INJECTION -> "CWE-643",
      Category.OPEN_REDIRECT -> "CWE-601",
      Category.XML_EXTERNAL_ENTITY -> "CWE-611",
      Category.WEAK_HASH -> "CWE-328",
      Category.WEAK_RANDOMNESS -> "CWE-330",
      Category.INSECURE_COOKIE -> "CWE-614",
      Category.TRUST_BOUNDARY -> "CWE-501"
    )
    for ((category, number) <- numbers) {
      assert(category.cwe.get == number)
    }
    val given = all.filter(_.cwe.isPresent).map(_.cwe.get)
    assert(given.distinct == given && given.forall(_.matches("CWE-[0-9]+")))
  }

  test("the documentation of the tables lists every category with its number") {
    val tables = Path.of(System.getProperty("codeaudit.root"), "docs/tables.md")
    val listed = Files.readString(tables).split("### Categories").last.split("\n#").head
    for (category <- all) {
      val number = if (category.cwe.isPresent) s" (${category.cwe.get.drop(4)})" else ""
      assert(listed.replace("\n", " ").contains(s"`${category.columnValue}`$number"), category)
    }
  }
}
