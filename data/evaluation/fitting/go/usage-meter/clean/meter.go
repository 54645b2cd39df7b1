package usage

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"
)

// Meter counts the calls of each API key since the process started.
type Meter struct {
	mu    sync.Mutex
	calls map[string]int64
	last  map[string]time.Time
}

func NewMeter() *Meter {
	return &Meter{calls: make(map[string]int64), last: make(map[string]time.Time)}
}

// Record is called by every request handler.
func (m *Meter) Record(key string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls[key]++
	m.last[key] = at
}

// LastSeen returns when each key was used last.
func (m *Meter) LastSeen() map[string]time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.last)
}

// Calls returns how often each key was used.
func (m *Meter) Calls() map[string]int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.calls)
}

// Export logs the counters every interval until ctx ends.
func (m *Meter) Export(ctx context.Context, interval time.Duration, logger *slog.Logger) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			for key, calls := range m.Calls() {
				logger.Info("usage", "key", key, "calls", calls)
			}
		}
	}
}
