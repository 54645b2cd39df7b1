package harbour.fees;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import javax.xml.xpath.XPathNodes;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Shows the published fees for a kind of vessel. Internal entries of the same file stay hidden. */
@RestController
public class HarbourFees {

    private final Path feeFile;
    private final DocumentBuilderFactory builders = DocumentBuilderFactory.newInstance();

    public HarbourFees(Path feeFile) throws ParserConfigurationException {
        this.feeFile = feeFile;
        builders.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    }

    public record Fee(String label, String amount) { }

    @GetMapping("/fees")
    public List<Fee> feesFor(@RequestParam String vessel)
            throws IOException, SAXException, ParserConfigurationException, XPathExpressionException {
        XPath xpath = XPathFactory.newInstance().newXPath();
        XPathNodes nodes = xpath.evaluateExpression(
                "/fees/fee[@public='yes' and @vessel='" + vessel + "']", load(), XPathNodes.class);
        List<Fee> fees = new ArrayList<>();
        for (Node node : nodes) {
            Element fee = (Element) node;
            fees.add(new Fee(fee.getAttribute("label"), fee.getAttribute("amount")));
        }
        return fees;
    }

    // The office edits the file during the day and it is small, so each request reads it.
    private synchronized Document load() throws IOException, SAXException, ParserConfigurationException {
        return builders.newDocumentBuilder().parse(feeFile.toFile());
    }
}
