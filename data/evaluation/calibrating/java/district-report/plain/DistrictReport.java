package billing.water.report;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Locale;

import javax.sql.DataSource;

/** Writes what each district used and owes in a month, with a line for the total. */
public class DistrictReport {

    private static final String USAGE = """
            SELECT d.name, COALESCE(SUM(r.litres), 0) AS litres, d.price_per_m3
              FROM district d
              LEFT JOIN reading r
                ON r.district_id = d.id AND r.read_on >= ? AND r.read_on < ?
             GROUP BY d.id, d.name, d.price_per_m3
             ORDER BY d.name
            """;

    private static final BigDecimal LITRES_PER_M3 = BigDecimal.valueOf(1000);

    private final DataSource dataSource;

    public DistrictReport(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    public void write(YearMonth month, Appendable out) throws SQLException, IOException {
        LocalDate from = month.atDay(1);
        LocalDate until = month.plusMonths(1).atDay(1);
        BigDecimal total = BigDecimal.ZERO;

        try (Connection connection = dataSource.getConnection();
             PreparedStatement query = connection.prepareStatement(USAGE)) {
            query.setObject(1, from);
            query.setObject(2, until);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    BigDecimal litres = rows.getBigDecimal("litres");
                    BigDecimal price = rows.getBigDecimal("price_per_m3");
                    if (price == null) {
                        throw new SQLException("No price is set for " + rows.getString("name"));
                    }
                    BigDecimal amount = amount(litres, price);
                    total = total.add(amount);
                    out.append(line(rows.getString("name"), litres.toBigInteger() + " l", amount));
                }
            }
        }
        out.append(line("Total " + month, "", total));
    }

    /** The amount for a usage in litres, rounded to the cent as on the bills. */
    static BigDecimal amount(BigDecimal litres, BigDecimal pricePerCubicMetre) {
        return litres.multiply(pricePerCubicMetre).divide(LITRES_PER_M3, 2, RoundingMode.HALF_UP);
    }

    private static String line(String label, String usage, BigDecimal amount) {
        return String.format(Locale.ROOT, "%-30s %14s %12s%n", label, usage, amount.toPlainString());
    }
}
