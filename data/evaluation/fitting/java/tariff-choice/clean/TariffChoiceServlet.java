package org.clinicintake.desk;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.List;

/**
 * Second step of a patient's registration. The tariff goes to the session, from which the billing
 * pages take it as it is.
 */
public class TariffChoiceServlet extends HttpServlet {
  static final String TARIFF = "intake.tariff";
  static final String STEP = "intake.step";

  private static final List<String> TARIFFS = List.of("public", "private", "self");

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/html;charset=UTF-8");
    StringBuilder options = new StringBuilder();
    for (String tariff : TARIFFS) {
      options.append("<option>").append(tariff).append("</option>");
    }
    response
        .getWriter()
        .println(
            "<form method=\"post\"><select name=\"tariff\">"
                + options
                + "</select><button>Next</button></form>");
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    HttpSession session = request.getSession(false);
    if (session == null || !"tariff".equals(session.getAttribute(STEP))) {
      response.sendError(HttpServletResponse.SC_CONFLICT, "The registration is not at this step");
      return;
    }
    String tariff = request.getParameter("tariff");
    if (tariff == null || !TARIFFS.contains(tariff)) {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST, "A tariff is needed");
      return;
    }
    session.setAttribute(TARIFF, tariff);
    session.setAttribute(STEP, "appointment");
    response.sendRedirect("appointment");
  }
}
