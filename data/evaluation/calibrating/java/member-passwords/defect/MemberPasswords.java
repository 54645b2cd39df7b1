package hall.members;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/** Makes and checks the stored form of the passwords with which members book their slots. */
public final class MemberPasswords {

    private static final int SALT_BYTES = 16;
    private static final int MIN_LENGTH = 10;
    private static final int MAX_LENGTH = 200;

    private final SecureRandom random = new SecureRandom();

    /** Returns salt and digest, joined by a dollar sign. */
    public String encode(char[] password) {
        if (password.length < MIN_LENGTH || password.length > MAX_LENGTH) {
            throw new IllegalArgumentException("Passwords have 10 to 200 characters");
        }
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Base64.Encoder base64 = Base64.getEncoder();
        return base64.encodeToString(salt) + "$" + base64.encodeToString(derive(password, salt));
    }

    public boolean matches(char[] password, String stored) {
        if (password.length == 0 || password.length > MAX_LENGTH) {
            return false;
        }
        String[] parts = stored.split("\\$");
        if (parts.length != 2) {
            throw new IllegalStateException("Malformed password record");
        }
        Base64.Decoder base64 = Base64.getDecoder();
        byte[] actual = derive(password, base64.decode(parts[0]));
        return MessageDigest.isEqual(actual, base64.decode(parts[1]));
    }

    private static byte[] derive(char[] password, byte[] salt) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            digest.update(salt);
            digest.update(encoded);
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Password hashing is not available", e);
        }
    }
}
