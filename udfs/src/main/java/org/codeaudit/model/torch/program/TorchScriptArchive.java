package org.codeaudit.model.torch.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive made of source text: what {@code torch.jit.save} would write for a module
 * whose attributes are all still None, without Python and without an export.
 *
 * <p>The format is the one of libtorch's {@code torch/csrc/jit/serialization}: a ZIP file whose
 * entries are stored without compression, with the program as text in {@code code/__torch__.py} and
 * the module as a pickle (protocol 2) in {@code data.pkl}.
 */
public final class TorchScriptArchive {
  private static final Pattern CLASS =
      Pattern.compile("(?m)^class (\\w+)\\(Module\\):\\n((?:  .*\\n)+)");
  private static final Pattern ATTRIBUTE = Pattern.compile("(?m)^  (\\w+) : ");

  private TorchScriptArchive() {}

  /** The archive of a program that lies among this package's resources, in one file or several. */
  public static byte[] ofResources(String... names) {
    return ofSource(source(names));
  }

  /** The text of a program that lies among this package's resources, its files in this order. */
  public static String source(String... names) {
    StringBuilder program = new StringBuilder();
    for (String name : names) {
      program.append(resource(name)).append("\n\n");
    }
    return program.toString();
  }

  private static String resource(String name) {
    try (InputStream source = TorchScriptArchive.class.getResourceAsStream(name)) {
      if (source == null) {
        throw new IllegalStateException("the program " + name + " is missing from the jar");
      }
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The archive of a program.
   *
   * @param source TorchScript with one class derived from {@code Module}, whose attributes are
   *     declared, one a line, directly below its head
   */
  public static byte[] ofSource(String source) {
    Matcher declared = CLASS.matcher(source);
    if (!declared.find()) {
      throw new IllegalArgumentException("the program declares no class derived from Module");
    }
    List<String> attributes = new ArrayList<>();
    Matcher attribute = ATTRIBUTE.matcher(declared.group(2));
    while (attribute.find()) {
      attributes.add(attribute.group(1));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "data.pkl", pickledModule(declared.group(1), attributes));
      store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // an empty tuple
      store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** An object whose attributes are None, but for {@code training}, which is False. */
  private static byte[] pickledModule(String className, List<String> attributes) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2}); // protocol 2
    pickle.writeBytes(ascii("c__torch__\n" + className + "\n")); // the class
    pickle.writeBytes(new byte[] {')', (byte) 0x81, '}', '('}); // new object, empty dict, mark
    for (String attribute : attributes) {
      byte[] name = ascii(attribute);
      ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      pickle.write('X'); // a string
      pickle.writeBytes(length.putInt(name.length).array());
      pickle.writeBytes(name);
      pickle.write(attribute.equals("training") ? 0x89 : 'N'); // False or None
    }
    pickle.writeBytes(ascii("ub.")); // set items, build, stop
    return pickle.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry("decoder/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
