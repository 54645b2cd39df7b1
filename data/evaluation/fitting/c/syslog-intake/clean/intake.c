#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>

#define MESSAGE_BYTES 2048

struct entry {
	int facility;
	int severity;
	const char *text;
};

typedef void (*entry_handler)(const struct entry *entry, void *context);

/* Splits "<PRI>text" as of RFC 3164; a message without a priority is user.notice. */
static void parse(const char *message, struct entry *entry)
{
	int priority = 13;
	int used = 0;

	if (sscanf(message, "<%3d>%n", &priority, &used) != 1 || used == 0
	    || priority < 0 || priority > 191) {
		priority = 13;
		used = 0;
	}
	entry->facility = priority / 8;
	entry->severity = priority % 8;
	entry->text = message + used;
}

/*
 * Reads datagrams from the socket until an error other than an interrupt and
 * hands each to the handler. Returns the error's number.
 */
int intake_run(int socket_fd, entry_handler handler, void *context)
{
	char message[MESSAGE_BYTES];

	for (;;) {
		struct entry entry;
		ssize_t length = recv(socket_fd, message, sizeof(message) - 1, 0);

		if (length >= 0) {
			message[length] = '\0';
			parse(message, &entry);
			handler(&entry, context);
		} else if (errno != EINTR) {
			return errno;
		}
	}
}
