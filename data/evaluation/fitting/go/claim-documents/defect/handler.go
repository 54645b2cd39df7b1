package claims

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"

	"example.com/claimportal/internal/session"
)

var ErrNotFound = errors.New("document not found")

type Document struct {
	ID       string `json:"id"`
	HolderID int64  `json:"-"`
	Title    string `json:"title"`
	Content  []byte `json:"-"`
}

type Documents interface {
	Find(ctx context.Context, id string) (Document, error)
}

// Handler serves a policy holder's documents; requests reach it with a signed-in user.
type Handler struct {
	documents Documents
}

func (h *Handler) find(r *http.Request) (Document, error) {
	user := session.User(r.Context())
	document, err := h.documents.Find(r.Context(), r.PathValue("id"))
	if err == nil && document.HolderID != user.ID {
		return Document{}, ErrNotFound
	}
	return document, err
}

func fail(w http.ResponseWriter, err error) {
	if errors.Is(err, ErrNotFound) {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	slog.Error("load document", "error", err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}

func (h *Handler) Show(w http.ResponseWriter, r *http.Request) {
	document, err := h.find(r)
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(document); err != nil {
		slog.Warn("write document", "error", err)
	}
}

func (h *Handler) Download(w http.ResponseWriter, r *http.Request) {
	document, err := h.documents.Find(r.Context(), r.PathValue("id"))
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", "attachment")
	if _, err := w.Write(document.Content); err != nil {
		slog.Warn("write document", "error", err)
	}
}
