package vault.ingest;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads uncompressed frames as the scanners upload them: a magic number, width and height
 * as unsigned shorts, the bytes of a pixel as one byte, then the pixels row by row.
 */
public final class RawFrameReader {

    private static final int MAGIC = 0x52465231;
    private static final long MAX_FRAME_BYTES = 64L * 1024 * 1024;

    private RawFrameReader() { }

    public static final class Frame {
        private final int width;
        private final int height;
        private final byte[] pixels;

        private Frame(int width, int height, byte[] pixels) {
            this.width = width;
            this.height = height;
            this.pixels = pixels;
        }

        public int width() {
            return width;
        }

        public int height() {
            return height;
        }

        public byte[] pixels() {
            return pixels.clone();
        }
    }

    /** Reads one frame; the caller keeps and closes the stream. */
    public static Frame read(InputStream upload) throws IOException {
        DataInputStream in = new DataInputStream(upload);
        if (in.readInt() != MAGIC) {
            throw new IOException("Not a raw frame");
        }
        int width = in.readUnsignedShort();
        int height = in.readUnsignedShort();
        int depth = in.readUnsignedByte();
        if (width == 0 || height == 0 || depth < 1 || depth > 4) {
            throw new IOException("Frame of " + width + " x " + height + " x " + depth);
        }
        long length = width * height * depth;
        if (length > MAX_FRAME_BYTES) {
            throw new IOException("The frame has " + length + " bytes, more than allowed");
        }
        byte[] pixels = new byte[(int) length];
        in.readFully(pixels);
        return new Frame(width, height, pixels);
    }
}
