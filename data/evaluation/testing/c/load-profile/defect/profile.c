#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SLOTS 96
#define SLOT_SECONDS 900
#define DAY_SECONDS (SLOTS * SLOT_SECONDS)

struct profile {
	uint32_t watt_hours[SLOTS];
	uint32_t limit[SLOTS];
};

struct charge {
	uint32_t start;
	uint32_t end;
	uint32_t watts;
};

static uint32_t overlap(const struct charge *charge, uint32_t from, uint32_t to)
{
	uint32_t start = charge->start > from ? charge->start : from;
	uint32_t end = charge->end < to ? charge->end : to;

	return start < end ? end - start : 0;
}

/* Spreads the charges of a day, in seconds since midnight, over its slots. */
void profile_fill(struct profile *profile, const struct charge *charges, size_t count)
{
	memset(profile->watt_hours, 0, sizeof(profile->watt_hours));
	for (size_t i = 0; i < count; i++) {
		for (size_t slot = 0; slot < SLOTS; slot++) {
			uint32_t from = (uint32_t)slot * SLOT_SECONDS;
			uint32_t seconds = overlap(&charges[i], from, from + SLOT_SECONDS);
			uint64_t energy = (uint64_t)seconds * charges[i].watts / 3600;

			profile->watt_hours[slot] += (uint32_t)energy;
		}
	}
}

/* Sets the same limit for all slots that touch the seconds from start to end. */
int profile_limit(struct profile *profile, uint32_t start, uint32_t end, uint32_t limit)
{
	size_t last;

	if (start >= end || end > DAY_SECONDS)
		return -1;
	last = end / SLOT_SECONDS;
	for (size_t slot = start / SLOT_SECONDS; slot <= last; slot++)
		profile->limit[slot] = limit;
	return 0;
}
