package plants.watering;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import javax.sql.DataSource;

/** Works out which plants of a room need water, the thirstiest first. */
public class WateringPlan {

    private static final String PLANTS_OF_ROOM = """
            SELECT p.id, p.name, p.interval_days, MAX(w.watered_at) AS watered_at
              FROM plant p
              LEFT JOIN watering w ON w.plant_id = p.id
             WHERE p.room_id = ?
             GROUP BY p.id, p.name, p.interval_days
            """;

    private final DataSource dataSource;
    private final Clock clock;

    public WateringPlan(DataSource dataSource, Clock clock) {
        this.dataSource = dataSource;
        this.clock = clock;
    }

    public record Task(long plantId, String name, Instant due) { }

    public List<Task> dueIn(long roomId) throws SQLException {
        Instant now = clock.instant();
        List<Task> tasks = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
             PreparedStatement query = connection.prepareStatement(PLANTS_OF_ROOM)) {
            query.setLong(1, roomId);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    Instant due = nextWatering(rows, now);
                    if (!due.isAfter(now)) {
                        tasks.add(new Task(rows.getLong("id"), rows.getString("name"), due));
                    }
                }
            }
        }
        tasks.sort(Comparator.comparing(Task::due));
        return tasks;
    }

    private static Instant nextWatering(ResultSet row, Instant now) throws SQLException {
        Duration interval = Duration.ofDays(row.getInt("interval_days"));
        Timestamp watered = row.getTimestamp("watered_at");
        Instant due = watered.toInstant().plus(interval);
        // A gauge with a wrong clock must not push the next watering out of sight.
        Instant latest = now.plus(interval);
        return due.isAfter(latest) ? latest : due;
    }
}
