#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HEAD_BYTES 6
#define SHORT_BYTES 8
#define LONG_BYTES 64

#define KIND_SHORT 0x01
#define KIND_LONG 0x02

struct telegram {
	uint32_t meter;
	uint8_t kind;
	uint8_t length;
	uint8_t data[LONG_BYTES];
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16
	       | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/*
 * Decodes a telegram from a datagram of a remote bridge: kind, length, meter,
 * data. The data of a long one are 16-bit words. Returns the bytes used, 0
 * where the datagram starts with no whole telegram.
 */
size_t telegram_decode(const uint8_t *packet, size_t size, struct telegram *out)
{
	size_t length;

	if (size < HEAD_BYTES)
		return 0;
	length = packet[1];
	if (length > size - HEAD_BYTES)
		return 0;

	switch (packet[0]) {
	case KIND_SHORT:
		if (length > SHORT_BYTES)
			return 0;
		break;
	case KIND_LONG:
		if (length > LONG_BYTES || length % 2 != 0)
			return 0;
		break;
	default:
		return 0;
	}

	out->kind = packet[0];
	out->meter = be32(packet + 2);
	out->length = (uint8_t)length;
	memcpy(out->data, packet + HEAD_BYTES, length);
	return HEAD_BYTES + length;
}
