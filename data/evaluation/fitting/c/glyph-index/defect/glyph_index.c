#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define RECORD_BYTES 12u
#define MAX_INDEX_BYTES (16u * 1024u * 1024u)

struct glyph {
	uint32_t code;
	uint32_t offset;
	uint32_t length;
};

_Static_assert(sizeof(struct glyph) == RECORD_BYTES, "a record has no padding");

static uint32_t u32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16
	       | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3];
}

/*
 * Reads the index of a font file: its number of glyphs, then a record for
 * each. Returns NULL where the file is cut short or its index is empty or too
 * large; otherwise the caller frees the result.
 */
struct glyph *glyph_index_read(FILE *font, uint32_t *count)
{
	unsigned char head[4];
	unsigned char record[RECORD_BYTES];
	struct glyph *glyphs;

	if (fread(head, 1, sizeof(head), font) != sizeof(head))
		return NULL;
	*count = u32(head);
	uint32_t bytes = *count * RECORD_BYTES;
	if (bytes == 0 || bytes > MAX_INDEX_BYTES)
		return NULL;
	glyphs = malloc(bytes);
	if (glyphs == NULL)
		return NULL;
	for (uint32_t i = 0; i < *count; i++) {
		if (fread(record, 1, sizeof(record), font) != sizeof(record)) {
			free(glyphs);
			return NULL;
		}
		glyphs[i].code = u32(record);
		glyphs[i].offset = u32(record + 4);
		glyphs[i].length = u32(record + 8);
	}
	return glyphs;
}
