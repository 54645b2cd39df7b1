package fx

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const maxAnswerBytes = 1 << 20

// Rate is the price of one unit of the base currency.
type Rate struct {
	Base  string    `json:"base"`
	Quote string    `json:"quote"`
	Value string    `json:"value"`
	At    time.Time `json:"at"`
}

type Client struct {
	base  *url.URL
	token string
	http  *http.Client
}

func NewClient(base *url.URL, token string) *Client {
	return &Client{base: base, token: token, http: &http.Client{Timeout: 10 * time.Second}}
}

// Latest asks the provider for the newest rate of a pair such as EUR, USD.
func (c *Client) Latest(ctx context.Context, base, quote string) (Rate, error) {
	address := c.base.JoinPath("v2", "latest")
	address.RawQuery = url.Values{"base": {base}, "quote": {quote}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return Rate{}, fmt.Errorf("build rate request: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)

	response, err := c.http.Do(request)
	if err != nil {
		return Rate{}, fmt.Errorf("ask for %s/%s: %w", base, quote, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return Rate{}, fmt.Errorf("ask for %s/%s: provider answered %s", base, quote, response.Status)
	}

	var rate Rate
	if err := json.NewDecoder(io.LimitReader(response.Body, maxAnswerBytes)).Decode(&rate); err != nil {
		return Rate{}, fmt.Errorf("read rate of %s/%s: %w", base, quote, err)
	}
	return rate, nil
}
