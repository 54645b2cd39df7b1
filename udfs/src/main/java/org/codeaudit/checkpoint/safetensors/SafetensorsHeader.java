package org.codeaudit.checkpoint.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.codeaudit.checkpoint.file.CheckpointErrors;
import org.codeaudit.checkpoint.file.JsonDocument;
import org.codeaudit.checkpoint.file.StandIn;
import org.codeaudit.checkpoint.tensor.TensorInfo;
import org.codeaudit.checkpoint.tensor.TensorLayout;
import org.codeaudit.checkpoint.tensor.TensorType;

/**
 * The header of a safetensors file: eight bytes with its length (little-endian), then a JSON object
 * from tensor names to {@code dtype}, {@code shape} and {@code data_offsets}, which count from the
 * end of the header.
 */
public final class SafetensorsHeader {
  /** The format's own limit. */
  private static final long LONGEST_HEADER = 100_000_000;

  private static final int LENGTH_BYTES = 8;

  private static final String METADATA = "__metadata__";

  /** The format's types, by the names it has for them. */
  private static final Map<String, TensorType> TYPES =
      Stream.concat(
              Stream.of(TensorType.F32, TensorType.F16, TensorType.BF16),
              Stream.of(TensorType.values()).filter(type -> !type.ofWeights()))
          .collect(Collectors.toUnmodifiableMap(Enum::name, type -> type));

  private final Path file;
  private final long fileSize;
  private final long dataOffset;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  private SafetensorsHeader(Path file, long fileSize, long headerBytes) {
    this.file = file;
    this.fileSize = fileSize;
    this.dataOffset = LENGTH_BYTES + headerBytes;
  }

  /** Reads and checks the header of a file: its tensors by name. */
  public static Map<String, TensorInfo> read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      StandIn.refuse(file);
      long fileSize = channel.size();
      long length = headerBytes(file, channel, fileSize);
      byte[] json = readFully(file, channel, LENGTH_BYTES, (int) length).array();
      SafetensorsHeader header = new SafetensorsHeader(file, fileSize, length);
      header.parse(json);
      TensorLayout.check(file, fileSize, List.copyOf(header.tensors.values()));
      return header.tensors;
    } catch (JsonProcessingException e) {
      throw CheckpointErrors.headerInvalid(
          file, "Its header is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(file, e);
    }
  }

  /** The bytes from the beginning of a checked file to its first tensor. */
  public static long bytesBeforeData(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      return LENGTH_BYTES + headerBytes(file, channel, channel.size());
    } catch (IOException e) {
      throw CheckpointErrors.unreadable(file, e);
    }
  }

  private static long headerBytes(Path file, FileChannel channel, long fileSize)
      throws IOException {
    if (fileSize < LENGTH_BYTES) {
      throw CheckpointErrors.truncated(file, "It has only " + fileSize + " bytes");
    }
    long length = readFully(file, channel, 0, LENGTH_BYTES).getLong(0);
    if (length < 2 || length > LONGEST_HEADER) {
      throw CheckpointErrors.headerInvalid(
          file,
          "It says that its header has "
              + Long.toUnsignedString(length)
              + " bytes; a safetensors header has 2 to "
              + LONGEST_HEADER);
    }
    if (length > fileSize - LENGTH_BYTES) {
      throw CheckpointErrors.truncated(
          file, "Its header has " + length + " bytes but the file has only " + fileSize);
    }
    return length;
  }

  private static ByteBuffer readFully(Path file, FileChannel channel, long position, int bytes)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw CheckpointErrors.truncated(file, "It ended while its header was read");
      }
    }
    return buffer;
  }

  private void parse(byte[] json) throws IOException {
    try (JsonParser parser = JsonDocument.JSON.getFactory().createParser(json)) {
      parser.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      expect(parser, JsonToken.START_OBJECT, parser.nextToken());
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals(METADATA)) {
          parser.skipChildren();
        } else {
          expect(parser, JsonToken.START_OBJECT, value);
          tensors.put(name, tensor(name, parser));
        }
      }
      if (parser.nextToken() != null) {
        throw CheckpointErrors.headerInvalid(file, "Something follows the object in its header");
      }
    }
  }

  private TensorInfo tensor(String name, JsonParser parser) throws IOException {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (key) {
        case "dtype" -> dtype = parser.getText();
        case "shape" -> shape = longs(name, parser, value);
        case "data_offsets" -> offsets = longs(name, parser, value);
        default -> parser.skipChildren();
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw TensorLayout.invalid(file, name, "lacks dtype, shape or its two data_offsets");
    }
    return tensor(name, type(name, dtype), shape, offsets.get(0), offsets.get(1));
  }

  private TensorInfo tensor(String name, TensorType type, List<Long> shape, long begin, long end) {
    if (begin < 0 || end < begin) {
      throw TensorLayout.invalid(file, name, "has the data_offsets " + begin + " and " + end);
    }
    if (end > fileSize - dataOffset) {
      throw CheckpointErrors.truncated(
          file,
          "The tensor "
              + TensorLayout.shown(name)
              + " ends at byte "
              + end
              + " of the data but the file holds only "
              + (fileSize - dataOffset)
              + " bytes of data");
    }
    long bytes = TensorLayout.bytes(file, name, type, shape);
    if (bytes != end - begin) {
      throw TensorLayout.invalid(
          file,
          name,
          "is "
              + type
              + " "
              + shape
              + ", which takes "
              + bytes
              + " bytes, but has "
              + (end - begin));
    }
    return new TensorInfo(
        name, type, shape, file, dataOffset + begin, bytes, TensorInfo.RowOrder.HALVES);
  }

  private TensorType type(String name, String dtype) {
    TensorType type = TYPES.get(dtype);
    if (type == null) {
      throw TensorLayout.unsupportedType(file, name, dtype);
    }
    return type;
  }

  private List<Long> longs(String name, JsonParser parser, JsonToken start) throws IOException {
    boolean valid = start == JsonToken.START_ARRAY;
    List<Long> numbers = new ArrayList<>();
    while (valid && parser.nextToken() != JsonToken.END_ARRAY) {
      valid =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (valid) {
        numbers.add(parser.getLongValue());
      }
    }
    if (!valid) {
      throw TensorLayout.invalid(file, name, "has a shape or offset that is no 64-bit integer");
    }
    return numbers;
  }

  private void expect(JsonParser parser, JsonToken expected, JsonToken found) {
    if (found != expected) {
      throw CheckpointErrors.headerInvalid(
          file,
          "Its header has "
              + found
              + " where "
              + expected
              + " should be, at byte "
              + parser.currentTokenLocation().getByteOffset());
    }
  }
}
