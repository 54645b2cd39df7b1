package coupons

import (
	"errors"
	"sync"
	"time"
)

var (
	ErrUnknown   = errors.New("unknown coupon")
	ErrExpired   = errors.New("coupon has expired")
	ErrExhausted = errors.New("coupon is used up")
)

type Coupon struct {
	Code    string
	Percent int
	Uses    int
	Expires time.Time
}

// Book holds the coupons of a campaign; requests of all customers share one.
type Book struct {
	mu      sync.RWMutex
	coupons map[string]Coupon
	now     func() time.Time
}

func NewBook(coupons []Coupon, now func() time.Time) *Book {
	book := &Book{coupons: make(map[string]Coupon, len(coupons)), now: now}
	for _, coupon := range coupons {
		book.coupons[coupon.Code] = coupon
	}
	return book
}

// Remaining returns how often a coupon can still be used.
func (b *Book) Remaining(code string) int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.coupons[code].Uses
}

// Redeem uses a coupon once and returns the discount in percent.
func (b *Book) Redeem(code string) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	coupon, known := b.coupons[code]
	switch {
	case !known:
		return 0, ErrUnknown
	case b.now().After(coupon.Expires):
		return 0, ErrExpired
	case coupon.Uses < 1:
		return 0, ErrExhausted
	}

	coupon.Uses--
	b.coupons[code] = coupon
	return coupon.Percent, nil
}
