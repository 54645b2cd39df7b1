package org.choiroffice.members

import org.slf4j.LoggerFactory
import java.time.Clock
import java.time.LocalDate
import java.util.UUID

data class Member(
    val id: UUID,
    val name: String,
    val email: String,
    val passwordHash: String,
    val iban: String,
    val voice: Voice,
    val joinedOn: LocalDate,
)

enum class Voice { SOPRANO, ALTO, TENOR, BASS }

enum class Refusal { PASSWORD_TOO_SHORT, EMAIL_TAKEN }

data class Enrolment(
    val name: String,
    val email: String,
    val password: String,
    val iban: String,
    val voice: Voice,
)

sealed interface EnrolmentResult {
    class Enrolled(val memberId: UUID) : EnrolmentResult
    class Refused(val reason: Refusal) : EnrolmentResult
}

interface MemberStore {
    /** Returns false if the e-mail address is already registered. */
    fun insert(member: Member): Boolean
}

fun interface PasswordHasher {
    fun hash(password: String): String
}

class EnrolmentService(
    private val members: MemberStore,
    private val hasher: PasswordHasher,
    private val clock: Clock,
) {
    private val log = LoggerFactory.getLogger(EnrolmentService::class.java)

    fun enrol(form: Enrolment): EnrolmentResult {
        if (form.password.length < MIN_PASSWORD) return refuse(Refusal.PASSWORD_TOO_SHORT)

        val member = Member(
            id = UUID.randomUUID(),
            name = form.name.trim(),
            email = form.email.trim().lowercase(),
            passwordHash = hasher.hash(form.password),
            iban = form.iban.filterNot(Char::isWhitespace),
            voice = form.voice,
            joinedOn = LocalDate.now(clock),
        )
        if (!members.insert(member)) return refuse(Refusal.EMAIL_TAKEN)

        log.info("enrolled {}", member.id)
        return EnrolmentResult.Enrolled(member.id)
    }

    private fun refuse(reason: Refusal): EnrolmentResult {
        log.info("enrolment refused: {}", reason)
        return EnrolmentResult.Refused(reason)
    }

    private companion object {
        const val MIN_PASSWORD = 12
    }
}
