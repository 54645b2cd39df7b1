#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HEAD_BYTES 8
#define ENTRY_BYTES 24
#define NAME_BYTES 16

struct pack {
	const uint8_t *bytes;
	uint32_t size;
	uint32_t entries;
};

struct blob {
	const uint8_t *bytes;
	uint32_t length;
};

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16
	       | (uint32_t)p[3] << 24;
}

/* Opens a pack that a player has downloaded; bytes must outlive it. */
int pack_open(struct pack *pack, const uint8_t *bytes, uint32_t size)
{
	if (size < HEAD_BYTES || memcmp(bytes, "PAK1", 4) != 0)
		return -1;
	pack->bytes = bytes;
	pack->size = size;
	pack->entries = le32(bytes + 4);
	if (pack->entries > (size - HEAD_BYTES) / ENTRY_BYTES)
		return -1;
	return 0;
}

/* Finds an entry by its name; returns -1 where it is missing or broken. */
int pack_find(const struct pack *pack, const char *name, struct blob *blob)
{
	const uint8_t *entry = pack->bytes + HEAD_BYTES;

	for (uint32_t i = 0; i < pack->entries; i++, entry += ENTRY_BYTES) {
		uint32_t offset, length;

		if (strncmp((const char *)entry, name, NAME_BYTES) != 0)
			continue;
		offset = le32(entry + NAME_BYTES);
		length = le32(entry + NAME_BYTES + 4);
		if (offset + length > pack->size)
			return -1;
		blob->bytes = pack->bytes + offset;
		blob->length = length;
		return 0;
	}
	return -1;
}
