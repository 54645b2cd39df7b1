package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

type Entry struct {
	Account     string
	AmountCents int64
	Booked      time.Time
}

type Importer struct {
	db *sql.DB
}

// Import books all entries of a batch, or none of them.
func (i *Importer) Import(ctx context.Context, batch string, entries []Entry) (err error) {
	tx, err := i.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin batch %s: %w", batch, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("batch %s: %w", batch, err), tx.Rollback())
			return
		}
		err = tx.Commit()
	}()

	insert, err := tx.PrepareContext(ctx,
		`INSERT INTO entries (batch, account, amount_cents, booked) VALUES (?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()

	var total int64
	for _, entry := range entries {
		if _, err = insert.ExecContext(ctx, batch, entry.Account, entry.AmountCents, entry.Booked); err != nil {
			break
		}
		total += entry.AmountCents
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `INSERT INTO batches (name, total_cents) VALUES (?, ?)`, batch, total)
	}
	return err
}
