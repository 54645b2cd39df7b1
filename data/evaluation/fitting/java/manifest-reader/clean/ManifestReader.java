package eu.freightmanifest.intake;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads the manifests that forwarders upload before a truck arrives. */
public class ManifestReader {

    public List<Consignment> read(InputStream upload) throws IOException {
        NodeList nodes = parse(upload).getElementsByTagNameNS("*", "consignment");
        List<Consignment> consignments = new ArrayList<>(nodes.getLength());
        for (int i = 0; i < nodes.getLength(); i++) {
            Element element = (Element) nodes.item(i);
            consignments.add(
                    new Consignment(
                            element.getAttribute("number"),
                            element.getAttribute("shipper"),
                            element.getTextContent().strip()));
        }
        return consignments;
    }

    private Document parse(InputStream upload) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setIgnoringComments(true);
            factory.setCoalescing(true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(upload);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("The manifest is not well formed", e);
        }
    }

    /** One line of a manifest. */
    public record Consignment(String number, String shipper, String goods) {}
}
