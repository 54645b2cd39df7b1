package ch.railtimetable.board;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The next trains of a station. */
public class DepartureBoard {
  private static final String NEXT =
      "SELECT line, destination, leaves_at, platform FROM departure"
          + " WHERE station = ? AND leaves_at >= ? ORDER BY leaves_at";

  private final DataSource pool;
  private final int rows;

  public DepartureBoard(DataSource pool, int rows) {
    this.pool = pool;
    this.rows = rows;
  }

  public List<Departure> next(String station, LocalDateTime now) throws SQLException {
    List<Departure> departures = new ArrayList<>(rows);
    Connection connection = pool.getConnection();
    try (PreparedStatement statement = connection.prepareStatement(NEXT)) {
      statement.setString(1, station);
      statement.setTimestamp(2, Timestamp.valueOf(now));
      statement.setMaxRows(rows);
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          departures.add(departure(found));
        }
      }
    }
    connection.close();
    return departures;
  }

  private static Departure departure(ResultSet row) throws SQLException {
    return new Departure(
        row.getString("line"),
        row.getString("destination"),
        row.getTimestamp("leaves_at").toLocalDateTime(),
        row.getString("platform"));
  }

  /** A train that leaves. */
  public record Departure(
      String line, String destination, LocalDateTime leavesAt, String platform) {}
}
