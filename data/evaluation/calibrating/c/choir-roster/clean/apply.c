#include <errno.h>
#include <stddef.h>
#include <string.h>

#define ROSTER_MAX 120
#define SINGER_NAME_SIZE 48

enum voice { VOICE_SOPRANO, VOICE_ALTO, VOICE_TENOR, VOICE_BASS };

enum change_kind { CHANGE_JOIN, CHANGE_LEAVE, CHANGE_VOICE };

struct singer {
    char name[SINGER_NAME_SIZE];
    enum voice voice;
};

struct roster {
    struct singer singers[ROSTER_MAX];
    size_t count;
};

struct change {
    enum change_kind kind;
    const char *name;
    enum voice voice;
};

static struct singer *roster_find(struct roster *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->singers[i].name, name) == 0)
            return &r->singers[i];
    return NULL;
}

static int roster_add(struct roster *r, const char *name, enum voice voice)
{
    if (r->count == ROSTER_MAX)
        return -ENOSPC;
    if (strlen(name) >= SINGER_NAME_SIZE)
        return -ENAMETOOLONG;
    struct singer *s = &r->singers[r->count++];
    strcpy(s->name, name);
    s->voice = voice;
    return 0;
}

/* Applies one line of the secretary's change list. */
int roster_apply(struct roster *r, const struct change *c)
{
    struct singer *s = roster_find(r, c->name);

    switch (c->kind) {
    case CHANGE_JOIN:
        if (s)
            return -EEXIST;
        return roster_add(r, c->name, c->voice);
    case CHANGE_LEAVE:
        if (!s)
            return -ENOENT;
        *s = r->singers[--r->count];
        return 0;
    case CHANGE_VOICE:
        if (!s)
            return -ENOENT;
        s->voice = c->voice;
        return 0;
    }
    return -EINVAL;
}
