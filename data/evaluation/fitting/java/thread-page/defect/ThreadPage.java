package com.gardenforum.web;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.springframework.web.util.HtmlUtils;

/** Shows one thread with its posts. */
public class ThreadPage extends HttpServlet {
  private final transient Threads threads;

  public ThreadPage(Threads threads) {
    this.threads = threads;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String slug = request.getParameter("thread");
    Optional<Discussion> found = slug == null ? Optional.empty() : threads.bySlug(slug);
    if (found.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    response.setContentType("text/html;charset=UTF-8");
    Discussion discussion = found.get();
    PrintWriter out = response.getWriter();
    out.println("<!DOCTYPE html><html><body>");
    out.println(heading(discussion));
    for (Post post : discussion.posts()) {
      out.println("<article><h3>" + HtmlUtils.htmlEscape(post.author()) + "</h3>");
      out.println("<p>" + HtmlUtils.htmlEscape(post.text()) + "</p></article>");
    }
    out.println("</body></html>");
  }

  private static String heading(Discussion discussion) {
    if (discussion.closed()) {
      return "<h2 class=\"closed\">" + discussion.title() + " (closed)</h2>";
    }
    return "<h2>" + HtmlUtils.htmlEscape(discussion.title()) + "</h2>";
  }

  /** Threads as members wrote them. */
  public interface Threads {
    Optional<Discussion> bySlug(String slug);
  }

  /** A thread; the member who began it chose its title. */
  public record Discussion(String title, boolean closed, List<Post> posts) {}

  /** One post. */
  public record Post(String author, String text) {}
}
