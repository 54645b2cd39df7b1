// Package alarms keeps the board of open alarms of the funicular.
package alarms

import (
	"context"
	"log/slog"
	"sync"
)

type Alarm struct{ ID, Station, Text string }

// Pager reaches the engineer on duty.
type Pager interface {
	Page(ctx context.Context, station, text string) error
}

// Board collects alarms from the station controllers.
type Board struct {
	mu     sync.Mutex
	active map[string]Alarm
	events chan Alarm
	done   chan struct{}
	pager  Pager
	log    *slog.Logger
}

func NewBoard(p Pager, log *slog.Logger) *Board {
	return &Board{
		active: make(map[string]Alarm),
		events: make(chan Alarm),
		done:   make(chan struct{}),
		pager:  p, log: log,
	}
}

// Raise is called by the controllers, each from its own goroutine.
func (b *Board) Raise(a Alarm) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.active[a.ID] = a
	select {
	case b.events <- a:
	case <-b.done:
		b.log.Warn("board stopped, alarm kept without page", "alarm", a.ID)
	}
}

// Clear takes an alarm off the board.
func (b *Board) Clear(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.active, id)
}

// Run pages for new alarms until ctx ends. It must be called once.
func (b *Board) Run(ctx context.Context) {
	defer close(b.done)
	for {
		select {
		case <-ctx.Done():
			return
		case a := <-b.events:
			if !b.due(a) {
				continue
			}
			if err := b.pager.Page(ctx, a.Station, a.Text); err != nil {
				b.log.Error("page failed", "alarm", a.ID, "err", err)
			}
		}
	}
}

// due reports whether the alarm is still open.
func (b *Board) due(a Alarm) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, open := b.active[a.ID]
	return open
}
