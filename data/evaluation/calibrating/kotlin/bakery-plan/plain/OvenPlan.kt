package dev.bakeryplan

import java.time.DateTimeException
import java.time.Duration
import java.time.LocalTime

data class Batch(val product: String, val start: LocalTime, val duration: Duration) {
    val end: LocalTime get() = start.plus(duration)
}

class PlanException(line: Int, reason: String, cause: Throwable? = null) : Exception("line $line: $reason", cause)

/**
 * The plan of one oven for one day, in the order of the batches.
 *
 * The text has one batch a line, `05:30 45 rye loaf`: the start, the minutes in the oven, the product.
 * Empty lines and lines that start with `#` are skipped.
 */
class OvenPlan private constructor(val batches: List<Batch>) {

    /** The first gap of at least [wanted] between two batches, or null if the oven has none. */
    fun firstGap(wanted: Duration): LocalTime? =
        batches.zipWithNext()
            .firstOrNull { (before, after) -> Duration.between(before.end, after.start) >= wanted }
            ?.let { (before, _) -> before.end }

    fun totalTime(): Duration = batches.fold(Duration.ZERO) { sum, batch -> sum + batch.duration }

    companion object {
        private val LINE = Regex("""(\d{2}:\d{2})\s+(\d{1,3})\s+(\S.*)""")
        private const val LAST_MINUTE = 24 * 60 - 1

        fun parse(text: String): OvenPlan {
            val numbered = text.lines().mapIndexedNotNull { index, raw ->
                val line = raw.trim()
                if (line.isEmpty() || line.startsWith("#")) null
                else (index + 1) to parseLine(index + 1, line)
            }.sortedBy { (_, batch) -> batch.start }

            for ((earlier, later) in numbered.zipWithNext()) {
                val before = earlier.second
                val (number, after) = later
                if (after.start < before.end) {
                    throw PlanException(number, "${after.product} overlaps ${before.product}")
                }
            }
            return OvenPlan(numbered.map { (_, batch) -> batch })
        }

        private fun parseLine(number: Int, line: String): Batch {
            val match = LINE.matchEntire(line) ?: throw PlanException(number, "not a batch")
            val (time, minutesText, product) = match.destructured
            val start = try {
                LocalTime.parse(time)
            } catch (e: DateTimeException) {
                throw PlanException(number, "$time is not a time", e)
            }
            val minutes = minutesText.toInt()
            if (minutes == 0) throw PlanException(number, "a batch takes at least a minute")
            if (start.toSecondOfDay() / 60 + minutes > LAST_MINUTE) {
                throw PlanException(number, "the batch has to end by 23:59")
            }
            return Batch(product, start, Duration.ofMinutes(minutes.toLong()))
        }
    }
}
