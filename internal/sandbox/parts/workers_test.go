package parts

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What the workers import of this repository decides when they are built anew.
func TestWorkersAreDeterminedByWhatTheyImport(t *testing.T) {
	t.Parallel()
	var workers goModules
	for _, modules := range goSets {
		if modules.name == "workers" {
			workers = modules
		}
	}
	arguments := []string{"list", "-deps", "-f", "{{.ImportPath}}"}
	for _, p := range workers.programs {
		arguments = append(arguments, modulePath+strings.TrimPrefix(p.pkg, "."))
	}
	out, err := exec.CommandContext(t.Context(), "go", arguments...).Output()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for pkg := range strings.Lines(string(out)) {
		inside, ours := strings.CutPrefix(strings.TrimSpace(pkg), modulePath+"/")
		if !ours {
			continue
		}
		found++
		if !slices.ContainsFunc(workers.determinedBy, func(folder string) bool {
			return inside == folder || strings.HasPrefix(inside, folder+"/")
		}) {
			t.Errorf("the workers import %s, which is not among what determines them: %v", inside, workers.determinedBy)
		}
	}
	if found < len(workers.programs) {
		t.Errorf("go list finds %d packages of this repository, fewer than there are programs", found)
	}
}
