#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define OPTION_SOURCE_ADDRESS 1
#define OPTION_PREFIX 3
#define OPTION_MTU 5

#define MAX_PREFIXES 8

struct prefix {
	uint8_t length;
	uint8_t address[16];
};

struct advertisement {
	uint8_t router[6];
	uint32_t mtu;
	struct prefix prefixes[MAX_PREFIXES];
	size_t prefix_count;
};

static void read_prefix(const uint8_t *option, struct advertisement *out)
{
	struct prefix *prefix;

	if (out->prefix_count == MAX_PREFIXES || option[2] > 128)
		return;
	prefix = &out->prefixes[out->prefix_count++];
	prefix->length = option[2];
	memcpy(prefix->address, option + 16, 16);
}

/*
 * Reads the options of a router advertisement (RFC 4861): type, length in
 * units of eight bytes, data. Unknown types are skipped. Returns -1 where the
 * options are malformed.
 */
int options_read(const uint8_t *bytes, size_t size, struct advertisement *out)
{
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	while (size - at >= 8) {
		const uint8_t *option = bytes + at;
		size_t length = (size_t)option[1] * 8;

		if (length == 0 || length > size - at)
			return -1;
		if (option[0] == OPTION_SOURCE_ADDRESS && length == 8)
			memcpy(out->router, option + 2, sizeof(out->router));
		else if (option[0] == OPTION_PREFIX && length == 32)
			read_prefix(option, out);
		else if (option[0] == OPTION_MTU && length == 8)
			out->mtu = (uint32_t)option[4] << 24 | (uint32_t)option[5] << 16
				   | (uint32_t)option[6] << 8 | (uint32_t)option[7];
		at += length;
	}
	return at == size ? 0 : -1;
}
