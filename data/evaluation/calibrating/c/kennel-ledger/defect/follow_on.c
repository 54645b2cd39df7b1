#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LEDGER_MAX 65536u
#define MAX_NIGHTS 60u
#define MAX_DAY    40000u

struct stay {
    uint32_t id;
    uint32_t dog_id;
    uint32_t first_day; /* days since 2000-01-01 */
    uint32_t nights;
    uint8_t run;
};

struct ledger {
    struct stay *stays;
    size_t count;
    size_t capacity;
    uint32_t next_id;
};

static struct stay *ledger_find(struct ledger *l, uint32_t id)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->stays[i].id == id)
            return &l->stays[i];
    return NULL;
}

static struct stay *ledger_append(struct ledger *l)
{
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? l->capacity * 2 : 16;
        if (capacity > LEDGER_MAX)
            return NULL;
        struct stay *grown = realloc(l->stays, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        l->stays = grown;
        l->capacity = capacity;
    }
    struct stay *s = &l->stays[l->count++];
    memset(s, 0, sizeof *s);
    s->id = l->next_id++;
    return s;
}

/* Books further nights for the same dog in the same run, right after a stay;
 * the calendar has already made sure that the run is free. */
int ledger_follow_on(struct ledger *l, uint32_t stay_id, uint32_t nights)
{
    if (nights == 0 || nights > MAX_NIGHTS)
        return -EINVAL;

    const struct stay *found = ledger_find(l, stay_id);
    if (!found)
        return -ENOENT;
    if (found->first_day > MAX_DAY || found->nights > MAX_NIGHTS)
        return -ERANGE;

    struct stay *next = ledger_append(l);
    if (!next)
        return -ENOMEM;
    next->dog_id = found->dog_id;
    next->run = found->run;
    next->first_day = found->first_day + found->nights;
    next->nights = nights;
    return 0;
}

void ledger_clear(struct ledger *l)
{
    free(l->stays);
    memset(l, 0, sizeof *l);
}
