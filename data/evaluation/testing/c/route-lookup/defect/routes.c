#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_ROUTES 128

struct route {
	uint32_t network;
	uint32_t mask;
	uint32_t gateway;
	int interface;
	uint64_t packets;
};

struct route_table {
	struct route routes[MAX_ROUTES];
	size_t count;
};

struct hop {
	uint32_t address;
	int interface;
};

/* The most specific route to an address, without those that match everything. */
static struct route *find(struct route_table *table, uint32_t address)
{
	struct route *best = NULL;

	for (size_t i = 0; i < table->count; i++) {
		struct route *route = &table->routes[i];

		if (route->mask == 0 || (address & route->mask) != route->network)
			continue;
		if (best == NULL || route->mask > best->mask)
			best = route;
	}
	return best;
}

static struct route *find_default(struct route_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->routes[i].mask == 0)
			return &table->routes[i];
	return NULL;
}

/* Tells where a packet goes next; addresses are in the host's byte order. */
int route_next(struct route_table *table, uint32_t address, struct hop *hop)
{
	struct route *route;

	if (address == 0)
		return -EINVAL;
	route = find(table, address);
	if (route == NULL)
		route = find_default(table);
	route->packets++;
	hop->address = route->gateway != 0 ? route->gateway : address;
	hop->interface = route->interface;
	return 0;
}
