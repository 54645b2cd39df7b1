/* A queue of kiln steps, ordered by the time at which they are due (a binary heap). */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define KILN_QUEUE_LIMIT 4096

struct kiln_step {
    int64_t due; /* seconds since the firing began */
    int target_celsius;
};

struct kiln_queue {
    struct kiln_step *heap;
    size_t count;
    size_t capacity;
};

static void swap_steps(struct kiln_step *a, struct kiln_step *b)
{
    struct kiln_step t = *a;
    *a = *b;
    *b = t;
}

int kiln_queue_push(struct kiln_queue *q, struct kiln_step step)
{
    if (q->count == q->capacity) {
        size_t capacity = q->capacity ? q->capacity * 2 : 32;
        if (capacity > KILN_QUEUE_LIMIT)
            return -ENOSPC;
        struct kiln_step *heap = realloc(q->heap, capacity * sizeof *heap);
        if (!heap)
            return -ENOMEM;
        q->heap = heap;
        q->capacity = capacity;
    }

    size_t i = q->count++;
    q->heap[i] = step;
    while (i > 0 && q->heap[i].due < q->heap[(i - 1) / 2].due) {
        swap_steps(&q->heap[i], &q->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    return 0;
}

/* Takes the earliest step out if it is due by now. */
bool kiln_queue_pop_due(struct kiln_queue *q, int64_t now, struct kiln_step *out)
{
    if (q->count == 0 || q->heap[0].due > now)
        return false;

    *out = q->heap[0];
    q->heap[0] = q->heap[--q->count];
    for (size_t i = 0;;) {
        size_t least = i, left = 2 * i + 1, right = left + 1;
        if (left < q->count && q->heap[left].due < q->heap[least].due)
            least = left;
        if (right < q->count && q->heap[right].due < q->heap[least].due)
            least = right;
        if (least == i)
            return true;
        swap_steps(&q->heap[i], &q->heap[least]);
        i = least;
    }
}

void kiln_queue_free(struct kiln_queue *q)
{
    free(q->heap);
    *q = (struct kiln_queue){0};
}
