package org.codeaudit.rule;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * A YAML file whose author may mean harm, as maps, lists and texts alone: nothing is constructed,
 * repeated or converted. What these do not need is refused: tags, anchors and aliases, a second
 * document.
 */
final class YamlFile {
  /** A map, the list in it, a map in that, and a list in that. */
  private static final int MOST_DEPTH = 4;

  private static final YAMLFactory FACTORY = YAMLFactory.builder().loaderOptions(limits()).build();

  /** What is wrong with the file; the message says it, and where. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(int line, String why) {
      super("line " + line + ": " + why);
    }
  }

  private final YAMLParser parser;

  private YamlFile(YAMLParser parser) {
    this.parser = parser;
  }

  private static LoaderOptions limits() {
    LoaderOptions limits = new LoaderOptions();
    limits.setNestingDepthLimit(2 * MOST_DEPTH);
    limits.setMaxAliasesForCollections(0);
    return limits;
  }

  /** What the file says; an empty map if that is nothing. */
  static YamlNode read(String text) throws Refused {
    try (YAMLParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() == null) {
        return YamlNode.map(1);
      }
      YamlFile file = new YamlFile(parser);
      YamlNode root = file.node(1);
      if (parser.nextToken() != null) {
        throw new Refused(file.line(), "a second document begins; there can be one");
      }
      return root.isEmpty() ? YamlNode.map(1) : root;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      // Its own message quotes the file.
      throw new Refused(
          Math.max(1, line), "it is no YAML; a text that begins with * or & needs quotation marks");
    } catch (IOException | RuntimeException e) {
      throw new Refused(1, "it is no YAML");
    }
  }

  private YamlNode node(int depth) throws IOException, Refused {
    int line = line();
    if (parser.isCurrentAlias() || parser.getObjectId() != null) {
      throw new Refused(
          line,
          "anchors and aliases are not supported; a text that begins with * or & needs quotation marks");
    }
    if (parser.getTypeId() != null) {
      throw new Refused(line, "tags are not supported");
    }
    if (depth > MOST_DEPTH + 1) {
      throw new Refused(line, "it is nested deeper than rules are");
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return map(YamlNode.map(line), depth);
    }
    if (token == JsonToken.START_ARRAY) {
      YamlNode list = YamlNode.list(line);
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.items().add(node(depth + 1));
      }
      return list;
    }
    return YamlNode.text(line, token == JsonToken.VALUE_NULL ? "" : parser.getText().strip());
  }

  private YamlNode map(YamlNode map, int depth) throws IOException, Refused {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      int line = line();
      parser.nextToken();
      if (map.entries().put(key, node(depth + 1)) != null) {
        throw new Refused(line, "the key " + RulesFileParser.shown(key) + " comes a second time");
      }
    }
    return map;
  }

  private int line() {
    return ((JsonParser) parser).currentTokenLocation().getLineNr();
  }
}
