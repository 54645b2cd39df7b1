// Package catalogue lists the packets of the village seed library.
package catalogue

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
)

type Packet struct {
	ID      int64  `json:"id"`
	Species string `json:"species"`
	Variety string `json:"variety"`
	Harvest int    `json:"harvest_year"`
}

// Catalogue is public: anyone may browse the packets.
type Catalogue struct {
	DB  *sql.DB
	Log *slog.Logger
}

// List answers GET /packets?species=tomato&sort=variety&dir=down
func (c *Catalogue) List(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	column := q.Get("sort")
	if column == "" {
		column = "species"
	}
	packets, err := c.packets(r.Context(), q.Get("species"), column, q.Get("dir") == "down")
	if err != nil {
		c.Log.Error("list packets", "err", err)
		http.Error(w, "the list is not available", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(packets); err != nil {
		c.Log.Warn("write packets", "err", err)
	}
}

func (c *Catalogue) packets(ctx context.Context, species, column string, down bool) ([]Packet, error) {
	order := "ASC"
	if down {
		order = "DESC"
	}
	query := fmt.Sprintf(`SELECT id, species, variety, harvest_year FROM packet
		WHERE ($1 = '' OR species = $1) AND stock > 0
		ORDER BY %s %s, id LIMIT 200`, column, order)
	rows, err := c.DB.QueryContext(ctx, query, species)
	if err != nil {
		return nil, fmt.Errorf("query packets: %w", err)
	}
	defer rows.Close()

	packets := []Packet{}
	for rows.Next() {
		var p Packet
		if err := rows.Scan(&p.ID, &p.Species, &p.Variety, &p.Harvest); err != nil {
			return nil, fmt.Errorf("scan packet: %w", err)
		}
		packets = append(packets, p)
	}
	return packets, rows.Err()
}
