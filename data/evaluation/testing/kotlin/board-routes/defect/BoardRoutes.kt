package io.kanbandesk.boards

import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.call
import io.ktor.server.auth.UserIdPrincipal
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.principal
import io.ktor.server.request.receiveText
import io.ktor.server.response.respond
import io.ktor.server.routing.Route
import io.ktor.server.routing.delete
import io.ktor.server.routing.put

private const val LONGEST_TITLE = 120

/** A board and the name of the user who made it. */
data class Board(val id: String, val owner: String, val title: String)

interface Boards {
    suspend fun find(id: String): Board?

    suspend fun rename(id: String, title: String)

    suspend fun delete(id: String)
}

/** Changes to boards; only a board's owner may make them. */
fun Route.boardRoutes(boards: Boards) {
    authenticate("session") {
        put("/boards/{id}/title") {
            val board = call.board(boards) ?: return@put call.respond(HttpStatusCode.NotFound)
            if (!call.owns(board)) return@put call.respond(HttpStatusCode.Forbidden)
            val title = call.receiveText().trim()
            if (title.isEmpty() || title.length > LONGEST_TITLE) {
                return@put call.respond(HttpStatusCode.BadRequest, "A title has 1 to $LONGEST_TITLE signs")
            }
            boards.rename(board.id, title)
            call.respond(HttpStatusCode.NoContent)
        }

        delete("/boards/{id}") {
            val board = call.board(boards) ?: return@delete call.respond(HttpStatusCode.NotFound)
            boards.delete(board.id)
            call.respond(HttpStatusCode.NoContent)
        }
    }
}

private suspend fun ApplicationCall.board(boards: Boards): Board? =
    parameters["id"]?.let { boards.find(it) }

private fun ApplicationCall.owns(board: Board): Boolean =
    principal<UserIdPrincipal>()?.name == board.owner
