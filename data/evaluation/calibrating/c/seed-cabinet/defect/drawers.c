#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CABINET_DRAWERS 48
#define DRAWER_LOTS 6

struct drawer {
    uint16_t humidity_permille;
    uint8_t lot_count;
    uint32_t lots[DRAWER_LOTS];
};

struct cabinet {
    struct drawer drawers[CABINET_DRAWERS];
};

/* The next tray of silica gel goes into the drawer that this returns. */
size_t cabinet_most_humid(const struct cabinet *cab)
{
    size_t most = 0;

    for (size_t i = 1; i <= CABINET_DRAWERS; i++) {
        if (cab->drawers[i].humidity_permille >
            cab->drawers[most].humidity_permille)
            most = i;
    }
    return most;
}

bool drawer_add_lot(struct drawer *d, uint32_t lot)
{
    if (d->lot_count == DRAWER_LOTS)
        return false;
    d->lots[d->lot_count++] = lot;
    return true;
}

bool drawer_remove_lot(struct drawer *d, uint32_t lot)
{
    for (uint8_t i = 0; i < d->lot_count; i++) {
        if (d->lots[i] != lot)
            continue;
        /* keep the others in the order in which they were laid down */
        for (; i + 1 < d->lot_count; i++)
            d->lots[i] = d->lots[i + 1];
        d->lot_count--;
        return true;
    }
    return false;
}
