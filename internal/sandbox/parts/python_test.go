package parts

import (
	"os"
	"strings"
	"testing"
)

// interpreter is the body of a script that answers the probe.
func interpreter(version, venv string) string {
	return "echo " + version + "; echo /opt/python; echo " + venv
}

func TestFindPython(t *testing.T) {
	const shim = "echo 'pyenv: python3.12: command not found' >&2; exit 127"
	for name, test := range map[string]struct {
		scripts map[string]string
		// base is the name of the one found.
		base, want string
	}{
		"python3 is fine":            {map[string]string{"python3": interpreter("3.10.4", "True"), "python3.13": interpreter("3.13.0", "True")}, "python3", ""},
		"nothing":                    {nil, "", "no working python3 is on PATH: install Python 3.10 or newer"},
		"only a broken shim":         {map[string]string{"python3": shim}, "", "no working python3 is on PATH"},
		"a broken shim before":       {map[string]string{"python3": shim, "python3.12": shim, "python3.11": interpreter("3.11.2", "True")}, "python3.11", ""},
		"python3 is too old":         {map[string]string{"python3": interpreter("3.9.18", "True")}, "", "is 3.9.18: install Python 3.10 or newer"},
		"python3 is old, one is new": {map[string]string{"python3": interpreter("3.8.1", "True"), "python3.12": interpreter("3.12.1", "True")}, "python3.12", ""},
		"python3 is 2":               {map[string]string{"python3": interpreter("2.7.18", "True")}, "", "is 2.7.18"},
		"Debian without venv":        {map[string]string{"python3": interpreter("3.11.2", "False")}, "", "install the package python3-venv (or python3.11-venv)"},
		"another one with venv":      {map[string]string{"python3": interpreter("3.11.2", "False"), "python3.10": interpreter("3.10.1", "True")}, "python3.10", ""},
		"an unlikely answer":         {map[string]string{"python3": "echo hello"}, "", "no working python3 is on PATH"},
	} {
		t.Run(name, func(t *testing.T) {
			onlyOnPath(t, test.scripts)
			found, err := findPython(t.Context())
			expect(t, err, test.want)
			if base := found.path[strings.LastIndex(found.path, "/")+1:]; base != test.base {
				t.Errorf("found %q, want %q", base, test.base)
			}
		})
	}
}

func TestRealPythonAnswersTheProbe(t *testing.T) {
	found, err := findPython(t.Context())
	if err != nil {
		t.Skip(err)
	}
	if _, err := os.Stat(found.home); err != nil || !newEnough(found.version) {
		t.Errorf("found %+v, error %v", found, err)
	}
}

func TestPipIsNotSentElsewhere(t *testing.T) {
	t.Setenv("PIP_TARGET", "/elsewhere")
	t.Setenv("PIP_USER", "1")
	t.Setenv("PIP_TIMEOUT", "99")
	env := strings.Join(pipEnvironment(), "\n")
	if strings.Contains(env, "PIP_TARGET") || strings.Contains(env, "PIP_USER") {
		t.Error("pip would install somewhere else")
	}
	if !strings.Contains(env, "PIP_TIMEOUT=99") {
		t.Error("the user's own settings for pip are lost")
	}
}
