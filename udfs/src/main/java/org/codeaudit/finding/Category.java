package org.codeaudit.finding;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What kind of defect a finding reports. The model chooses the kind; we add its number in the
 * Common Weakness Enumeration (MITRE, https://cwe.mitre.org) where a single one fits.
 */
public enum Category {
  SQL_INJECTION("CWE-89"),
  COMMAND_INJECTION("CWE-78"),
  CODE_INJECTION("CWE-94"),
  LDAP_INJECTION("CWE-90"),
  XPATH_INJECTION("CWE-643"),
  PATH_TRAVERSAL("CWE-22"),
  CROSS_SITE_SCRIPTING("CWE-79"),
  SERVER_SIDE_REQUEST_FORGERY("CWE-918"),
  OPEN_REDIRECT("CWE-601"),
  XML_EXTERNAL_ENTITY("CWE-611"),
  INSECURE_DESERIALIZATION("CWE-502"),
  HARD_CODED_SECRET("CWE-798"),
  WEAK_CRYPTOGRAPHY("CWE-327"),
  WEAK_HASH("CWE-328"),
  WEAK_RANDOMNESS("CWE-330"),
  INSECURE_COOKIE("CWE-614"),
  TRUST_BOUNDARY("CWE-501"),
  MISSING_AUTHENTICATION("CWE-306"),
  MISSING_AUTHORIZATION("CWE-862"),
  INFORMATION_EXPOSURE("CWE-200"),
  INPUT_VALIDATION("CWE-20"),
  RACE_CONDITION("CWE-362"),
  DEADLOCK("CWE-833"),
  RESOURCE_LEAK("CWE-772"),
  NULL_DEREFERENCE("CWE-476"),
  USE_AFTER_FREE("CWE-416"),
  BUFFER_OVERFLOW("CWE-120"),
  OFF_BY_ONE("CWE-193"),
  INTEGER_OVERFLOW("CWE-190"),
  INFINITE_LOOP("CWE-835"),
  UNCHECKED_ERROR("CWE-252"),
  INCORRECT_LOGIC(null),
  API_MISUSE(null),
  PERFORMANCE(null),
  DEAD_CODE("CWE-561"),
  MAINTAINABILITY(null),
  /** A defect of another kind, or one whose kind the model named in words of its own. */
  OTHER(null);

  private final String cwe;

  Category(String cwe) {
    this.cwe = cwe;
  }

  /** The name the model writes and the column {@code category} stores, e.g. {@code off-by-one}. */
  public String columnValue() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its number, e.g. {@code CWE-89}; empty where no single weakness fits. */
  public Optional<String> cwe() {
    return Optional.ofNullable(cwe);
  }

  /** The category of that name, in any case. */
  public static Optional<Category> of(String name) {
    return Stream.of(values())
        .filter(c -> c.columnValue().equalsIgnoreCase(name.strip()))
        .findFirst();
  }
}
