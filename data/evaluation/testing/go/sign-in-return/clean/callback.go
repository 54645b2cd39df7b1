package signin

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const sessionLifetime = 8 * time.Hour

// Exchanger turns the code of the identity provider into a session of ours.
type Exchanger interface {
	Exchange(ctx context.Context, code, verifier string) (sessionID string, err error)
}

// Logins remembers what was asked before the browser was sent to the provider.
type Logins interface {
	Take(ctx context.Context, browser, state string) (verifier string, found bool)
}

type Callback struct {
	exchanger Exchanger
	logins    Logins
}

// ServeHTTP finishes a sign-in and returns to the page of the desk that started it.
func (c *Callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	browser, err := r.Cookie("__Host-browser")
	if err != nil {
		http.Error(w, "sign-in has expired", http.StatusBadRequest)
		return
	}
	verifier, found := c.logins.Take(r.Context(), browser.Value, query.Get("state"))
	if !found {
		http.Error(w, "sign-in has expired", http.StatusBadRequest)
		return
	}
	session, err := c.exchanger.Exchange(r.Context(), query.Get("code"), verifier)
	if err != nil {
		slog.Warn("exchange sign-in code", "error", err)
		http.Error(w, "sign-in failed", http.StatusUnauthorized)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: "__Host-session", Value: session, Path: "/", MaxAge: int(sessionLifetime.Seconds()),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	next, err := url.Parse(query.Get("next"))
	if err != nil || !strings.HasPrefix(next.Path, "/desk/") {
		next = &url.URL{Path: "/desk/"}
	}
	http.Redirect(w, r, next.EscapedPath(), http.StatusSeeOther)
}
