/* Decodes the reports that hive scales send over the radio bridge. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HIVE_LABEL_SIZE 24

enum hive_tag {
    TAG_HIVE_ID = 0x01,
    TAG_GRAMS   = 0x02,
    TAG_LABEL   = 0x03,
};

struct hive_report {
    uint16_t hive_id;
    uint32_t grams;
    char label[HIVE_LABEL_SIZE];
};

static uint32_t read_be(const uint8_t *p, size_t n)
{
    uint32_t v = 0;

    for (size_t i = 0; i < n; i++)
        v = (v << 8) | p[i];
    return v;
}

static int apply_field(struct hive_report *out, uint8_t tag,
                       const uint8_t *value, size_t n)
{
    switch (tag) {
    case TAG_HIVE_ID:
        if (n != 2)
            return -1;
        out->hive_id = (uint16_t)read_be(value, n);
        return 0;
    case TAG_GRAMS:
        if (n != 4)
            return -1;
        out->grams = read_be(value, n);
        return 0;
    case TAG_LABEL:
        if (n >= sizeof *out)
            return -1;
        memcpy(out->label, value, n);
        out->label[n] = '\0';
        return 0;
    default:
        return 0; /* newer firmware sends fields we do not know */
    }
}

/* Returns 0 and fills *out, or -1 for a frame that is cut off or malformed. */
int hive_report_decode(const uint8_t *frame, size_t len, struct hive_report *out)
{
    size_t pos = 0;

    memset(out, 0, sizeof *out);
    while (pos < len) {
        if (len - pos < 2)
            return -1;
        uint8_t tag = frame[pos];
        size_t n = frame[pos + 1];
        pos += 2;
        if (n > len - pos || apply_field(out, tag, frame + pos, n) != 0)
            return -1;
        pos += n;
    }
    return 0;
}
