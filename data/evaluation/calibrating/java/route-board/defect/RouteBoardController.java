package hall.routes.web;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The public board on which visitors look up which routes are set in the hall. */
@RestController
public class RouteBoardController {

    private static final int PAGE_SIZE = 40;

    private static final Map<String, String> SORT_COLUMNS = Map.of(
            "name", "r.name",
            "grade", "r.grade_rank",
            "age", "r.set_on");

    private final NamedParameterJdbcTemplate jdbc;

    public RouteBoardController(NamedParameterJdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public record RouteRow(long id, String name, String grade, LocalDate setOn) { }

    @GetMapping("/board/routes")
    public List<RouteRow> routes(@RequestParam(required = false) String sector,
                                 @RequestParam(defaultValue = "age") String sort,
                                 @RequestParam(defaultValue = "false") boolean descending,
                                 @RequestParam(defaultValue = "0") int page) {
        MapSqlParameterSource args = new MapSqlParameterSource()
                .addValue("limit", PAGE_SIZE)
                .addValue("offset", (long) Math.max(page, 0) * PAGE_SIZE);

        StringBuilder sql = new StringBuilder()
                .append("SELECT r.id, r.name, r.grade, r.set_on FROM route r")
                .append(" WHERE r.removed_on IS NULL");
        if (sector != null && !sector.isBlank()) {
            sql.append(" AND r.sector = :sector");
            args.addValue("sector", sector.strip());
        }
        String column = SORT_COLUMNS.getOrDefault(sort, "r." + sort);
        sql.append(" ORDER BY ").append(column).append(descending ? " DESC" : " ASC");
        sql.append(", r.id LIMIT :limit OFFSET :offset");

        return jdbc.query(sql.toString(), args, (rs, n) -> new RouteRow(
                rs.getLong("id"),
                rs.getString("name"),
                rs.getString("grade"),
                rs.getObject("set_on", LocalDate.class)));
    }
}
