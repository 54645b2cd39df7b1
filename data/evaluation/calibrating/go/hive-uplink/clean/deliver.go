// Package uplink sends the readings of a beehive scale to the apiary server.
package uplink

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"
)

const maxAttempts = 4

type Reading struct {
	At     time.Time `json:"at"`
	Grams  int       `json:"grams"`
	Inside float64   `json:"inside_c"`
}

type Batch struct {
	ID       string
	Readings []Reading
}

// Sender hands a payload to the modem and returns the server's receipt.
type Sender interface {
	Send(ctx context.Context, payload []byte) (receipt string, err error)
}

// Journal drops delivered batches from the flash store at the next compaction.
type Journal interface {
	MarkDelivered(ctx context.Context, batchID, receipt string) error
}

type Uplink struct {
	Sender  Sender
	Journal Journal
	Log     *slog.Logger
	Pause   time.Duration
}

// Deliver sends one batch and notes its receipt in the journal.
func (u *Uplink) Deliver(ctx context.Context, b Batch) error {
	payload, err := json.Marshal(b.Readings)
	if err != nil {
		return fmt.Errorf("encode batch %s: %w", b.ID, err)
	}

	var receipt string
	for attempt := 1; attempt <= maxAttempts; attempt++ {
		receipt, err = u.Sender.Send(ctx, payload)
		if err == nil {
			break
		}
		u.Log.Warn("send failed", "batch", b.ID, "attempt", attempt, "err", err)
		if attempt < maxAttempts {
			if waitErr := pause(ctx, time.Duration(attempt)*u.Pause); waitErr != nil {
				return fmt.Errorf("deliver batch %s: %w", b.ID, waitErr)
			}
		}
	}
	if err != nil {
		return fmt.Errorf("deliver batch %s: %w", b.ID, err)
	}
	return u.Journal.MarkDelivered(ctx, b.ID, receipt)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
