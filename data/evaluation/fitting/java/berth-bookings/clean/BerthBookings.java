package com.harbourslots.berth;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

/** Reads berth bookings for the planning board. */
@Repository
public class BerthBookings {
  private static final String UPCOMING =
      "SELECT booking_id, vessel_name, berth_code, arrival FROM berth_booking"
          + " WHERE port = ? AND arrival >= ?";

  private static final Map<String, String> SORT_COLUMNS =
      Map.of("vessel", "vessel_name", "berth", "berth_code", "arrival", "arrival");

  private final JdbcTemplate jdbc;

  public BerthBookings(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Bookings of a port from a day on.
   *
   * @param sort the {@code sort} parameter of the board's address, or null
   */
  public List<BerthBooking> upcoming(String port, LocalDate from, String sort, boolean descending) {
    String query = UPCOMING + ordering(sort, descending);
    return jdbc.query(
        query,
        (row, number) ->
            new BerthBooking(
                row.getLong("booking_id"),
                row.getString("vessel_name"),
                row.getString("berth_code"),
                row.getObject("arrival", LocalDate.class)),
        port,
        from);
  }

  private static String ordering(String sort, boolean descending) {
    if (sort == null || sort.isBlank()) {
      return " ORDER BY arrival";
    }
    String column = SORT_COLUMNS.getOrDefault(sort, "arrival");
    return " ORDER BY " + column + (descending ? " DESC" : " ASC");
  }

  /** One vessel at one berth. */
  public record BerthBooking(long id, String vessel, String berth, LocalDate arrival) {}
}
