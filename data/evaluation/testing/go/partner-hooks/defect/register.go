package hooks

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

var partnerHosts = map[string]bool{
	"hooks.swiftfreight.example": true,
	"api.northline.example":      true,
}

// Registration is what a partner posts; both addresses are called before it is stored.
type Registration struct {
	Events string `json:"events_url"`
	Health string `json:"health_url"`
}

type Registry interface {
	Save(ctx context.Context, registration Registration) error
}

type Handler struct {
	registry Registry
	client   *http.Client
}

func NewHandler(registry Registry) *Handler {
	return &Handler{registry: registry, client: &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func ofPartner(address string) bool {
	target, err := url.Parse(address)
	return err == nil && target.Scheme == "https" && partnerHosts[target.Host]
}

func (h *Handler) probe(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := h.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", address, response.Status)
	}
	return nil
}

// Register is reached with the token of a partner only.
func (h *Handler) Register(w http.ResponseWriter, r *http.Request) {
	var posted Registration
	err := json.NewDecoder(io.LimitReader(r.Body, 4096)).Decode(&posted)
	if err != nil || !ofPartner(posted.Events) {
		http.Error(w, "addresses of a known partner are needed", http.StatusBadRequest)
		return
	}
	for _, address := range []string{posted.Events, posted.Health} {
		if err := h.probe(r.Context(), address); err != nil {
			http.Error(w, "address does not answer", http.StatusBadGateway)
			return
		}
	}
	if err := h.registry.Save(r.Context(), posted); err != nil {
		slog.Error("save registration", "error", err)
		http.Error(w, "not stored", http.StatusInternalServerError)
	}
}
