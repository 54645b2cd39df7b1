#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 40
#define FIRST_CAPACITY 16

struct series {
	char name[NAME_BYTES];
	uint64_t count;
	double sum;
};

/* The first series is the total of all others; registry_open adds it. */
struct registry {
	struct series *items;
	size_t used;
	size_t capacity;
};

static struct series *find_or_add(struct registry *reg, const char *name)
{
	struct series *items = reg->items;

	for (size_t i = 0; i < reg->used; i++)
		if (strcmp(items[i].name, name) == 0)
			return &items[i];
	if (strlen(name) >= NAME_BYTES)
		return NULL;
	if (reg->used == reg->capacity) {
		size_t capacity = reg->capacity == 0 ? FIRST_CAPACITY : reg->capacity * 2;

		items = realloc(items, capacity * sizeof(*items));
		if (items == NULL)
			return NULL;
		reg->items = items;
		reg->capacity = capacity;
	}
	memset(&items[reg->used], 0, sizeof(*items));
	strcpy(items[reg->used].name, name);
	return &items[reg->used++];
}

static void add(struct series *series, double value)
{
	series->count++;
	series->sum += value;
}

int registry_open(struct registry *reg)
{
	memset(reg, 0, sizeof(*reg));
	return find_or_add(reg, "total") == NULL ? -1 : 0;
}

/* Adds a value to the series of that name, which may be new, and to the total. */
int registry_record(struct registry *reg, const char *name, double value)
{
	struct series *own, *total;

	total = &reg->items[0];
	own = find_or_add(reg, name);
	if (own == NULL || own == total)
		return -1;
	add(total, value);
	add(own, value);
	return 0;
}

void registry_close(struct registry *reg)
{
	free(reg->items);
}
