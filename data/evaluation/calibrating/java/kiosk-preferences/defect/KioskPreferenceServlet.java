package loyalty.kiosk;

import java.io.IOException;
import java.util.Map;
import java.util.Set;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;

/**
 * Remembers for the rest of the visit how a member wants the kiosk to look.
 * The request was checked for its form token by the filter in front of /kiosk.
 */
@WebServlet("/kiosk/preference")
public class KioskPreferenceServlet extends HttpServlet {

    /** Set at login; the points pages book on this account. */
    static final String ACCOUNT = "account";

    private static final Map<String, Set<String>> CHOICES = Map.of(
            "language", Set.of("de", "en", "fr", "it"),
            "contrast", Set.of("normal", "high"),
            "textSize", Set.of("small", "medium", "large"));

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession(false);
        if (session == null || session.getAttribute(ACCOUNT) == null) {
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
            return;
        }
        String name = request.getParameter("name");
        String value = request.getParameter("value");
        if (name == null || value == null) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "Name and value are needed");
            return;
        }
        Set<String> choices = CHOICES.get(name);
        if (choices != null && !choices.contains(value)) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "There is no such choice");
            return;
        }
        session.setAttribute(name, value);
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }
}
