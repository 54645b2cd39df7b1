package harbour.directory;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;

import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The printed list of berth holders that hangs in the office, now as a page for the visitors. */
@RestController
public class BerthHolderDirectory {

    private static final String BASE = "ou=holders,dc=harbour,dc=example";

    private final Hashtable<String, String> environment;

    public BerthHolderDirectory(Hashtable<String, String> directoryEnvironment) {
        this.environment = directoryEnvironment;
    }

    public record Holder(String name, String berth) { }

    @GetMapping("/holders")
    public List<Holder> find(@RequestParam String surname,
                             @RequestParam(required = false) String pier) throws NamingException {
        List<Object> args = new ArrayList<>();
        args.add(surname);
        StringBuilder filter = new StringBuilder("(&(objectClass=berthHolder)(listed=TRUE)(sn={0})");
        if (pier != null && !pier.isBlank()) {
            filter.append("(pier=").append(pier).append(")");
        }
        filter.append(")");

        SearchControls controls = new SearchControls();
        controls.setSearchScope(SearchControls.ONELEVEL_SCOPE);
        controls.setTimeLimit(5_000);
        controls.setReturningAttributes(new String[] {"cn", "berth"});

        List<Holder> holders = new ArrayList<>();
        DirContext directory = new InitialDirContext(environment);
        try {
            NamingEnumeration<SearchResult> hits =
                    directory.search(BASE, filter.toString(), args.toArray(), controls);
            try {
                while (hits.hasMore()) {
                    Attributes found = hits.next().getAttributes();
                    holders.add(new Holder(text(found, "cn"), text(found, "berth")));
                }
            } finally {
                hits.close();
            }
        } finally {
            directory.close();
        }
        return holders;
    }

    private static String text(Attributes attributes, String id) throws NamingException {
        Attribute attribute = attributes.get(id);
        return attribute == null || attribute.size() == 0 ? "" : String.valueOf(attribute.get());
    }
}
