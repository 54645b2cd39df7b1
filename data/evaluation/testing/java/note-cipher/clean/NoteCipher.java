package org.wardnotes.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** Encrypts the notes of a ward with its key. One instance serves the ward for the whole day. */
public final class NoteCipher {
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKey key;

  public NoteCipher(SecretKey key) {
    this.key = key;
  }

  /** The nonce, then the encrypted text with its tag. */
  public byte[] encrypt(String note) throws GeneralSecurityException {
    byte[] nonce = randomBytes(NONCE_BYTES);
    Cipher cipher = Cipher.getInstance(TRANSFORMATION);
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
    byte[] text = cipher.doFinal(note.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.allocate(NONCE_BYTES + text.length).put(nonce).put(text).array();
  }

  /**
   * The note that {@link #encrypt} was given.
   *
   * @throws GeneralSecurityException for bytes of another key or that were changed
   */
  public String decrypt(byte[] stored) throws GeneralSecurityException {
    if (stored.length < NONCE_BYTES + TAG_BITS / 8) {
      throw new GeneralSecurityException("Too short for a note");
    }
    Cipher cipher = Cipher.getInstance(TRANSFORMATION);
    cipher.init(
        Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, stored, 0, NONCE_BYTES));
    byte[] text = cipher.doFinal(stored, NONCE_BYTES, stored.length - NONCE_BYTES);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }
}
