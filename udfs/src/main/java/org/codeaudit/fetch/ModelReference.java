package org.codeaudit.fetch;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codeaudit.AuditException;
import org.codeaudit.ErrorClass;

/**
 * What {@code --model} names. {@code toString} gives the text again that {@link #parse} reads; a
 * pinned reference names the same bytes wherever and whenever it is read.
 */
public sealed interface ModelReference {

  /** Whether it says which version of the model is meant, not only where to look for it. */
  boolean pinned();

  /** A folder or file that is used where it lies. */
  record Local(Path path) implements ModelReference {
    @Override
    public boolean pinned() {
      return true;
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * A repository of the Hugging Face hub.
   *
   * @param revision a branch, a tag or a commit; pinned if it is a whole commit hash
   * @param file the one GGUF file that is meant, where the repository has several
   */
  record Hub(String organisation, String name, String revision, Optional<String> file)
      implements ModelReference {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    @Override
    public boolean pinned() {
      return isCommit(revision);
    }

    static boolean isCommit(String revision) {
      return COMMIT.matcher(revision).matches();
    }

    /** The same model at a commit. */
    Hub at(String commit) {
      return new Hub(organisation, name, commit, file);
    }

    /** {@code organisation/name}. */
    String repository() {
      return organisation + "/" + name;
    }

    @Override
    public String toString() {
      return "hf:" + repository() + "@" + revision + file.map(f -> ":" + f).orElse("");
    }
  }

  /**
   * A folder or a GGUF file in a Hadoop file system.
   *
   * @param location its URI
   * @param listing a hash of the names, sizes and times of its files; pinned if present
   */
  record Hadoop(String location, Optional<String> listing) implements ModelReference {
    @Override
    public boolean pinned() {
      return listing.isPresent();
    }

    @Override
    public String toString() {
      return location + listing.map(hash -> "#" + hash).orElse("");
    }
  }

  /**
   * A model of {@link NamedModels}.
   *
   * @param name as it stands there
   * @param sha256 of its file; pinned if present
   */
  record Named(String name, Optional<String> sha256) implements ModelReference {
    @Override
    public boolean pinned() {
      return sha256.isPresent();
    }

    @Override
    public String toString() {
      return name + sha256.map(hash -> "@" + hash).orElse("");
    }
  }

  /**
   * Reads a reference: a name of {@link NamedModels}, {@code
   * hf:organisation/name[@revision][:file.gguf]}, {@code file:} and any other URI whose scheme a
   * Hadoop file system may have; everything else is a path.
   *
   * @throws AuditException {@code MODEL_REFERENCE} if it begins like a reference but is not one
   */
  static ModelReference parse(String text) {
    Matcher uri = Patterns.SCHEME.matcher(text);
    if (Patterns.HUB_PREFIX.matcher(text).lookingAt()) {
      return hub(text);
    }
    Optional<Named> named = named(text);
    if (named.isPresent()) {
      return named.get();
    }
    if (!uri.lookingAt()) {
      return new Local(Path.of(text));
    }
    String scheme = uri.group(1).toLowerCase(Locale.ROOT);
    switch (scheme) {
      case "file":
        return new Local(localPath(text));
      case "http", "https":
        throw malformed(text, "models are not read from web addresses", webAddressFix(text));
      default:
        if (Patterns.PASSWORD.matcher(text).lookingAt()) {
          // Not quoted: references are shown in logs and tables.
          throw malformed(
              scheme + "://…", "it carries a password", "Give credentials in Hadoop's settings");
        }
        return hadoop(text);
    }
  }

  /** Named by this version, or pinned by another, whose file may be on this machine. */
  private static Optional<Named> named(String text) {
    Matcher pinned = Patterns.NAMED.matcher(text);
    return pinned.matches()
        ? Optional.of(new Named(pinned.group(1), Optional.of(pinned.group(2))))
        : NamedModels.known().find(text).map(model -> new Named(model.name(), Optional.empty()));
  }

  private static ModelReference hub(String text) {
    Matcher parts = Patterns.HUB.matcher(text);
    if (!parts.matches() || text.contains("..")) {
      throw malformed(
          text,
          "a model of the Hugging Face hub is written hf:organisation/name, or"
              + " hf:organisation/name@revision, or hf:organisation/name@revision:file.gguf",
          "For example hf:Qwen/Qwen3-8B@main");
    }
    String revision = Optional.ofNullable(parts.group(3)).orElse("main");
    return new Hub(parts.group(1), parts.group(2), revision, Optional.ofNullable(parts.group(4)));
  }

  private static ModelReference hadoop(String text) {
    Matcher pinned = Patterns.LISTING.matcher(text);
    return pinned.find()
        ? new Hadoop(text.substring(0, pinned.start()), Optional.of(pinned.group(1)))
        : new Hadoop(text, Optional.empty());
  }

  private static Path localPath(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getAuthority() == null && uri.getPath() != null) {
        return Path.of(uri.getPath());
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw malformed(text, "it is not the URI of a file on this machine", "Write file:///folder");
  }

  private static String webAddressFix(String text) {
    Matcher page = Patterns.HUB_PAGE.matcher(text);
    return page.find()
        ? "Write hf:" + page.group(1)
        : "Write hf:organisation/name for a model of the Hugging Face hub";
  }

  private static AuditException malformed(String text, String why, String fix) {
    return new AuditException(ErrorClass.MODEL_REFERENCE, "Cannot use the model " + text, why, fix);
  }

  /** An interface cannot have private constants. */
  final class Patterns {
    private static final String NAME = "([A-Za-z0-9][A-Za-z0-9._-]*)";
    private static final Pattern HUB_PREFIX = Pattern.compile("hf:", Pattern.CASE_INSENSITIVE);
    private static final Pattern HUB =
        Pattern.compile(
            "hf:" + NAME + "/" + NAME + "(?:@([A-Za-z0-9][A-Za-z0-9._/-]*))?(?::" + NAME + ")?");
    private static final Pattern NAMED = Pattern.compile(NAME + "@([0-9a-f]{64})");
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):/");
    private static final Pattern PASSWORD = Pattern.compile("[^:]+://[^/@]*:[^/@]*@");
    private static final Pattern LISTING = Pattern.compile("#([0-9a-f]{16})$");
    private static final Pattern HUB_PAGE =
        Pattern.compile("^https?://huggingface[.]co/(" + NAME + "/" + NAME + ")");

    private Patterns() {}
  }
}
