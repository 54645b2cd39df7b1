/* Cue lists of a radio play: "MM:SS TEXT", one cue a line, in order of time. */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define CUE_MAX 200
#define CUE_TEXT_SIZE 64

struct cue {
    unsigned second;
    char text[CUE_TEXT_SIZE];
};

struct cue_sheet {
    struct cue cues[CUE_MAX];
    size_t count;
};

static bool two_digits(const char *s, unsigned *out)
{
    if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
        return false;
    *out = (unsigned)(s[0] - '0') * 10 + (unsigned)(s[1] - '0');
    return true;
}

static int parse_cue(const char *line, struct cue *out)
{
    unsigned minutes, seconds;

    if (strlen(line) < 7 || line[2] != ':' || line[5] != ' ')
        return -EINVAL;
    if (!two_digits(line, &minutes) || !two_digits(line + 3, &seconds) || seconds > 59)
        return -EINVAL;

    int n = snprintf(out->text, sizeof out->text, "%s", line + 6);
    if (n < 0 || (size_t)n >= sizeof out->text)
        return -ENAMETOOLONG;
    out->second = minutes * 60 + seconds;
    return 0;
}

/* 0, or a negative errno with the number of the offending line in *line_no. */
int cue_sheet_read(FILE *in, struct cue_sheet *sheet, size_t *line_no)
{
    char line[128];

    sheet->count = 0;
    *line_no = 0;
    while (fgets(line, sizeof line, in)) {
        ++*line_no;
        size_t len = strcspn(line, "\r\n");
        if (line[len] == '\0' && !feof(in))
            return -EMSGSIZE; /* longer than any cue can be */
        line[len] = '\0';
        if (len == 0 || line[0] == '#')
            continue;
        if (sheet->count == CUE_MAX)
            return -ENOSPC;

        struct cue *cue = &sheet->cues[sheet->count];
        int rc = parse_cue(line, cue);
        if (rc != 0)
            return rc;
        if (sheet->count > 0 && cue->second < cue[-1].second)
            return -EINVAL;
        sheet->count++;
    }
    return ferror(in) ? -EIO : 0;
}
