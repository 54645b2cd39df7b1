package it.tablebooking.booking;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDateTime;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.SessionAttribute;
import org.springframework.web.server.ResponseStatusException;

/** Takes the deposit for a table from the guest's stored card. */
@RestController
public class DepositController {
  private static final int LARGEST_PARTY = 24;
  private static final BigDecimal DEPOSIT_PER_GUEST = new BigDecimal("10.00");

  private final Cards cards;
  private final Clock clock;

  public DepositController(Cards cards, Clock clock) {
    this.cards = cards;
    this.clock = clock;
  }

  @PostMapping("/deposits")
  public Receipt pay(@RequestBody TableRequest table, @SessionAttribute("guest") Guest guest) {
    if (table.guests() < 1 || table.guests() > LARGEST_PARTY) {
      throw refused("A table seats up to " + LARGEST_PARTY + " guests");
    }
    if (table.time() == null || !table.time().isAfter(LocalDateTime.now(clock))) {
      throw refused("The time must be in the future");
    }
    BigDecimal amount = DEPOSIT_PER_GUEST.multiply(BigDecimal.valueOf(table.guests()));
    String booking = cards.book(guest.card(), amount);
    return new Receipt(booking, amount);
  }

  private static ResponseStatusException refused(String reason) {
    return new ResponseStatusException(HttpStatus.BAD_REQUEST, reason);
  }

  /** The table as the guest's form asks for it. */
  public record TableRequest(LocalDateTime time, int guests) {}

  /** The guest who is signed in. */
  public record Guest(String card) {}

  /** Number of the booking on the card and its amount in euros. */
  public record Receipt(String booking, BigDecimal amount) {}

  /** The payment provider: books an amount on a card and gives the booking's number. */
  public interface Cards {
    String book(String card, BigDecimal amount);
  }
}
