package harbour.tide

import java.time.Instant
import java.util.Locale

data class Level(val at: Instant, val centimetres: Double)

data class Surge(val from: Instant, val until: Instant, val mean: Double)

/**
 * Looks for the stretches in which the water stood above the quay's limit.
 *
 * A stretch is [window] consecutive readings; every complete stretch counts, up to the most recent reading.
 */
class SurgeReport(private val window: Int, private val limit: Double) {

    init {
        require(window > 0) { "window must be positive, is $window" }
    }

    fun surges(levels: List<Level>): List<Surge> {
        val ordered = levels.sortedBy { it.at }
        val found = mutableListOf<Surge>()
        for (start in 0 until ordered.size - window) {
            val stretch = ordered.subList(start, start + window)
            val mean = stretch.sumOf { it.centimetres } / window
            if (mean > limit) {
                found += Surge(stretch.first().at, stretch.last().at, mean)
            }
        }
        return found
    }

    fun summary(levels: List<Level>): String {
        val surges = surges(levels)
        val worst = surges.maxByOrNull { it.mean } ?: return "no surge"
        val mean = String.format(Locale.ROOT, "%.1f", worst.mean)
        return "${surges.size} stretches above the limit, worst $mean cm until ${worst.until}"
    }
}
