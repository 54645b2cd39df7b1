package org.codeaudit.code;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.codeaudit.syntax.ParsedCode;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Whether code is well formed: JSON and XML by their parsers, Java by the JDK's own where there is
 * a JDK, and what there is a grammar for by that. Nothing is run, resolved or fetched.
 */
final class SyntaxCheck {
  /** Longer code is not checked. */
  private static final int MOST_CHARACTERS = 200_000;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private SyntaxCheck() {}

  /**
   * Whether the code is well formed; empty if that cannot be told.
   *
   * @param language as {@link CodeBlock#language}
   * @param parsed the code as the grammar of its language reads it, if there is one
   */
  static Optional<Boolean> syntaxOk(String language, String code, Optional<ParsedCode> parsed) {
    if (code.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    Optional<Boolean> byGrammar = parsed.map(ParsedCode::isWellFormed);
    return switch (language) {
      case "json" -> Optional.of(isJson(code));
      case "xml" -> isXml(code);
      case "java" -> isJava(code).or(() -> byGrammar);
      default -> byGrammar;
    };
  }

  private static boolean isJson(String code) {
    try {
      return !JSON.readTree(code).isMissingNode();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** Documents with a type declaration are not judged: reading one can fetch or blow up. */
  private static Optional<Boolean> isXml(String code) {
    if (code.contains("<!DOCTYPE")) {
      return Optional.empty();
    }
    try {
      SAXParserFactory factory = SAXParserFactory.newDefaultInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      SAXParser parser = factory.newSAXParser();
      parser.parse(new InputSource(new StringReader(code.strip())), new DefaultHandler());
      return Optional.of(true);
    } catch (SAXException e) {
      return Optional.of(false);
    } catch (IOException | ParserConfigurationException e) {
      return Optional.empty();
    }
  }

  private static Optional<Boolean> isJava(String code) {
    try {
      return JavaSyntax.isWellFormed(code);
    } catch (LinkageError | StackOverflowError | RuntimeException e) {
      // A runtime without the compiler, or code nested deeper than the compiler can follow.
      return Optional.empty();
    }
  }
}
