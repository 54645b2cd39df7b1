package hall.members;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Makes and checks the stored form of the passwords with which members book their slots. */
public final class MemberPasswords {

    private static final int SALT_BYTES = 16;
    private static final int ITERATIONS = 210_000;
    private static final int KEY_BITS = 512;
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
        PBEKeySpec spec = new PBEKeySpec(password, salt, ITERATIONS, KEY_BITS);
        try {
            SecretKeyFactory factory = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512");
            return factory.generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Password hashing is not available", e);
        } finally {
            spec.clearPassword();
        }
    }
}
