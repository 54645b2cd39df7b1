// Package firing plans which pieces go into which kiln load.
package firing

import (
	"errors"
	"fmt"
	"sync"
)

var (
	ErrUnknownLoad = errors.New("firing: unknown load")
	ErrNoRoom      = errors.New("firing: load has no room left")
)

const maxPieceArea = 4000 // cm², the largest shelf

// Piece is one pot, tile or figure that a member wants fired.
type Piece struct {
	Tag    string
	Member string
	Area   int // cm² of shelf
}

type load struct {
	area, used int
	pieces     []Piece
}

// Planner is shared by all request handlers.
type Planner struct {
	mu    sync.Mutex
	loads map[string]*load
}

func NewPlanner() *Planner { return &Planner{loads: make(map[string]*load)} }

// Open adds an empty load with the given shelf area.
func (p *Planner) Open(id string, area int) error {
	if area <= 0 {
		return fmt.Errorf("firing: load %s: area must be positive, got %d", id, area)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, exists := p.loads[id]; exists {
		return fmt.Errorf("firing: load %s is already open", id)
	}
	p.loads[id] = &load{area: area}
	return nil
}

// Place puts a piece on a shelf of the load.
func (p *Planner) Place(loadID string, piece Piece) error {
	if piece.Area <= 0 || piece.Area > maxPieceArea {
		return fmt.Errorf("firing: piece %s: bad area %d", piece.Tag, piece.Area)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	l, err := p.find(loadID)
	if err != nil {
		return err
	}
	if l.area-l.used < piece.Area {
		return ErrNoRoom
	}
	l.pieces = append(l.pieces, piece)
	l.used += piece.Area
	return nil
}

// find expects the caller to hold p.mu.
func (p *Planner) find(loadID string) (*load, error) {
	l, ok := p.loads[loadID]
	if !ok {
		return nil, ErrUnknownLoad
	}
	return l, nil
}
