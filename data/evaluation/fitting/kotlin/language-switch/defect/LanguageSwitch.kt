package org.choirsite.web

import io.ktor.http.HttpStatusCode
import io.ktor.server.application.call
import io.ktor.server.response.respond
import io.ktor.server.response.respondRedirect
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get

private val LANGUAGES = setOf("de", "en", "sl")
private val PAGES = linkedMapOf(
    "/" to "Home",
    "/concerts" to "Concerts",
    "/rehearsals" to "Rehearsals",
    "/join" to "Join us",
)
private const val ONE_YEAR_SECONDS = 365L * 24 * 60 * 60

/** The menu, and the links that switch the site's language: `/language/sl?back=/concerts`. */
fun Route.languageSwitch() {
    get("/menu") {
        call.respondText(PAGES.entries.joinToString("\n") { (page, title) -> "$title: $page" })
    }

    get("/language/{language}") {
        val language = call.parameters["language"]
        if (language == null || language !in LANGUAGES) {
            call.respond(HttpStatusCode.NotFound)
            return@get
        }
        call.response.cookies.append(
            name = "language",
            value = language,
            maxAge = ONE_YEAR_SECONDS,
            path = "/",
            secure = true,
            httpOnly = true,
        )
        val back = call.request.queryParameters["back"]
        call.respondRedirect(back?.takeIf { it.isNotBlank() } ?: "/")
    }
}
