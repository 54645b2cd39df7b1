package org.courseenrolment.portal;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Signs students in and sends them to the page they came for. */
public class LoginServlet extends HttpServlet {
  private static final Pattern PAGE = Pattern.compile("/[\\w./-]*");

  private final transient Students students;

  public LoginServlet(Students students) {
    this.students = students;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<String> number =
        students.authenticate(request.getParameter("number"), request.getParameter("password"));
    if (number.isEmpty()) {
      response.sendError(HttpServletResponse.SC_UNAUTHORIZED, "Number or password is wrong");
      return;
    }
    request.getSession();
    request.changeSessionId();
    request.getSession().setAttribute("student", number.get());
    continueTo(request.getParameter("next"), response);
  }

  private static void continueTo(String next, HttpServletResponse response) throws IOException {
    if (next == null || !PAGE.matcher(next).matches()) {
      response.sendRedirect("/courses");
      return;
    }
    response.sendRedirect(next);
  }

  /** Checks sign-ins; slows down after failed ones. */
  public interface Students {
    /** The student's number if the password is right; either value may be null. */
    Optional<String> authenticate(String number, String password);
  }
}
