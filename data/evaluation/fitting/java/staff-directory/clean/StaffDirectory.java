package org.stafffinder.directory;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;

/** Searches the company's directory for the form on the intranet's start page. */
public class StaffDirectory {
    private static final String PEOPLE = "ou=people,dc=stafffinder,dc=org";

    private final Hashtable<String, String> environment = new Hashtable<>();

    public StaffDirectory(String url) {
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, url);
    }

    /** Names of the people of a department whose surname begins as typed into the form. */
    public List<String> find(String surname, String department) throws NamingException {
        SearchControls controls = new SearchControls();
        controls.setSearchScope(SearchControls.SUBTREE_SCOPE);
        controls.setReturningAttributes(new String[] {"cn"});
        List<String> names = new ArrayList<>();
        DirContext context = new InitialDirContext(environment);
        try {
            NamingEnumeration<SearchResult> results =
                    context.search(PEOPLE, filter(surname, department), controls);
            try {
                while (results.hasMore()) {
                    names.add(String.valueOf(results.next().getAttributes().get("cn").get()));
                }
            } finally {
                results.close();
            }
        } finally {
            context.close();
        }
        return names;
    }

    static String filter(String surname, String department) {
        return "(&(objectClass=person)(cn=*)(sn=" + escape(surname) + "*)"
                + "(departmentNumber=" + escape(department) + "))";
    }

    private static String escape(String value) {
        StringBuilder escaped = new StringBuilder(value.length() + 8);
        for (char c : value.toCharArray()) {
            switch (c) {
                case '\\', '*', '(', ')', '\0' -> escaped.append(String.format("\\%02x", (int) c));
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
