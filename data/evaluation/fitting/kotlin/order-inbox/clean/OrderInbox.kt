package com.laborders.inbox

import java.io.File
import java.io.IOException
import java.nio.file.Files
import java.nio.file.StandardCopyOption

/**
 * Orders that a practice's courier program drops as files, one folder for each practice. The
 * program makes the folder with the practice's first order.
 */
class OrderInbox(private val root: File, private val archive: File) {

    init {
        require(root.isDirectory) { "There is no folder $root" }
        require(archive.isDirectory) { "There is no folder $archive" }
    }

    /** The orders of a practice that wait, the oldest first. */
    fun waiting(practice: Practice): List<File> =
        folder(practice).listFiles().orEmpty()
            .filter { it.isFile && it.extension == "order" }
            .sortedBy { it.lastModified() }

    /** Practices with at least one order that waits. */
    fun busy(practices: Collection<Practice>): Set<Practice> =
        practices.filterTo(linkedSetOf()) { waiting(it).isNotEmpty() }

    /** Moves an order that was entered to the archive. */
    fun done(practice: Practice, order: File) {
        if (order.parentFile != folder(practice)) {
            throw IOException("$order is no order of practice ${practice.number}")
        }
        val target = File(archive, "${practice.number}-${order.name}")
        Files.move(order.toPath(), target.toPath(), StandardCopyOption.ATOMIC_MOVE)
    }

    private fun folder(practice: Practice) = File(root, practice.number.toString())

    /** A practice that the laboratory works for. */
    data class Practice(val number: Int, val name: String)
}
