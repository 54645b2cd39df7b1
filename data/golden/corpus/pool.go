// Package pool hands out a bounded number of connections.
package pool

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

var ErrClosed = errors.New("pool is closed")

type Conn interface {
	Ping(ctx context.Context) error
	Close() error
}

type Pool struct {
	mu     sync.Mutex
	idle   []Conn
	open   int
	limit  int
	closed bool
	dial   func(ctx context.Context) (Conn, error)
}

func New(limit int, dial func(ctx context.Context) (Conn, error)) *Pool {
	return &Pool{limit: limit, dial: dial}
}

func (p *Pool) Get(ctx context.Context) (Conn, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, ErrClosed
	}
	if n := len(p.idle); n > 0 {
		conn := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return conn, nil
	}
	if p.open >= p.limit {
		return nil, fmt.Errorf("all %d connections are in use", p.limit)
	}
	p.open++
	p.mu.Unlock()
	return p.dial(ctx)
}

func (p *Pool) Put(conn Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, conn)
}

func (p *Pool) Sweep(every time.Duration) {
	for range time.Tick(every) {
		p.mu.Lock()
		for i := 0; i < len(p.idle); i++ {
			if err := p.idle[i].Ping(context.Background()); err != nil {
				p.idle = append(p.idle[:i], p.idle[i+1:]...)
			}
		}
		p.mu.Unlock()
	}
}
