package dumps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os/exec"
	"regexp"
	"time"
)

const dumpTimeout = 2 * time.Minute

var schemaName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}`)

var errName = errors.New("not the name of a schema")

// Dumper writes the schemas of one database; libpq finds it through the environment.
type Dumper struct{}

// Dump returns the schema's definitions and data as compressed SQL.
func (Dumper) Dump(ctx context.Context, schema string) ([]byte, error) {
	if !schemaName.MatchString(schema) {
		return nil, errName
	}
	ctx, cancel := context.WithTimeout(ctx, dumpTimeout)
	defer cancel()

	script := "set -o pipefail; pg_dump --no-owner --schema=" + schema + " | gzip"
	command := exec.CommandContext(ctx, "bash", "-c", script)
	command.WaitDelay = 5 * time.Second
	var out, messages bytes.Buffer
	command.Stdout, command.Stderr = &out, &messages
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("dump %s: %w: %s", schema, err, messages.Bytes())
	}
	return out.Bytes(), nil
}

// ServeHTTP hands a dump to a support engineer; the router lets nobody else through.
func (d Dumper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	dump, err := d.Dump(r.Context(), r.PathValue("schema"))
	switch {
	case errors.Is(err, errName):
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	case err != nil:
		slog.Error("dump schema", "error", err)
		http.Error(w, "schema was not dumped", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/gzip")
	if _, err := w.Write(dump); err != nil {
		slog.Warn("write dump", "error", err)
	}
}
