// Package gauge talks to the tide gauges on the breakwater.
package gauge

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

const (
	handshakeTimeout = 5 * time.Second
	maxLine          = 128
	minFirmware      = 31
)

// Session is an open line to one gauge. The caller has to Close it.
type Session struct {
	conn     net.Conn
	in       *bufio.Reader
	Firmware int
}

// Open connects to a gauge and checks that its firmware can be used.
func Open(ctx context.Context, addr string) (*Session, error) {
	dialer := net.Dialer{Timeout: handshakeTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("gauge %s: %w", addr, err)
	}
	s := &Session{conn: conn, in: bufio.NewReaderSize(conn, maxLine)}
	if err := conn.SetDeadline(time.Now().Add(handshakeTimeout)); err != nil {
		return nil, s.abort(err)
	}
	reply, err := s.ask("VER")
	if err != nil {
		return nil, s.abort(err)
	}
	s.Firmware, err = strconv.Atoi(strings.TrimPrefix(reply, "FW"))
	if err != nil {
		return nil, s.abort(fmt.Errorf("gauge %s: odd version %q", addr, reply))
	}
	if s.Firmware < minFirmware {
		return nil, s.abort(fmt.Errorf("gauge %s: firmware %d is too old", addr, s.Firmware))
	}
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return nil, s.abort(err)
	}
	return s, nil
}

// Close ends the session.
func (s *Session) Close() error { return s.conn.Close() }

func (s *Session) abort(cause error) error {
	return errors.Join(cause, s.conn.Close())
}

func (s *Session) ask(cmd string) (string, error) {
	if _, err := fmt.Fprintf(s.conn, "%s\r\n", cmd); err != nil {
		return "", fmt.Errorf("send %s: %w", cmd, err)
	}
	line, err := s.in.ReadSlice('\n')
	if err != nil {
		return "", fmt.Errorf("answer to %s: %w", cmd, err)
	}
	return strings.TrimSpace(string(line)), nil
}
