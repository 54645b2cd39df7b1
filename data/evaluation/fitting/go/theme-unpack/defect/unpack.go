package themes

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const (
	maxAssets     = 500
	maxAssetBytes = 4 << 20
)

var assetTypes = map[string]bool{".css": true, ".png": true, ".woff2": true}

func isAsset(name string) bool {
	return !strings.HasSuffix(name, "/") && assetTypes[strings.ToLower(filepath.Ext(name))]
}

// Unpack writes the assets of an uploaded theme below dir and returns how many it wrote.
func Unpack(archive, dir string) (int, error) {
	reader, err := zip.OpenReader(archive)
	if err != nil {
		return 0, fmt.Errorf("open theme: %w", err)
	}
	defer reader.Close()
	if len(reader.File) > maxAssets {
		return 0, fmt.Errorf("theme has %d entries, at most %d are allowed", len(reader.File), maxAssets)
	}

	written := 0
	for _, entry := range reader.File {
		if !isAsset(entry.Name) {
			continue
		}
		if err := extract(entry, filepath.Join(dir, entry.Name)); err != nil {
			return written, fmt.Errorf("extract %s: %w", entry.Name, err)
		}
		written++
	}
	return written, nil
}

func extract(entry *zip.File, target string) error {
	source, err := entry.Open()
	if err != nil {
		return err
	}
	defer source.Close()
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return err
	}
	file, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	n, err := io.Copy(file, io.LimitReader(source, maxAssetBytes+1))
	if err == nil && n > maxAssetBytes {
		err = errors.New("asset exceeds the size limit")
	}
	return errors.Join(err, file.Close())
}
