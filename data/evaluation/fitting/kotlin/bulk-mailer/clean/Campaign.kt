package net.bulkmailer

import java.io.IOException
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.slf4j.LoggerFactory

/** Sends one text to many subscribers. */
class Campaign(private val gateway: Gateway, private val text: String) {
    private val log = LoggerFactory.getLogger(Campaign::class.java)

    /** Sends to all subscribers, a few lists at a time, and says how many got the text. */
    suspend fun send(lists: List<List<String>>): Outcome {
        val sent = AtomicInteger()
        coroutineScope {
            for (list in lists) {
                launch(Dispatchers.IO) {
                    for (address in list) {
                        if (deliver(address)) {
                            sent.incrementAndGet()
                        }
                    }
                }
            }
        }
        val all = lists.sumOf { it.size }
        return Outcome(sent.get(), all - sent.get())
    }

    private fun deliver(address: String): Boolean =
        try {
            gateway.send(address, text)
            true
        } catch (failure: IOException) {
            log.warn("A message was not taken", failure)
            false
        }

    /** The outgoing mail server; may be called by several threads. */
    interface Gateway {
        @Throws(IOException::class)
        fun send(address: String, text: String)
    }

    /** How many subscribers the gateway took the text for, and how many not. */
    data class Outcome(val sent: Int, val failed: Int)
}
