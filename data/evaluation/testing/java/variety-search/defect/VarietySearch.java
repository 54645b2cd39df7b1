package net.seedcatalogue.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * Finds varieties in the printed catalogue's source. Sheets of coming seasons are in the same
 * document and stay unseen until they are published. Not for use by several threads.
 */
public final class VarietySearch {
  private static final String PUBLISHED = "/catalogue/sheet[@season = $season]";
  private static final String TITLES = "/title/text()";

  private final Document catalogue;
  private final String season;
  private final XPathFactory factory = XPathFactory.newInstance();

  public VarietySearch(Document catalogue, String season) {
    this.catalogue = catalogue;
    this.season = season;
  }

  /** Titles of this season's varieties of a kind, as chosen or typed on the search page. */
  public List<String> titles(String kind) throws XPathExpressionException {
    XPath xpath = factory.newXPath();
    Map<String, String> variables = Map.of("season", season);
    xpath.setXPathVariableResolver(name -> variables.get(name.getLocalPart()));
    String query = PUBLISHED + "/variety[@kind = '" + kind + "']" + TITLES;
    NodeList found = (NodeList) xpath.evaluate(query, catalogue, XPathConstants.NODESET);
    List<String> titles = new ArrayList<>(found.getLength());
    for (int i = 0; i < found.getLength(); i++) {
      titles.add(found.item(i).getNodeValue().strip());
    }
    return titles;
  }
}
