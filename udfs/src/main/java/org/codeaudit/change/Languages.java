package org.codeaudit.change;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The language of a file by its name, or by the interpreter its first line names. Names as
 * Linguist's, in lower case.
 */
public final class Languages {
  /** Texts for people: they have a language but are not reviewed. */
  private static final Set<String> PROSE =
      Set.of("markdown", "restructuredtext", "asciidoc", "text", "tex", "org");

  /** Language: extensions (.x), whole names (=x, lower case) and interpreters (#x). */
  private static final String TABLE =
      """
      java: .java .jav
      kotlin: .kt .kts #kotlin
      scala: .scala .sc .sbt #scala
      groovy: .groovy .gvy .gradle =jenkinsfile #groovy
      clojure: .clj .cljs .cljc .edn
      python: .py .pyi .pyw .pyx .bzl =sconstruct =wscript =build.bazel =workspace #python
      javascript: .js .mjs .cjs .jsx #node
      typescript: .ts .mts .cts .tsx .ets #deno #ts-node
      vue: .vue
      svelte: .svelte
      html: .html .htm .xhtml
      jsp: .jsp .jspx .tag
      asp.net: .aspx .ascx .ashx .asmx .master
      classic asp: .asp
      coldfusion: .cfm .cfc
      css: .css
      scss: .scss
      sass: .sass
      less: .less
      c: .c .h #tcc
      c++: .cc .cpp .cxx .c++ .cppm .ixx .hh .hpp .hxx .h++ .ipp .tpp .inl .ino
      c#: .cs .csx .cshtml .razor
      f#: .fs .fsi .fsx
      visual basic: .vb .vbs .bas
      objective-c: .m .mm
      swift: .swift #swift
      go: .go
      rust: .rs
      zig: .zig
      nim: .nim
      d: .d
      dart: .dart
      ruby: .rb .rake .gemspec .ru .erb =rakefile =gemfile =vagrantfile =podfile =fastfile #ruby
      php: .php .phtml .php5 .inc #php
      perl: .pl .pm .t .cgi #perl
      lua: .lua #lua
      r: .r .rmd #rscript
      julia: .jl #julia
      haskell: .hs .lhs #runhaskell
      elm: .elm
      ocaml: .ml .mli #ocaml
      erlang: .erl .hrl #escript
      elixir: .ex .exs .eex .heex #elixir
      lisp: .lisp .lsp .cl .el
      scheme: .scm .ss .rkt
      tcl: .tcl #tclsh
      fortran: .f .f90 .f95 .f03 .for
      cobol: .cob .cbl .cpy
      pascal: .pas .pp .dpr .lpr
      ada: .adb .ads
      assembly: .asm .s
      cuda: .cu .cuh
      opencl: .opencl
      glsl: .glsl .vert .frag .comp
      verilog: .v .sv .svh
      vhdl: .vhd .vhdl
      solidity: .sol
      apex: .cls .trigger
      abap: .abap
      shell: .sh .bash .zsh .ksh .bats =.bashrc =.profile =.zshrc =pkgbuild #sh #bash #zsh #ksh #dash
      powershell: .ps1 .psm1 .psd1 #pwsh
      batchfile: .bat .cmd
      awk: .awk #awk #gawk
      makefile: .mk .mak =makefile =gnumakefile #make
      cmake: .cmake =cmakelists.txt
      meson: =meson.build =meson_options.txt
      starlark: =build =.bazelrc .star
      nix: .nix
      dockerfile: .dockerfile =dockerfile =containerfile
      hcl: .tf .tfvars .hcl
      bicep: .bicep
      open policy agent: .rego
      sql: .sql .ddl .dml .pls .plsql .pkb .pks .hql
      graphql: .graphql .gql
      protocol buffer: .proto
      thrift: .thrift
      json: .json .jsonc .json5 .avsc
      yaml: .yml .yaml
      toml: .toml
      xml: .xml .xsd .xsl .xslt .pom .wsdl .csproj .vbproj .fsproj .props .targets .config .plist
      java properties: .properties
      ini: .ini .cfg .conf .cnf .service =.editorconfig =.npmrc =.pypirc
      dotenv: .env =.env
      nginx: .nginx =nginx.conf
      ejs: .ejs
      twig: .twig
      jinja: .j2 .jinja .jinja2
      handlebars: .hbs .handlebars .mustache
      velocity: .vm .vtl
      freemarker: .ftl
      jupyter notebook: .ipynb
      markdown: .md .markdown .mdown .mdx
      restructuredtext: .rst
      asciidoc: .adoc .asciidoc
      tex: .tex .bib
      org: .org
      text: .txt =license =notice =readme =changelog =authors =copying =contributing
      """;

  private static final Map<String, String> BY_MARK = new HashMap<>();

  static {
    for (String line : TABLE.strip().split("\n")) {
      int colon = line.indexOf(':');
      for (String mark : line.substring(colon + 1).strip().split(" +")) {
        BY_MARK.put(mark, line.substring(0, colon));
      }
    }
  }

  private Languages() {}

  /** The names of all languages that a file can have. */
  public static Set<String> names() {
    return Set.copyOf(BY_MARK.values());
  }

  /** What names of the language's files usually end with, e.g. {@code .py}. */
  public static Optional<String> ending(String language) {
    return TABLE
        .lines()
        .filter(line -> line.startsWith(language + ": ."))
        .map(line -> line.split(" ")[line.substring(0, line.indexOf(':')).split(" ").length])
        .findFirst();
  }

  /** By file name: the whole name first, then its extension. */
  public static Optional<String> ofPath(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    String whole = BY_MARK.get("=" + name);
    if (whole != null) {
      return Optional.of(whole);
    }
    if (name.startsWith("dockerfile.") || name.startsWith("containerfile.")) {
      return Optional.of("dockerfile");
    }
    if (name.startsWith(".env.")) {
      return Optional.of("dotenv");
    }
    int dot = name.lastIndexOf('.');
    return dot < 0 ? Optional.empty() : Optional.ofNullable(BY_MARK.get(name.substring(dot)));
  }

  /** By the interpreter of a first line like {@code #!/usr/bin/env python3.11 -u}. */
  public static Optional<String> ofFirstLine(String text) {
    if (!text.startsWith("#!")) {
      return Optional.empty();
    }
    int end = text.indexOf('\n');
    String line = text.substring(2, Math.min(end < 0 ? text.length() : end, 256)).strip();
    for (String word : line.split("\\s+")) {
      String program = word.substring(word.lastIndexOf('/') + 1).replaceFirst("[0-9.]+$", "");
      if (!program.equals("env") && !program.startsWith("-") && !program.contains("=")) {
        return Optional.ofNullable(BY_MARK.get("#" + program));
      }
    }
    return Optional.empty();
  }

  /** Whether files of the language are texts for people. */
  public static boolean isProse(String language) {
    return PROSE.contains(language);
  }
}
