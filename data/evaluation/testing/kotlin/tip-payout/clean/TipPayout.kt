package cafe.tippool.payout

import java.time.LocalDate
import org.slf4j.LoggerFactory

/** Pays the tips of a day out to the staff who worked it. Called by one thread. */
class TipPayout(private val bank: Bank, private val pool: MutableMap<LocalDate, Long>) {
    private val log = LoggerFactory.getLogger(TipPayout::class.java)

    /**
     * Splits a day's tips evenly and orders the transfers as one batch. Cents that cannot be split
     * go to the next day.
     *
     * @return whether the day is paid; one that is not stays in the pool for another try
     */
    fun payOut(day: LocalDate, staff: List<String>): Boolean {
        val cents = pool[day] ?: return false
        if (staff.isEmpty() || cents < staff.size) {
            log.warn("Nothing to split between {} people on {}", staff.size, day)
            return false
        }
        val share = cents / staff.size
        val transfers = staff.map { Transfer(it, share, "Tips $day") }

        runCatching { bank.order(transfers) }.onFailure { failure ->
            log.error("The tips of {} were not paid", day, failure)
            return false
        }

        pool.remove(day)
        val rest = cents - share * staff.size
        if (rest > 0) {
            pool.merge(day.plusDays(1), rest, Long::plus)
        }
        log.info("Paid {} cents each to {} people for {}", share, staff.size, day)
        return true
    }

    /** Cents that wait to be paid out, over all days. */
    fun waiting(): Long = pool.values.sum()

    /** An amount in cents for one account. */
    data class Transfer(val account: String, val cents: Long, val purpose: String)

    /** The bank; it takes all transfers of a batch, or throws and takes none. */
    fun interface Bank {
        fun order(transfers: List<Transfer>)
    }
}
