package org.codeaudit.syntax;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.treesitter.TSLanguage;
import org.treesitter.TreeSitterC;
import org.treesitter.TreeSitterCSharp;
import org.treesitter.TreeSitterCpp;
import org.treesitter.TreeSitterGo;
import org.treesitter.TreeSitterJava;
import org.treesitter.TreeSitterJavascript;
import org.treesitter.TreeSitterKotlin;
import org.treesitter.TreeSitterPhp;
import org.treesitter.TreeSitterPython;
import org.treesitter.TreeSitterRuby;
import org.treesitter.TreeSitterRust;
import org.treesitter.TreeSitterTsx;
import org.treesitter.TreeSitterTypescript;

/** A grammar; its native library is unpacked and loaded when it is first asked for. */
public enum Grammar {
  JAVA(TreeSitterJava::new, "class A {"),
  KOTLIN(TreeSitterKotlin::new, "class A {"),
  PYTHON(TreeSitterPython::new, "if 1:\n"),
  JAVASCRIPT(TreeSitterJavascript::new, "class A {"),
  TYPESCRIPT(TreeSitterTypescript::new, "class A {"),
  TSX(TreeSitterTsx::new, "class A {"),
  GO(TreeSitterGo::new, ""),
  C(TreeSitterC::new, ""),
  CPP(TreeSitterCpp::new, "class A {"),
  C_SHARP(TreeSitterCSharp::new, "class A {"),
  RUBY(TreeSitterRuby::new, ""),
  PHP(TreeSitterPhp::new, "class A {"),
  RUST(TreeSitterRust::new, "");

  private static final Logger LOG = LoggerFactory.getLogger(Grammar.class);

  private final Supplier<TSLanguage> source;
  private final String enclosing;
  private Optional<GrammarNames> loaded;

  /**
   * @param enclosing what may stand before a part of a file so that it reads as a whole one;
   *     nothing where the grammar takes parts as they are
   */
  Grammar(Supplier<TSLanguage> source, String enclosing) {
    this.source = source;
    this.enclosing = enclosing;
  }

  /**
   * The grammars that may fit the language, the likeliest first: a header of C may be one of C++,
   * and TypeScript may hold elements.
   *
   * @param language lower-case name as of {@link org.codeaudit.change.FileChange}
   */
  static List<Grammar> of(String language) {
    return switch (language.strip().toLowerCase(Locale.ROOT)) {
      case "java" -> List.of(JAVA);
      case "kotlin" -> List.of(KOTLIN);
      case "python" -> List.of(PYTHON);
      case "javascript", "jsx" -> List.of(JAVASCRIPT);
      case "typescript" -> List.of(TYPESCRIPT, TSX);
      case "tsx" -> List.of(TSX, TYPESCRIPT);
      case "go" -> List.of(GO);
      case "c" -> List.of(C, CPP);
      case "c++", "cpp" -> List.of(CPP);
      case "c#", "csharp" -> List.of(C_SHARP);
      case "ruby" -> List.of(RUBY);
      case "php" -> List.of(PHP);
      case "rust" -> List.of(RUST);
      default -> List.of();
    };
  }

  String enclosing() {
    return enclosing;
  }

  /** Empty where this machine cannot load its library; said once in the log. */
  synchronized Optional<GrammarNames> names() {
    if (loaded == null) {
      loaded = load();
    }
    return loaded;
  }

  private Optional<GrammarNames> load() {
    try {
      return Optional.of(new GrammarNames(source.get()));
    } catch (LinkageError | RuntimeException e) {
      LOG.warn("Code of {} is reviewed without its syntax: no native library for it", this, e);
      return Optional.empty();
    }
  }
}
