package parts

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// modulePath is the module that this repository is.
const modulePath = "github.com/eventscale/terraform-provider-keda"

// sources answers the folder of the module folders that the programs are built
// from: the one in the repository that the working directory is in.
func sources() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("working directory: %w", err)
	}
	for folder := start; ; folder = filepath.Dir(folder) {
		name, err := moduleName(filepath.Join(folder, "go.mod"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		if name == modulePath {
			return filepath.Join(folder, "internal", "sandbox", "parts"), nil
		}
		if folder == filepath.Dir(folder) {
			return "", fmt.Errorf("%s is not inside a checkout of %s, whose module folders the local stack is built from: change into one", start, modulePath)
		}
	}
}

// moduleName reads the name that a go.mod gives its module.
func moduleName(path string) (string, error) {
	file, err := os.Open(path) //nolint:gosec // a go.mod above the working directory
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	scan := bufio.NewScanner(file)
	for scan.Scan() {
		if name, found := strings.CutPrefix(scan.Text(), "module "); found {
			return strings.Trim(name, "\" \t"), nil
		}
	}
	return "", scan.Err()
}
