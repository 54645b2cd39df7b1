package parcels.inbound;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;

import org.xml.sax.Attributes;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Reads the manifest that a carrier uploads before its van arrives at the depot. */
public final class ManifestReader {

    public record Parcel(String code, String note) { }

    private final SAXParserFactory factory;

    public ManifestReader() throws ParserConfigurationException, SAXException {
        factory = SAXParserFactory.newInstance();
        factory.setNamespaceAware(true);
        factory.setValidating(false);
    }

    /** Reads the whole document; closing the stream is up to the caller. */
    public List<Parcel> read(InputStream upload) throws IOException, SAXException {
        SAXParser parser;
        synchronized (factory) {
            try {
                parser = factory.newSAXParser();
            } catch (ParserConfigurationException e) {
                throw new IllegalStateException("No suitable XML parser", e);
            }
        }
        ParcelHandler handler = new ParcelHandler();
        parser.parse(upload, handler);
        return List.copyOf(handler.parcels);
    }

    private static final class ParcelHandler extends DefaultHandler {

        private final List<Parcel> parcels = new ArrayList<>();
        private final StringBuilder note = new StringBuilder();
        private String code;

        @Override
        public void startElement(String uri, String name, String qName, Attributes attributes) throws SAXException {
            if (name.equals("parcel")) {
                code = attributes.getValue("code");
                if (code == null || code.isBlank()) {
                    throw new SAXException("A parcel without a code");
                }
                note.setLength(0);
            }
        }

        @Override
        public void characters(char[] text, int start, int length) {
            note.append(text, start, length);
        }

        @Override
        public void endElement(String uri, String name, String qName) {
            if (name.equals("parcel")) {
                parcels.add(new Parcel(code, note.toString().strip()));
            }
        }
    }
}
