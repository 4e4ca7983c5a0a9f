package process

import (
	"io"
	"os"
	"strings"
)

// tailBytes bounds what is read of a log that may be large.
const tailBytes = 16 << 10

// Tail returns the last lines of a text file, or nothing when it cannot be
// read.
func Tail(path string, lines int) string {
	f, err := os.Open(path) //nolint:gosec // the caller's own log
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.Size() > tailBytes {
		if _, err := f.Seek(-tailBytes, io.SeekEnd); err != nil {
			return ""
		}
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return ""
	}
	all := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	return strings.Join(all, "\n")
}
