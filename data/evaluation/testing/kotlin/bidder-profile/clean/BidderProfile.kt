package com.auctionroom.room

import io.ktor.http.HttpStatusCode
import io.ktor.server.application.call
import io.ktor.server.auth.UserIdPrincipal
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.principal
import io.ktor.server.request.receiveParameters
import io.ktor.server.response.respond
import io.ktor.server.routing.Route
import io.ktor.server.routing.post
import io.ktor.server.sessions.sessions
import io.ktor.server.sessions.set

private val CURRENCIES = setOf("EUR", "CHF", "GBP")

/** What the saleroom knows of a bidder; kept on the server under the session's number. */
data class Bidder(val account: String, val currency: String, val limitCents: Long)

/** Credit as the bank confirmed it. */
interface CreditLines {
    suspend fun confirmedCents(account: String, currency: String): Long
}

/**
 * The form with which a bidder enters the room: a currency and a limit in cents, up to the credit
 * that the bank confirmed. Bids are later held against the limit in the session.
 */
fun Route.bidderProfile(credits: CreditLines) {
    authenticate("bidders") {
        post("/room/enter") {
            val account = call.principal<UserIdPrincipal>()?.name
                ?: return@post call.respond(HttpStatusCode.Unauthorized)
            val form = call.receiveParameters()
            val currency = form["currency"]
            if (currency == null || currency !in CURRENCIES) {
                return@post call.respond(HttpStatusCode.BadRequest, "Choose a currency")
            }
            val limit = form["limit"]?.toLongOrNull()
            if (limit == null || limit <= 0) {
                return@post call.respond(HttpStatusCode.BadRequest, "Set a limit")
            }
            val confirmed = credits.confirmedCents(account, currency)
            if (confirmed <= 0) {
                return@post call.respond(HttpStatusCode.Conflict, "There is no credit in $currency")
            }
            call.sessions.set(Bidder(account, currency, minOf(limit, confirmed)))
            call.respond(HttpStatusCode.NoContent)
        }
    }
}
