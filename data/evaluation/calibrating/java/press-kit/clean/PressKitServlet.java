package vault.press;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Hands out the pictures that the press office has released to everybody. */
@WebServlet("/press/file")
public class PressKitServlet extends HttpServlet {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9 ._/-]{1,200}");

    private Path root;

    @Override
    public void init() throws ServletException {
        String folder = getServletContext().getInitParameter("press.folder");
        if (folder == null) {
            throw new ServletException("press.folder is not configured");
        }
        root = Path.of(folder).toAbsolutePath().normalize();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = request.getParameter("name");
        if (name == null || !NAME.matcher(name).matches()) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "A file name is needed");
            return;
        }
        // Names may hold folders, for instance "2024/opening/hall.jpg".
        Path file = root.resolve(name).normalize();
        if (!file.startsWith(root) || !Files.isRegularFile(file)) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        response.setContentType(contentType(file));
        response.setContentLengthLong(Files.size(file));
        response.setHeader("X-Content-Type-Options", "nosniff");
        Files.copy(file, response.getOutputStream());
    }

    private static String contentType(Path file) {
        String lower = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (lower.endsWith(".jpg") || lower.endsWith(".jpeg")) {
            return "image/jpeg";
        }
        return lower.endsWith(".png") ? "image/png" : "application/octet-stream";
    }
}
