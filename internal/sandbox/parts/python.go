package parts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// pythonNames are looked up in this order. The locked requirements hold for
// every one of them.
var pythonNames = []string{"python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"}

// leastPythonMinor is the 10 of Python 3.10, the oldest that moto runs on.
const leastPythonMinor = 10

// probeLimit bounds one look at an interpreter: a version manager's shim may
// do anything.
const probeLimit = 10 * time.Second

// python is an interpreter that can make virtual environments.
type python struct {
	path    string
	version string
	// home is its installation, which an environment made by it needs.
	home string
}

// probe prints the version, the installation and whether ensurepip is there.
// Debian and its relatives ship it in a package of its own, without which an
// environment has no pip.
const probe = `import importlib.util, platform, sys
print(platform.python_version())
print(sys.base_prefix)
print(importlib.util.find_spec("venv") is not None and importlib.util.find_spec("ensurepip") is not None)`

// findPython answers the first usable Python 3.10 or newer on PATH. Each is
// tried by running it, because a shim can be there without an interpreter
// behind it.
func findPython(ctx context.Context) (python, error) {
	var lacksVenv, tooOld *python
	for _, name := range pythonNames {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		found, venv, err := probePython(ctx, path)
		if ctx.Err() != nil {
			return python{}, context.Cause(ctx)
		}
		switch {
		case err != nil:
		case !newEnough(found.version):
			tooOld = first(tooOld, found)
		case !venv:
			lacksVenv = first(lacksVenv, found)
		default:
			return found, nil
		}
	}
	switch {
	case lacksVenv != nil:
		minor, _ := majorMinor(lacksVenv.version)
		return python{}, fmt.Errorf("the Python %s at %s cannot make virtual environments, which the local stack's AWS (moto) is installed into: install the package python3-venv (or python%s-venv)",
			lacksVenv.version, lacksVenv.path, minor)
	case tooOld != nil:
		return python{}, fmt.Errorf("the Python at %s is %s: install Python 3.10 or newer, which runs the local stack's AWS (moto)", tooOld.path, tooOld.version)
	}
	return python{}, errors.New("no working python3 is on PATH: install Python 3.10 or newer, which runs the local stack's AWS (moto)")
}

func first(already *python, found python) *python {
	if already != nil {
		return already
	}
	return &found
}

// probePython looks at the interpreter at path.
func probePython(ctx context.Context, path string) (found python, venv bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	// -I keeps the user's PYTHON* variables and packages out.
	answer, err := command{env: os.Environ(), path: path, args: []string{"-I", "-c", probe}}.run(ctx)
	if err != nil {
		return python{}, false, err
	}
	said := strings.Split(strings.TrimSpace(answer), "\n")
	if len(said) != 3 {
		return python{}, false, fmt.Errorf("%s answered %q to a question for its version", path, answer)
	}
	return python{path: path, version: said[0], home: said[1]}, said[2] == "True", nil
}

// newEnough tells whether a version such as 3.12.1 is at least 3.10.
func newEnough(version string) bool {
	_, minor := majorMinor(version)
	return strings.HasPrefix(version, "3.") && minor >= leastPythonMinor
}

// majorMinor cuts 3.12.1 down to 3.12, and answers the 12 as a number too.
func majorMinor(version string) (string, int) {
	major, rest, _ := strings.Cut(version, ".")
	text, _, _ := strings.Cut(rest, ".")
	minor, err := strconv.Atoi(text)
	if err != nil {
		return version, -1
	}
	return major + "." + text, minor
}
