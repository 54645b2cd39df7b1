package admin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"log/slog"
	"net/http"
	"strings"
)

type Tenants interface {
	Suspend(ctx context.Context, id string) error
	Resume(ctx context.Context, id string) error
}

// Server lets operators manage tenants; it is reached through the public load balancer.
type Server struct {
	tenants   Tenants
	tokenHash [sha256.Size]byte
}

func NewServer(tenants Tenants, operatorToken string) *Server {
	return &Server{tenants: tenants, tokenHash: sha256.Sum256([]byte(operatorToken))}
}

func (s *Server) operator(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		hash := sha256.Sum256([]byte(token))
		if !found || subtle.ConstantTimeCompare(hash[:], s.tokenHash[:]) != 1 {
			http.Error(w, "operator token needed", http.StatusUnauthorized)
			return
		}
		next(w, r)
	}
}

func (s *Server) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("POST /tenants/{id}/suspend", s.operator(s.change(s.tenants.Suspend)))
	mux.HandleFunc("POST /tenants/{id}/resume", s.operator(s.change(s.tenants.Resume)))
	return mux
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) change(apply func(context.Context, string) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		if err := apply(r.Context(), id); err != nil {
			slog.Error("change tenant", "tenant", id, "error", err)
			http.Error(w, "tenant was not changed", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
}
