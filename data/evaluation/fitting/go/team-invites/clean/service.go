package invites

import (
	"context"
	crand "crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"time"
)

var ErrConflict = errors.New("concurrent update")

type Invite struct {
	Token   string
	Email   string
	TeamID  int64
	Expires time.Time
}

type Repository interface {
	// Insert returns ErrConflict when the team row was changed meanwhile.
	Insert(ctx context.Context, invite Invite) error
}

type Service struct {
	invites Repository
}

func newToken() (string, error) {
	token := make([]byte, 24)
	if _, err := io.ReadFull(crand.Reader, token); err != nil {
		return "", fmt.Errorf("draw token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(token), nil
}

// Invite stores an invitation; whoever opens its link joins the team.
func (s *Service) Invite(ctx context.Context, teamID int64, email string) (Invite, error) {
	token, err := newToken()
	if err != nil {
		return Invite{}, err
	}
	invite := Invite{Token: token, Email: email, TeamID: teamID, Expires: time.Now().Add(72 * time.Hour)}
	for attempt := 0; attempt < 3; attempt++ {
		err = s.invites.Insert(ctx, invite)
		if !errors.Is(err, ErrConflict) {
			break
		}
		pause := time.Duration(20+rand.Intn(80)) * time.Millisecond
		select {
		case <-ctx.Done():
			return Invite{}, ctx.Err()
		case <-time.After(pause):
		}
	}
	if err != nil {
		return Invite{}, fmt.Errorf("store invite of team %d: %w", teamID, err)
	}
	return invite, nil
}
