package seats

import (
	"errors"
	"sync"
)

var ErrSoldOut = errors.New("no seat is free")

// Holds keeps the seats of one show that are held but not yet paid.
type Holds struct {
	mu      sync.Mutex
	free    int
	held    map[string]bool
	waiting []string
	offers  chan string
}

func NewHolds(seats int) *Holds {
	return &Holds{free: seats, held: make(map[string]bool), offers: make(chan string)}
}

// Hold reserves a seat for the buyer, or puts the buyer on the waiting list.
func (h *Holds) Hold(buyer string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.held[buyer] {
		return nil
	}
	if h.free == 0 {
		h.waiting = append(h.waiting, buyer)
		return ErrSoldOut
	}
	h.free--
	h.held[buyer] = true
	return nil
}

// Release gives seats back, say those of a group, and offers them to buyers who wait.
func (h *Holds) Release(buyers ...string) {
	h.mu.Lock()
	for _, buyer := range buyers {
		if h.held[buyer] {
			delete(h.held, buyer)
			h.free++
		}
	}
	count := min(h.free, len(h.waiting))
	next := h.waiting[:count]
	h.waiting = h.waiting[count:]
	for _, buyer := range next {
		h.offers <- buyer
	}
	h.mu.Unlock()
}

// Serve holds a seat for each buyer it was offered to and tells them, until the process ends.
func (h *Holds) Serve(tell func(buyer string)) {
	for buyer := range h.offers {
		if h.Hold(buyer) == nil {
			tell(buyer)
		}
	}
}
