// Package rota opens the valves of the greenhouse at their times.
package rota

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Task waters one bench again and again.
type Task struct {
	Bench string
	Every time.Duration
	Water func(ctx context.Context, bench string) error

	next time.Time
}

type queue []*Task

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].next.Before(q[j].next) }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*Task)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return last
}

// Run works through the tasks, one at a time, until ctx ends. A task that
// fails is logged and comes up again at its next time.
func Run(ctx context.Context, log *slog.Logger, tasks []Task) error {
	if len(tasks) == 0 {
		return errors.New("rota: no tasks")
	}
	start := time.Now()
	q := make(queue, 0, len(tasks))
	for _, t := range tasks {
		if t.Every < time.Second || t.Water == nil {
			return fmt.Errorf("rota: bench %q: needs an interval of a second or more and an action", t.Bench)
		}
		task := t
		task.next = start.Add(task.Every)
		q = append(q, &task)
	}
	heap.Init(&q)

	timer := time.NewTimer(time.Until(q[0].next))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
		}
		t := q[0]
		if err := t.Water(ctx, t.Bench); err != nil {
			log.Error("watering failed", "bench", t.Bench, "err", err)
		}
		t.next = time.Now().Add(t.Every)
		heap.Fix(&q, 0)
		timer.Reset(time.Until(q[0].next))
	}
}
