// Package report prints the daily sheet of the rowing boat hire.
package report

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Rental is one boat taken out by one guest.
type Rental struct {
	Boat       string
	TakenAt    time.Time
	ReturnedAt *time.Time // nil while the boat is on the lake
	CentsHour  int64
}

const (
	step      = 15 * time.Minute
	stepsHour = int64(time.Hour / step)
)

// fee charges every quarter of an hour that was begun.
func fee(centsHour int64, out time.Duration) int64 {
	if out <= 0 {
		return 0
	}
	steps := int64((out + step - 1) / step)
	return steps * centsHour / stepsHour
}

// Daily writes one line for each rental that started on the given day,
// and the day's takings below.
func Daily(w io.Writer, day time.Time, rentals []Rental) error {
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	if _, err := fmt.Fprintln(tw, "boat\tfrom\tto\tcents"); err != nil {
		return fmt.Errorf("daily sheet: %w", err)
	}

	var takings int64
	for _, r := range rentals {
		if !sameDay(r.TakenAt, day) {
			continue
		}
		to, cents := "out", int64(0)
		if r.ReturnedAt != nil {
			to = r.ReturnedAt.Format("15:04")
			cents = fee(r.CentsHour, r.ReturnedAt.Sub(r.TakenAt))
		}
		takings += cents
		_, err := fmt.Fprintf(tw, "%s\t%s\t%s\t%d\n", r.Boat, r.TakenAt.Format("15:04"), to, cents)
		if err != nil {
			return fmt.Errorf("daily sheet: %w", err)
		}
	}

	if _, err := fmt.Fprintf(tw, "total\t\t\t%d\n", takings); err != nil {
		return fmt.Errorf("daily sheet: %w", err)
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("daily sheet: %w", err)
	}
	return nil
}

func sameDay(t, day time.Time) bool {
	y1, m1, d1 := t.In(day.Location()).Date()
	y2, m2, d2 := day.Date()
	return y1 == y2 && m1 == m2 && d1 == d2
}
