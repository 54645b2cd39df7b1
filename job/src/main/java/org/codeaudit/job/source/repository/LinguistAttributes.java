package org.codeaudit.job.source.repository;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.codeaudit.job.source.skip.LinguistMarks;
import org.eclipse.jgit.attributes.Attribute;
import org.eclipse.jgit.attributes.AttributesNode;
import org.eclipse.jgit.attributes.AttributesRule;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * What the {@code .gitattributes} files of a tree say about a file: the rules of the nearest folder
 * that names it, and of those the last.
 */
public final class LinguistAttributes {
  private static final String GENERATED = "linguist-generated";
  private static final String VENDORED = "linguist-vendored";
  private static final int LARGEST = 1 << 20;

  private final ObjectReader objects;
  private final Map<String, List<AttributesRule>> rulesOfFolder = new HashMap<>();
  private final Map<String, Optional<ObjectId>> treeOfFolder = new HashMap<>();
  private final Map<ObjectId, List<AttributesRule>> rulesOfBlob = new HashMap<>();
  private AnyObjectId tree = ObjectId.zeroId();

  LinguistAttributes(ObjectReader objects) {
    this.objects = objects;
  }

  /**
   * @param root the commit's tree
   */
  public LinguistMarks of(AnyObjectId root, String path) throws IOException {
    look(root);
    Optional<Boolean> generated = Optional.empty();
    Optional<Boolean> vendored = Optional.empty();
    for (int slash = -1; slash < path.length(); slash = path.indexOf('/', slash + 1)) {
      String folder = path.substring(0, slash + 1);
      String rest = path.substring(slash + 1);
      for (AttributesRule rule : rules(folder)) {
        if (rule.isMatch(rest, false)) {
          generated = value(rule, GENERATED).or(keep(generated));
          vendored = value(rule, VENDORED).or(keep(vendored));
        }
      }
      if (rest.indexOf('/') < 0) {
        break;
      }
    }
    return new LinguistMarks(generated, vendored);
  }

  private void look(AnyObjectId root) {
    if (!tree.equals(root)) {
      tree = root.copy();
      rulesOfFolder.clear();
      treeOfFolder.clear();
    }
  }

  private static Supplier<Optional<Boolean>> keep(Optional<Boolean> value) {
    return () -> value;
  }

  private static Optional<Boolean> value(AttributesRule rule, String name) {
    for (Attribute attribute : rule.getAttributes()) {
      if (attribute.getKey().equals(name)) {
        return switch (attribute.getState()) {
          case SET -> Optional.of(true);
          case UNSET -> Optional.of(false);
          case CUSTOM -> Optional.of(Boolean.parseBoolean(attribute.getValue()));
          case UNSPECIFIED -> Optional.empty();
        };
      }
    }
    return Optional.empty();
  }

  /**
   * @param folder path ending in a slash, or empty
   */
  private List<AttributesRule> rules(String folder) throws IOException {
    List<AttributesRule> known = rulesOfFolder.get(folder);
    if (known == null) {
      known = read(folder);
      rulesOfFolder.put(folder, known);
    }
    return known;
  }

  private List<AttributesRule> read(String folder) throws IOException {
    Optional<ObjectId> blob = blob(folder);
    if (blob.isEmpty()) {
      return List.of();
    }
    List<AttributesRule> rules = rulesOfBlob.get(blob.get());
    if (rules == null) {
      rules = parse(blob.get());
      rulesOfBlob.put(blob.get(), rules);
    }
    return rules;
  }

  private Optional<ObjectId> blob(String folder) throws IOException {
    Optional<ObjectId> entries = tree(folder);
    return entries.isEmpty()
        ? entries
        : child(entries.get(), Constants.DOT_GIT_ATTRIBUTES, FileMode.TYPE_FILE);
  }

  private Optional<ObjectId> tree(String folder) throws IOException {
    if (folder.isEmpty()) {
      return Optional.of(tree.copy());
    }
    Optional<ObjectId> known = treeOfFolder.get(folder);
    if (known == null) {
      int name = folder.lastIndexOf('/', folder.length() - 2) + 1;
      known = tree(folder.substring(0, name));
      if (known.isPresent()) {
        String last = folder.substring(name, folder.length() - 1);
        known = child(known.get(), last, FileMode.TYPE_TREE);
      }
      treeOfFolder.put(folder, known);
    }
    return known;
  }

  private Optional<ObjectId> child(ObjectId folder, String name, int type) throws IOException {
    CanonicalTreeParser entries = new CanonicalTreeParser(null, objects, folder);
    int length = Constants.encode(name).length;
    for (; !entries.eof(); entries.next(1)) { // findFile() finds no folders
      if (entries.getNameLength() == length
          && (entries.getEntryRawMode() & FileMode.TYPE_MASK) == type
          && entries.getEntryPathString().equals(name)) {
        return Optional.of(entries.getEntryObjectId());
      }
    }
    return Optional.empty();
  }

  /**
   * The {@code .gitattributes} files that are read for some paths.
   *
   * @param root the commit's tree
   */
  public Set<ObjectId> blobs(AnyObjectId root, Collection<String> paths) throws IOException {
    Set<String> folders = new HashSet<>();
    for (String path : paths) {
      for (int end = path.lastIndexOf('/') + 1; folders.add(path.substring(0, end)) && end > 0; ) {
        end = path.lastIndexOf('/', end - 2) + 1;
      }
    }
    look(root);
    Set<ObjectId> blobs = new HashSet<>();
    for (String folder : folders) {
      blob(folder).ifPresent(blobs::add);
    }
    return blobs;
  }

  private List<AttributesRule> parse(ObjectId blob) throws IOException {
    if (objects.getObjectSize(blob, Constants.OBJ_BLOB) > LARGEST) {
      return List.of();
    }
    AttributesNode node = new AttributesNode();
    node.parse(new ByteArrayInputStream(objects.open(blob).getBytes()));
    return node.getRules().stream()
        .filter(rule -> value(rule, GENERATED).isPresent() || value(rule, VENDORED).isPresent())
        .toList();
  }
}
