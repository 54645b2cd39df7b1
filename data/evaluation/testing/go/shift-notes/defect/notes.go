package shifts

import (
	"bytes"
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

var page = template.Must(template.New("notes").Parse(`<!doctype html>
<title>Notes of {{.Ward}}</title>
<h1>{{.Ward}}</h1>
{{range .Notes}}<article>
<header>{{.Author}}, {{.At}}</header>
<p>{{.Text}}</p>
</article>
{{else}}<p>No notes in this shift.</p>{{end}}`))

// Note is what a nurse typed at the end of a shift.
type Note struct {
	Author string
	Text   string
	At     time.Time
}

type Notes interface {
	OfWard(ctx context.Context, ward string) ([]Note, error)
}

type noteView struct {
	Author string
	At     string
	Text   template.HTML
}

func view(note Note) noteView {
	text := strings.ReplaceAll(note.Text, "\n", "<br>")
	return noteView{Author: note.Author, At: note.At.Format("15:04"), Text: template.HTML(text)}
}

// Board shows the notes of one ward to its staff; the router lets nobody else through.
func Board(notes Notes) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ward := r.PathValue("ward")
		found, err := notes.OfWard(r.Context(), ward)
		if err != nil {
			slog.Error("load notes", "ward", ward, "error", err)
			http.Error(w, "notes cannot be loaded", http.StatusInternalServerError)
			return
		}
		views := make([]noteView, 0, len(found))
		for _, note := range found {
			views = append(views, view(note))
		}
		var out bytes.Buffer
		if err := page.Execute(&out, map[string]any{"Ward": ward, "Notes": views}); err != nil {
			slog.Error("render notes", "ward", ward, "error", err)
			http.Error(w, "notes cannot be shown", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if _, err := out.WriteTo(w); err != nil {
			slog.Warn("write notes", "ward", ward, "error", err)
		}
	}
}
