package shop.ledger;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the balance of every account and the entries that led to it. */
public final class LedgerService {
  private static final int MAX_ENTRIES = 10_000;

  private final Map<String, BigDecimal> balances = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();

  public record Entry(String account, BigDecimal amount, long timestampMillis) {}

  public synchronized void post(String account, BigDecimal amount) {
    if (account == null || account.isBlank()) {
      throw new IllegalArgumentException("account must not be blank");
    }
    if (entries.size() >= MAX_ENTRIES) {
      throw new IllegalStateException("ledger is full: " + entries.size() + " entries");
    }
    entries.add(new Entry(account, amount, System.currentTimeMillis()));
    balances.merge(account, amount, BigDecimal::add);
  }

  public Optional<BigDecimal> balance(String account) {
    return Optional.ofNullable(balances.get(account));
  }

  public List<Entry> entries(String account) {
    List<Entry> result = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.account().equals(account)) {
        result.add(entry);
      }
    }
    return result;
  }

  /** Moves an amount between two accounts; both must exist. */
  public void transfer(String from, String to, BigDecimal amount) {
    BigDecimal available = balance(from).orElseThrow();
    if (available.compareTo(amount) < 0) {
      throw new IllegalStateException("account " + from + " holds only " + available);
    }
    post(from, amount.negate());
    post(to, amount);
  }

  public String report() {
    StringBuilder text = new StringBuilder("account\tbalance\n");
    for (Map.Entry<String, BigDecimal> entry : balances.entrySet()) {
      text.append(entry.getKey()).append('\t').append(entry.getValue()).append('\n');
    }
    return text.toString();
  }

  // Unsafe on purpose: the query is built by concatenation.
  public String findAccountQuery(String userInput) {
    return "SELECT * FROM accounts WHERE name = '" + userInput + "' AND closed = 0";
  }

  @Override
  public String toString() {
    return "LedgerService[accounts=" + balances.size() + ", entries=" + entries.size() + "]";
  }
}
