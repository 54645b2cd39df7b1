package harbour.scales;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A line to one of the crane scales on the quay. Whoever opens it closes it. */
public final class ScaleLink implements Closeable {

    private static final int CONNECT_TIMEOUT_MS = 3_000;
    private static final int READ_TIMEOUT_MS = 5_000;
    private static final byte[] ASK_WEIGHT = "W\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;

    private ScaleLink(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        this.out = socket.getOutputStream();
    }

    public static ScaleLink open(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(READ_TIMEOUT_MS);
            socket.connect(address, CONNECT_TIMEOUT_MS);
            ScaleLink link = new ScaleLink(socket);
            String greeting = link.in.readLine();
            if (greeting == null || !greeting.startsWith("SCALE/2")) {
                throw new ProtocolException("Unexpected greeting from " + address + ": " + greeting);
            }
            return link;
        } catch (IOException | RuntimeException e) {
            try {
                socket.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /** Asks for the weight that hangs on the hook at this moment, in kilograms. */
    public synchronized int weigh() throws IOException {
        out.write(ASK_WEIGHT);
        out.flush();
        String answer = in.readLine();
        if (answer == null) {
            throw new ProtocolException("The scale closed the line");
        }
        try {
            return Integer.parseInt(answer.strip());
        } catch (NumberFormatException e) {
            throw new IOException("Not a weight: " + answer, e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
