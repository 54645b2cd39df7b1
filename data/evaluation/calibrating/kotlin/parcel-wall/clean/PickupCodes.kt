package io.parcelwall.pickup

import kotlinx.coroutines.delay
import java.security.SecureRandom
import java.time.Clock
import java.time.Duration
import java.time.Instant
import kotlin.random.Random
import kotlin.random.asKotlinRandom

interface PickupStore {
    /** Returns false if an open compartment already has this code. */
    suspend fun insertIfFree(code: String, parcelId: Long, expiresAt: Instant): Boolean
}

fun interface TextGateway {
    /** Returns false if the provider asks to come back later. */
    suspend fun send(phone: String, text: String): Boolean
}

/** Issues the code that opens a compartment and texts it to the recipient. */
class PickupCodes(
    private val store: PickupStore,
    private val gateway: TextGateway,
    private val clock: Clock,
) {
    private val secure = SecureRandom().asKotlinRandom()

    suspend fun issue(parcelId: Long, phone: String) {
        val code = reserve(parcelId)
        repeat(SEND_ATTEMPTS) { attempt ->
            if (gateway.send(phone, "Your parcel is here. Code: $code")) return
            // Spread the retries, so that the walls do not all come back at once.
            if (attempt < SEND_ATTEMPTS - 1) delay(1_000L * (attempt + 1) + Random.nextLong(500))
        }
        error("no text could be sent for parcel $parcelId")
    }

    private suspend fun reserve(parcelId: Long): String {
        val expiresAt = clock.instant().plus(VALID_FOR)
        repeat(RESERVE_ATTEMPTS) {
            val code = newCode()
            if (store.insertIfFree(code, parcelId, expiresAt)) return code
        }
        error("no free code for parcel $parcelId")
    }

    private fun newCode(): String = buildString(CODE_LENGTH) {
        repeat(CODE_LENGTH) { append(CODE_CHARS.random(secure)) }
    }

    private companion object {
        // Without the characters that are mixed up on the keypad's display.
        const val CODE_CHARS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
        const val CODE_LENGTH = 12
        const val RESERVE_ATTEMPTS = 5
        const val SEND_ATTEMPTS = 3
        val VALID_FOR: Duration = Duration.ofDays(5)
    }
}
