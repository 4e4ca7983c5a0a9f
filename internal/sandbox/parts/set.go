package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// set is what is built and kept together.
type set struct {
	name string
	// key names everything that determines what the build makes.
	key string
	// steps are what the progress report counts, in the order of the build.
	steps []step
	// programs are the paths inside the set's folder.
	programs map[Program]string
	// prerequisite, unless nil, fails when the machine lacks what build needs.
	prerequisite func(ctx context.Context) error
	build        func(ctx context.Context, folder string, report *progress) error
}

// step is one program's share of the work.
type step struct {
	program Program
	// seconds is what the step takes on two cores with an empty compile cache.
	// It weighs the steps against each other and is no promise.
	seconds int
}

// determining are the endings of the files that can change what a module folder
// builds: sources, and what they embed.
var determining = []string{".go", ".mod", ".sum", ".json", ".yaml", ".txt"}

func determines(path string) bool {
	return slices.Contains(determining, filepath.Ext(path)) && !strings.HasSuffix(path, "_test.go")
}

// key is the checksum of the given words and of the determining files in
// folder.
func key(folder string, words ...string) (string, error) {
	sum := sha256.New()
	for _, word := range words {
		fmt.Fprintf(sum, "%q\n", word)
	}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || !determines(path) {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		file, err := os.Open(path) //nolint:gosec // a file of this repository
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		content := sha256.New()
		if _, err := io.Copy(content, file); err != nil {
			return err
		}
		fmt.Fprintf(sum, "%q %x\n", filepath.ToSlash(name), content.Sum(nil))
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("reading what determines the programs of %s: %w", folder, err)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}
