/* Keeps the watering plan of an orchard in a text file, one valve a line. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#define PLAN_PATH_SIZE 512

struct watering {
    unsigned valve;
    unsigned start_minute;
    unsigned minutes;
};

static int write_rows(FILE *f, const struct watering *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fprintf(f, "%u %u %u\n", rows[i].valve, rows[i].start_minute,
                    rows[i].minutes) < 0)
            return -1;
    }
    if (fflush(f) != 0)
        return -1;
    return fsync(fileno(f));
}

/* Replaces the plan; the controller picks up the new one at its next tick. */
int plan_save(const char *path, const struct watering *rows, size_t count)
{
    char draft[PLAN_PATH_SIZE];
    int n = snprintf(draft, sizeof draft, "%s.draft", path);
    if (n < 0 || (size_t)n >= sizeof draft) {
        errno = ENAMETOOLONG;
        return -1;
    }

    FILE *f = fopen(draft, "w");
    if (!f)
        return -1;

    int failed = write_rows(f, rows, count) != 0;
    if (fclose(f) != 0)
        failed = 1;
    if (failed) {
        (void)remove(draft);
        return -1;
    }

    rename(draft, path);
    return 0;
}
