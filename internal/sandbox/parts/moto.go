package parts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// motoSet describes a virtual environment with what requirements.txt in folder
// locks.
func motoSet(folder string, interpreter python) (set, error) {
	sum, err := key(folder, interpreter.version, interpreter.home, runtime.GOOS, runtime.GOARCH)
	if err != nil {
		return set{}, err
	}
	return set{
		name:     "moto",
		key:      sum,
		steps:    []step{{Moto, 90}},
		programs: map[Program]string{Moto: filepath.Join("bin", string(Moto))},
		build: func(ctx context.Context, target string, report *progress) error {
			report.begin(Moto)
			if err := installMoto(ctx, interpreter, filepath.Join(folder, "requirements.txt"), target); err != nil {
				return fmt.Errorf("building moto: %w", err)
			}
			report.end()
			return nil
		},
	}, nil
}

// installMoto makes the virtual environment in target.
func installMoto(ctx context.Context, interpreter python, requirements, target string) error {
	env := pipEnvironment()
	environment := command{env: env, path: interpreter.path, args: []string{"-I", "-m", "venv", target}}
	if _, err := environment.run(ctx); err != nil {
		return err
	}
	// The list is complete and its checksums cover wheels: resolving
	// dependencies or compiling something would be a mistake in the list.
	install := command{env: env, path: filepath.Join(target, "bin", "python"), args: []string{
		"-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
		"--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement", requirements,
	}}
	_, err := install.run(ctx)
	return err
}

// pipEnvironment is this process's environment, and with it the user's choice
// of package index and proxy, without the settings that would install
// somewhere else.
func pipEnvironment() []string {
	elsewhere := map[string]bool{"PIP_TARGET": true, "PIP_PREFIX": true, "PIP_ROOT": true, "PIP_USER": true, "PIP_DRY_RUN": true}
	var env []string
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); !elsewhere[name] {
			env = append(env, variable)
		}
	}
	return env
}
