// Package markers reads the list of trail markers that the wardens keep as text.
package markers

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Marker is one painted post.
type Marker struct {
	Name     string
	Lat, Lon float64
	Colour   string
}

var errFields = errors.New("want name; lat,lon; colour")

var colours = map[string]bool{"red": true, "blue": true, "yellow": true, "white": true}

// Parse reads one marker a line, such as
//
//	Old Mill; 47.1203,11.3950; red
//
// Empty lines and # lines are skipped. A name may occur once.
func Parse(r io.Reader) ([]Marker, error) {
	found, seen := []Marker{}, make(map[string]int)
	sc := bufio.NewScanner(r)
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m, err := parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if first, dup := seen[m.Name]; dup {
			return nil, fmt.Errorf("line %d: %q is already on line %d", n, m.Name, first)
		}
		seen[m.Name] = n
		found = append(found, m)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read markers: %w", err)
	}
	return found, nil
}

func parseLine(line string) (Marker, error) {
	parts := strings.Split(line, ";")
	if len(parts) != 3 {
		return Marker{}, errFields
	}
	latText, lonText, _ := strings.Cut(parts[1], ",")
	lat, latErr := degrees(latText, 90)
	lon, lonErr := degrees(lonText, 180)
	if err := errors.Join(latErr, lonErr); err != nil {
		return Marker{}, err
	}
	m := Marker{Name: strings.TrimSpace(parts[0]), Lat: lat, Lon: lon, Colour: strings.TrimSpace(parts[2])}
	if m.Name == "" || !colours[m.Colour] {
		return Marker{}, fmt.Errorf("empty name or unknown colour %q", m.Colour)
	}
	return m, nil
}

func degrees(text string, limit float64) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0, fmt.Errorf("degrees: %w", err)
	}
	if !(v >= -limit && v <= limit) {
		return 0, fmt.Errorf("degrees: %v is out of range", v)
	}
	return v, nil
}
