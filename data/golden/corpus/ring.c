#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING_SIZE 0x100u
#define MASK(x) ((x) & (RING_SIZE - 1))

struct ring {
    uint32_t head, tail;
    unsigned char data[RING_SIZE];
};

static int ring_put(struct ring *r, unsigned char value)
{
    if (MASK(r->head + 1) == MASK(r->tail))
        return -1; /* full */
    r->data[MASK(r->head++)] = value;
    return 0;
}

static int ring_get(struct ring *r, unsigned char *value)
{
    if (r->head == r->tail)
        return -1; /* empty */
    *value = r->data[MASK(r->tail++)];
    return 0;
}

char *copy_name(const char *name)
{
    char buffer[16];
    strcpy(buffer, name);              /* no bound: overflow */
    char *result = malloc(strlen(buffer));
    sprintf(result, "%s", buffer);     /* no room for the final '\0' */
    return result;
}

int main(int argc, char **argv)
{
    struct ring r = {0, 0, {0}};
    for (int i = 1; i < argc; i++)
        for (const char *c = argv[i]; *c != '\0'; c++)
            if (ring_put(&r, (unsigned char)*c) != 0)
                fprintf(stderr, "dropped 0x%02x\n", *c);
    unsigned char value;
    while (ring_get(&r, &value) == 0)
        putchar(value);
    printf("\n%.3f %e %lld\n", 3.14159, 6.02214076e23, 9007199254740993LL);
    return EXIT_SUCCESS;
}
