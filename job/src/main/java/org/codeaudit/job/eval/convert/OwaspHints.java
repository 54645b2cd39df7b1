package org.codeaudit.job.eval.convert;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Removes from a servlet of OWASP's BenchmarkJava what gives away the answer: comments, the names
 * of the benchmark, its packages and test cases, the kind of test in the servlet's address and in
 * what it prints, and words such as "safe" in names and texts. A name is replaced by the same new
 * name everywhere, so that the code keeps its meaning.
 */
final class OwaspHints {
  /** What every servlet is called. */
  static final String SERVLET = "RequestServlet";

  /** Its package, in which the benchmark's helpers have one too. */
  static final String PACKAGE = "com.example.app";

  /** In this order. */
  private static final List<Replacement> REPLACEMENTS =
      List.of(
          // The whole statement: each servlet about cross-site scripting has it and no other.
          of("[ \\t]*response\\.setHeader\\(\"X-XSS-Protection\", \"0\"\\);\\n", ""),
          // The address is the name of the test: "/sqli-00/BenchmarkTest00008".
          of("\"/[a-z]+-\\d\\d/BenchmarkTest\\d+", "\"/app/" + SERVLET),
          of("BenchmarkTest\\d*", SERVLET),
          // Names are broken over lines where they are long.
          of("\\borg\\s*\\.\\s*owasp\\s*\\.\\s*benchmark\\.testcode\\b", PACKAGE),
          of("\\borg\\s*\\.\\s*owasp\\s*\\.\\s*benchmark\\b", PACKAGE),
          of("benchmark\\.properties", "app.properties"),
          of("benchmarkprops", "properties"),
          of("getInsecureOSCommandString", "getOSCommandPath"),
          of("TESTFILES_DIR", "FILES_DIR"),
          of("testCaseNumber", "number"),
          // What is printed names the test: "Problem executing cmdi - TestCase".
          of("\"Problem executing [^\"]*\"", "\"Problem executing the request\""),
          of("\"[^\"]*\\bTest [^\"]* executed\"", "\"Request executed\""),
          of("' and secure flag set to: (?:true|false)\"", "'\""),
          of("\"FOO%3Decho\\+Injection\"", "\"FOO%3Decho+hello\""),
          of("\\bTest\\b", "Worker"),
          // SafeDonna is whom numbers of a safe source are made for, and Donna the others.
          of("\"Safe([A-Z][a-z]+)", "\"$1"),
          of("([ _])SafeStuff\"", "$1Suffix\""),
          of("\"safe!\"", "\"constant\""),
          of("\"alsosafe\"", "\"other\""),
          of("\"moresafe\"", "\"third\""),
          of("\"safe\"", "\"first\""));

  private OwaspHints() {}

  private record Replacement(Pattern pattern, String text) {}

  private static Replacement of(String pattern, String text) {
    return new Replacement(Pattern.compile(pattern), text);
  }

  /** The servlet without hints. */
  static String strip(String servlet) {
    String stripped = JavaComments.strip(servlet);
    for (Replacement replacement : REPLACEMENTS) {
      stripped = replacement.pattern().matcher(stripped).replaceAll(replacement.text());
    }
    return stripped;
  }
}
