package orderdesk.drafts;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;

/**
 * The file in which the desktop client keeps an order that is not finished yet.
 * Customers may upload it again and go on in the browser.
 */
public final class DraftFile {

    private static final int MAX_BYTES = 64 * 1024;

    private DraftFile() { }

    public record Line(String article, int pieces) implements Serializable {
        public Line {
            if (article == null || pieces < 1) {
                throw new IllegalArgumentException("A line needs an article and a quantity");
            }
        }
    }

    public record Draft(String reference, ArrayList<Line> lines) implements Serializable {
        public Draft {
            Objects.requireNonNull(reference);
            for (Line line : lines) {
                Objects.requireNonNull(line);
            }
        }
    }

    public static byte[] write(Draft draft) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(draft);
        }
        return bytes.toByteArray();
    }

    public static Draft fromUpload(HttpServletRequest request) throws IOException {
        byte[] content;
        try (InputStream body = request.getInputStream()) {
            content = body.readNBytes(MAX_BYTES + 1);
        }
        if (content.length > MAX_BYTES) {
            throw new InvalidObjectException("The draft is too large");
        }
        return read(content);
    }

    static Draft read(byte[] content) throws IOException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(content))) {
            in.setObjectInputFilter(ObjectInputFilter.Config.createFilter(
                    "maxdepth=6;maxarray=500;maxrefs=4000;"
                    + "orderdesk.drafts.DraftFile$*;java.util.ArrayList;java.lang.Object;!*"));
            if (in.readObject() instanceof Draft draft) {
                return draft;
            }
            throw new InvalidObjectException("Not a draft");
        } catch (ClassNotFoundException e) {
            throw new IOException("The draft holds an unknown type", e);
        }
    }
}
