package shipments

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"time"
)

type Shipment struct {
	ID       int64
	Carrier  string
	Status   string
	ShipDate time.Time
}

var sortColumns = map[string]string{
	"carrier": "carrier_name",
	"status":  "status",
	"date":    "ship_date",
}

type Store struct {
	db *sql.DB
}

func orderBy(params url.Values) string {
	column, known := sortColumns[params.Get("sort")]
	if !known {
		column = "ship_date"
	}
	direction := strings.ToUpper(params.Get("dir"))
	if direction != "DESC" {
		direction = "ASC"
	}
	return column + " " + direction
}

// List returns the shipments of one dock, at most 200, in the order the page asks for.
func (s *Store) List(ctx context.Context, dock int64, params url.Values) ([]Shipment, error) {
	query := fmt.Sprintf(`SELECT id, carrier_name, status, ship_date
		FROM shipments WHERE dock_id = $1 ORDER BY %s LIMIT 200`, orderBy(params))
	rows, err := s.db.QueryContext(ctx, query, dock)
	if err != nil {
		return nil, fmt.Errorf("list shipments of dock %d: %w", dock, err)
	}
	defer rows.Close()

	var shipments []Shipment
	for rows.Next() {
		var row Shipment
		if err := rows.Scan(&row.ID, &row.Carrier, &row.Status, &row.ShipDate); err != nil {
			return nil, fmt.Errorf("read shipment: %w", err)
		}
		shipments = append(shipments, row)
	}
	return shipments, rows.Err()
}
