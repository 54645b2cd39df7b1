package shop.shelflabels

import java.math.BigDecimal
import java.time.LocalDate

/** Sends tomorrow's prices to the electronic labels on the shelves. */
class LabelUpdate(private val radio: LabelRadio, private val journal: Journal) {

    /** Updates the labels whose price changes on [day] and notes the update in the journal. */
    fun run(day: LocalDate, prices: List<Price>) {
        val changes = prices
            .asSequence()
            .filter { it.from == day }
            .filter { it.amount.signum() > 0 }
            .toList()

        changes.asSequence()
            .sortedBy { it.shelf }
            .map { Label(it.shelf, it.article, format(it.amount)) }
            .onEach { radio.show(it) }

        changes.asSequence()
            .map { it.article }
            .distinct()
            .forEach { journal.note(day, it) }
    }

    private fun format(amount: BigDecimal): String =
        amount.setScale(2).toPlainString().replace('.', ',') + " €"

    /** A price in whole cents, on the shelf from a day on. */
    data class Price(
        val shelf: String,
        val article: String,
        val amount: BigDecimal,
        val from: LocalDate,
    )

    /** What one label shows. */
    data class Label(val shelf: String, val article: String, val text: String)

    /** The radio that reaches the labels. */
    fun interface LabelRadio {
        fun show(label: Label)
    }

    /** The journal that the trading standards office reads. */
    fun interface Journal {
        fun note(day: LocalDate, article: String)
    }
}
