package org.codeaudit.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * BPE of bytes, or of text that falls back to bytes ({@link ByteFallback}), made from a {@code
 * tokenizer.json} document and nothing else: nothing is fetched.
 *
 * <p>Hugging Face's own library encodes. It makes 450,000 tokens a second in one thread, so what
 * was tokenised lately is remembered, passage by passage; docs/benchmarks.md has the figures.
 *
 * <p>The library is given the document without its added tokens, so that no text can become one.
 * Ids are those of {@code tokenizers} for every text that spells no added token; see {@link
 * Passages} for very long lines. A lone surrogate counts as U+FFFD. Decoding is done here: it needs
 * the bytes of single tokens, which the library does not offer. Where bytes by themselves are not
 * UTF-8, the library's decoder gives up all of a run of them, this one only those that are wrong.
 */
public final class BpeTokenizer implements Tokenizer {
  private static final byte[] NO_BYTES = {};

  /** Tokenised in parts and as a whole, to see whether a tokenizer adds something to every text. */
  private static final String LINES =
      "import a;\nclass A {\n@B(\"c\")\n}\n+1,\n-x.y()\n#z:\n`w`\n2";

  static {
    // The library asks these when it is loaded; a user's own setting stands.
    setUnlessSet("ai.djl.offline", "true");
    setUnlessSet("OPT_OUT_TRACKING", "true");
  }

  private final HuggingFaceTokenizer plain;
  private final List<AddedToken> added;
  private final int[] prefix;
  private final Optional<ByteFallback> fallback;
  private final Map<String, Integer> controls = new HashMap<>();
  private final AddedToken[] controlById;

  /** What every id decodes to; null for ids no token has. */
  private final byte[][] bytesById;

  /** Keeps {@link #close} from freeing what another thread still tokenises with. */
  private final ReadWriteLock open = new ReentrantReadWriteLock();

  private boolean closed;

  private final RecentPassages recent = new RecentPassages(this::ids);
  private final boolean cutAtLines;

  private BpeTokenizer(TokenizerDocument document, HuggingFaceTokenizer plain) {
    this.plain = plain;
    this.added = document.added();
    this.prefix = document.prefix();
    this.fallback = document.fallback();
    int size = 0;
    for (int id : document.vocabulary().keySet()) {
      size = Math.max(size, id + 1);
    }
    for (AddedToken token : added) {
      size = Math.max(size, token.id() + 1);
    }
    this.bytesById = new byte[size][];
    this.controlById = new AddedToken[size];
    boolean falls = fallback.isPresent();
    document
        .vocabulary()
        .forEach(
            (id, token) ->
                bytesById[id] = falls ? ByteFallback.bytes(token) : ByteAlphabet.bytes(token));
    for (AddedToken token : added) {
      bytesById[token.id()] =
          falls
              ? ByteFallback.text(token.text()).getBytes(StandardCharsets.UTF_8)
              : ByteAlphabet.bytes(token.text());
      controlById[token.id()] = token;
      controls.put(token.text(), token.id());
    }
    this.cutAtLines =
        Arrays.stream(bytesById).noneMatch(BpeTokenizer::joinsLines)
            && Arrays.equals(passages(LINES, true), ids(LINES));
  }

  /**
   * Makes a tokenizer from the text of a {@code tokenizer.json}.
   *
   * @throws org.codeaudit.AuditException if it is damaged, or anything but such BPE
   */
  public static BpeTokenizer parse(String tokenizerJson) {
    TokenizerDocument document = TokenizerDocument.parse(tokenizerJson);
    byte[] json = document.plain().toString().getBytes(StandardCharsets.UTF_8);
    Map<String, String> options = Map.of("truncation", "false", "padding", "false");
    try {
      HuggingFaceTokenizer plain =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options);
      return new BpeTokenizer(document, plain);
    } catch (IOException | RuntimeException e) {
      throw TokenizerDocument.invalid("the tokenizers library refuses it: " + e.getMessage());
    }
  }

  @Override
  public int[] encode(String text) {
    return encodePiece(text, true);
  }

  @Override
  public int[] encodeFurther(String text) {
    return passages(text, cutAtLines);
  }

  /**
   * The ids of a piece of a text that control tokens cut apart.
   *
   * @param first whether nothing stands before it, not even a control token
   */
  int[] encodePiece(String text, boolean first) {
    return encodeFurther(fallback.map(some -> some.begun(text, first)).orElse(text));
  }

  private int[] passages(String text, boolean atLines) {
    return Passages.of(text, atLines).stream()
        .flatMapToInt(passage -> Arrays.stream(recent.get(passage)))
        .toArray();
  }

  /** The ids only: the library's own {@code encode} makes several Java objects of every token. */
  private int[] ids(String passage) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      TokenizersLibrary library = TokenizersLibrary.LIB;
      long encoding = library.encode(plain.getHandle(), wellFormed(passage), false);
      try {
        return Arrays.stream(library.getTokenIds(encoding)).mapToInt(Math::toIntExact).toArray();
      } finally {
        library.deleteEncoding(encoding);
      }
    } finally {
      open.readLock().unlock();
    }
  }

  private static boolean joinsLines(byte[] token) {
    boolean joins = false;
    for (int at = 1; token != null && at < token.length; at++) {
      joins |= token[at - 1] == '\n' && Passages.beginsLine(token[at]);
    }
    return joins;
  }

  /** The library misreads a text with a lone surrogate. */
  private static String wellFormed(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (Character.isSurrogate(text.charAt(at))) {
        return new String(
            text.codePoints().map(c -> c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c).toArray(),
            0,
            text.codePointCount(0, text.length()));
      }
    }
    return text;
  }

  @Override
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder(ids.length * 4);
    Utf8Decoder decoder = new Utf8Decoder();
    for (int id : ids) {
      decoder.decode(textBytes(id), text);
    }
    decoder.finish(text);
    boolean strip = stripsSpace() && !text.isEmpty() && text.charAt(0) == ' ';
    return text.substring(strip ? 1 : 0);
  }

  @Override
  public boolean stripsSpace() {
    return fallback.isPresent() && fallback.get().strips();
  }

  @Override
  public byte[] textBytes(int id) {
    return known(id) && !(isControl(id) && controlById[id].special())
        ? bytesById[id].clone()
        : NO_BYTES;
  }

  @Override
  public byte[] bytes(int id) {
    return known(id) && !isControl(id) ? bytesById[id].clone() : NO_BYTES;
  }

  @Override
  public int size() {
    return bytesById.length;
  }

  @Override
  public boolean isControl(int id) {
    return id >= 0 && id < controlById.length && controlById[id] != null;
  }

  @Override
  public OptionalInt control(String text) {
    Integer id = controls.get(text);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The added tokens, in the document's order. */
  List<AddedToken> added() {
    return added;
  }

  /** Ids that precede a text that is not a chat, e.g. a beginning-of-text token; may be empty. */
  int[] prefix() {
    return prefix.clone();
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        plain.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }

  private boolean known(int id) {
    return id >= 0 && id < bytesById.length && bytesById[id] != null;
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
