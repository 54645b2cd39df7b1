/* Reads the grid header of a mosaic design as the planner's editor saves it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MOSAIC_HEADER_SIZE 14

struct mosaic {
    uint32_t cols;
    uint32_t rows;
    uint16_t *glaze; /* row by row */
};

static uint32_t le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

void mosaic_free(struct mosaic *m)
{
    if (!m)
        return;
    free(m->glaze);
    free(m);
}

/* A new grid, every cell in the base glaze; NULL if the header is no good. */
struct mosaic *mosaic_from_header(const unsigned char *data, size_t len)
{
    if (len < MOSAIC_HEADER_SIZE || memcmp(data, "MSC1", 4) != 0)
        return NULL;

    uint32_t cols = le32(data + 4);
    uint32_t rows = le32(data + 8);
    uint16_t base = (uint16_t)(data[12] | data[13] << 8);
    if (cols == 0 || rows == 0)
        return NULL;

    struct mosaic *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;

    uint32_t cells = cols * rows;
    m->glaze = malloc(cells * sizeof *m->glaze);
    if (!m->glaze) {
        mosaic_free(m);
        return NULL;
    }
    m->cols = cols;
    m->rows = rows;
    for (size_t row = 0; row < rows; row++)
        for (size_t col = 0; col < cols; col++)
            m->glaze[row * cols + col] = base;
    return m;
}
