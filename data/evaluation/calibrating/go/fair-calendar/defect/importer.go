// Package feeds imports the calendars of stall holders into the fair's programme.
package feeds

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

const maxFeed = 2 << 20 // bytes

type PutFunc func(ctx context.Context, source string, ics []byte) error

// Importer is mounted behind the organisers' login.
type Importer struct {
	put    PutFunc // keeps the raw calendar until the nightly merge
	log    *slog.Logger
	client *http.Client
}

func NewImporter(put PutFunc, log *slog.Logger) *Importer {
	return &Importer{put: put, log: log, client: &http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (im *Importer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		FeedURL string `json:"feed_url"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096)).Decode(&in); err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	u, err := url.Parse(in.FeedURL)
	if err != nil || u.Scheme != "https" || u.Host == "" {
		http.Error(w, "feed address is not accepted", http.StatusUnprocessableEntity)
		return
	}
	ics, err := im.fetch(r.Context(), u)
	if err == nil {
		err = im.put(r.Context(), u.String(), ics)
	}
	if err != nil {
		im.log.Error("feed import failed", "host", u.Host, "err", err)
		http.Error(w, "the feed could not be imported", http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (im *Importer) fetch(ctx context.Context, u *url.URL) (ics []byte, err error) {
	req := (&http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}).WithContext(ctx)
	resp, err := im.client.Do(req)
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err // the address may hold a private token
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New("feed answered " + resp.Status)
	}
	ics, err = io.ReadAll(io.LimitReader(resp.Body, maxFeed+1))
	if err == nil && len(ics) > maxFeed {
		err = errors.New("feed is too large")
	}
	return ics, err
}
