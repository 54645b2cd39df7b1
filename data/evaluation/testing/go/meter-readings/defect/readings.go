package readings

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Reading is one line of a meter's daily file: meter;time;watt-hours.
type Reading struct {
	Meter     string
	At        time.Time
	WattHours int64
}

var errFields = errors.New("three fields are needed")

func parse(line string) (Reading, error) {
	fields := strings.Split(line, ";")
	if len(fields) != 3 {
		return Reading{}, errFields
	}
	at, err := time.Parse(time.RFC3339, fields[1])
	if err != nil {
		return Reading{}, err
	}
	wattHours, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return Reading{}, err
	}
	return Reading{Meter: fields[0], At: at, WattHours: wattHours}, nil
}

// Read returns all readings of a file; its caller bills them and deletes the file.
func Read(source io.Reader) ([]Reading, error) {
	var readings []Reading
	number := 0
	lines := bufio.NewScanner(source)
	for lines.Scan() {
		number++
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		reading, err := parse(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		readings = append(readings, reading)
	}
	return readings, nil
}
