// Package archive seals the cutting codes of customers' keys before they are stored.
package archive

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

const keySize = 32

var (
	ErrEmptyCode = errors.New("archive: empty cutting code")
	ErrSealed    = errors.New("archive: sealed code is damaged")
)

// Sealer encrypts and decrypts codes under the shop's archive key.
type Sealer struct {
	aead cipher.AEAD
}

// NewSealer expects the 256-bit key that the key service hands out at start.
func NewSealer(key []byte) (*Sealer, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("archive: key has %d bytes, want %d", len(key), keySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	return &Sealer{aead: aead}, nil
}

// Seal encrypts a cutting code and ties it to its ticket, so that a sealed
// code cannot be moved to another ticket. The nonce stands in front.
func (s *Sealer) Seal(ticket string, code []byte) ([]byte, error) {
	if len(code) == 0 {
		return nil, ErrEmptyCode
	}
	nonce := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(code)+s.aead.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("archive: nonce: %w", err)
	}
	return s.aead.Seal(nonce, nonce, code, []byte(ticket)), nil
}

// Open gives back the code that was sealed for the ticket.
func (s *Sealer) Open(ticket string, sealed []byte) ([]byte, error) {
	n := s.aead.NonceSize()
	if len(sealed) < n+s.aead.Overhead() {
		return nil, ErrSealed
	}
	code, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(ticket))
	if err != nil {
		return nil, ErrSealed
	}
	return code, nil
}
