package org.codeaudit.job.source.row;

import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;
import org.codeaudit.Hashes;

/**
 * The address of a repository on a server. It never holds a secret: an address with credentials is
 * refused.
 *
 * @param text as git takes it
 * @param name host and path, e.g. {@code github.com/org/name}
 */
public record RemoteUrl(String text, String name) implements Serializable {
  /** The protocols git may use, with their usual ports. */
  public static final Map<String, String> PORTS =
      Map.of("https", "443", "http", "80", "ssh", "22", "git", "9418", "file", "");

  private static final String HOST = "(\\[[0-9A-Fa-f:.]+]|[^-/:@\\[\\]][^/:@\\[\\]]*)";
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://.*");
  private static final Pattern SHORT_SSH = Pattern.compile("[^/]+@[^/]+:.*");
  private static final Pattern ADDRESS =
      Pattern.compile("([A-Za-z]+)://(?:([^-/@:][^/@:]*)@)?" + HOST + "?(?::(\\d+))?/(.*)");
  private static final Pattern SHORT_ADDRESS =
      Pattern.compile("[^-/@:][^/@:]*@" + HOST + ":([^-].*)");
  private static final Pattern UNSAFE = Pattern.compile("[\\s\\p{Cntrl}\"'\\\\?#<>|;$`&*]");
  private static final Pattern USER = Pattern.compile("//[^/\\s]*@");
  private static final int LONGEST_READABLE = 60;
  private static final int HASH_DIGITS = 16;

  /**
   * Whether a text is meant as an address. {@code file:} is a path: what every machine can open is
   * read where it is.
   */
  public static boolean isRemote(String text) {
    boolean local = text.toLowerCase(Locale.ROOT).startsWith("file:");
    return !local && (SCHEME.matcher(text).matches() || SHORT_SSH.matcher(text).matches());
  }

  /**
   * @throws AuditException {@code SOURCE_URL} for an address git must not be given, {@code
   *     SOURCE_URL_CREDENTIALS} for one that holds a secret
   */
  public static RemoteUrl parse(String text) {
    Matcher address = ADDRESS.matcher(text);
    Matcher shortened = SHORT_ADDRESS.matcher(text);
    boolean full = address.matches();
    boolean ssh = text.toLowerCase(Locale.ROOT).startsWith("ssh:");
    if (SCHEME.matcher(text).matches() && holdsSecret(text, ssh)) {
      throw new AuditException(
          ErrorClass.SOURCE_URL_CREDENTIALS,
          "Cannot read " + shown(text),
          "It holds a user name, password or query, which tables and logs would show",
          "Take them out, and pass them by the option `gitCredentials` or a credential helper"
              + " of git");
    }
    if (UNSAFE.matcher(text).find()) {
      throw wrong(text, "It has characters that no repository's address has");
    }
    if (full) {
      return full(text, address);
    }
    if (!text.contains("://") && shortened.matches()) {
      return new RemoteUrl(text, name(shortened.group(1), "", shortened.group(2)));
    }
    throw wrong(text, "It is not an address as git writes them");
  }

  private static RemoteUrl full(String text, Matcher address) {
    String scheme = address.group(1).toLowerCase(Locale.ROOT);
    String port = PORTS.get(scheme);
    if (port == null) {
      throw wrong(text, "The protocol " + scheme + " is not one of https, http, ssh, git");
    }
    String host = address.group(3) == null ? "" : address.group(3);
    if (host.isEmpty() != scheme.equals("file")) {
      throw wrong(text, "It names no server");
    }
    String own = address.group(4);
    String shown = own == null || own.equals(port) ? "" : ":" + own;
    return new RemoteUrl(text, name(host, shown, address.group(5)));
  }

  /** A user of ssh is no secret; elsewhere a token may stand in the user's place. */
  private static boolean holdsSecret(String text, boolean ssh) {
    Matcher user = USER.matcher(text);
    boolean secretUser = user.find() && (!ssh || user.group().contains(":"));
    return secretUser || text.indexOf('?') >= 0;
  }

  private static String name(String host, String port, String path) {
    String plain = path.replaceAll("/+$", "").replaceFirst("\\.git$", "").replaceAll("^/+", "");
    String server = host.toLowerCase(Locale.ROOT) + port;
    return server.isEmpty() ? plain : server + "/" + plain;
  }

  /** An address with all left out that may be a secret, however wrong it is. */
  public static String shown(String address) {
    return address
        .replaceAll("\\p{Cntrl}", " ")
        .replaceFirst("//.*@", "//")
        .replaceFirst("\\?.*", "");
  }

  /** Any text, without what may be secrets in addresses. */
  public static String withoutSecrets(String text) {
    return USER.matcher(text).replaceAll("//").replaceAll("\\?\\S*", "");
  }

  /** A folder name no other address has, which people can read too. */
  public String key() {
    String readable = name.replaceAll("[^A-Za-z0-9._]+", "-");
    int begin = Math.max(0, readable.length() - LONGEST_READABLE);
    return readable.substring(begin).replaceFirst("^[-.]+", "")
        + "-"
        + Hashes.hex(text).substring(0, HASH_DIGITS);
  }

  private static AuditException wrong(String text, String why) {
    return new AuditException(
        ErrorClass.SOURCE_URL,
        "Cannot read " + shown(text),
        why,
        "Pass https://host/path, ssh://user@host/path, git://host/path or user@host:path");
  }
}
