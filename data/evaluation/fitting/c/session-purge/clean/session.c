#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SESSION_IDLE_SECONDS 300

struct session {
	int fd;
	time_t last_seen;
	char *peer;
	struct session *next;
};

struct session_list {
	struct session *head;
	size_t count;
};

/* The list owns fd from now on; on failure it stays with the caller. */
int session_add(struct session_list *list, int fd, const char *peer, time_t now)
{
	struct session *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return -1;
	s->peer = strdup(peer);
	if (s->peer == NULL) {
		free(s);
		return -1;
	}
	s->fd = fd;
	s->last_seen = now;
	s->next = list->head;
	list->head = s;
	list->count++;
	return 0;
}

static void session_close(struct session *s)
{
	close(s->fd);
	free(s->peer);
	free(s);
}

/* Closes all sessions without traffic for too long and returns their number. */
size_t session_purge(struct session_list *list, time_t now)
{
	struct session **link = &list->head;
	size_t closed = 0;

	while (*link != NULL) {
		struct session *s = *link;

		if (now - s->last_seen < SESSION_IDLE_SECONDS) {
			link = &s->next;
			continue;
		}
		*link = s->next;
		session_close(s);
		closed++;
	}
	list->count -= closed;
	return closed;
}
