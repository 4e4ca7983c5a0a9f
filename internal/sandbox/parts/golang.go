package parts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// goModules is a set of programs built from one module folder.
type goModules struct {
	name     string
	programs []goProgram
	// folder is the module's, relative to the folder of module folders; that of
	// the set's name when empty.
	folder string
	// determinedBy are the folders and files of the module that can change what
	// it builds, relative to it; all of it when empty.
	determinedBy []string
	// linker holds flags for the linker. {version}, {major} and {minor} stand
	// for the version of the module that versionOf names, as the folder's
	// go.mod pins it.
	linker    string
	versionOf string
}

// goProgram is one main package.
type goProgram struct {
	program Program
	pkg     string
	// seconds is as in step.
	seconds int
}

// goSets are the stack's sets, in the order of a stack's start, so that an
// interrupted first build has what matters most.
var goSets = []goModules{
	{name: "etcd", programs: []goProgram{{Etcd, "go.etcd.io/etcd/server/v3", 50}}},
	{
		name: "kubernetes",
		programs: []goProgram{
			{KubeAPIServer, "k8s.io/kubernetes/cmd/kube-apiserver", 250},
			{KubeControllerManager, "k8s.io/kubernetes/cmd/kube-controller-manager", 60},
			{KubeScheduler, "k8s.io/kubernetes/cmd/kube-scheduler", 5},
		},
		// Unstamped, the API server calls itself v0.0.0, and charts that ask
		// for a minimum refuse to install.
		linker: "-X k8s.io/component-base/version.gitVersion={version}" +
			" -X k8s.io/component-base/version.gitMajor={major} -X k8s.io/component-base/version.gitMinor={minor}",
		versionOf: "k8s.io/kubernetes",
	},
	{name: "kwok", programs: []goProgram{{KWOK, "sigs.k8s.io/kwok/cmd/kwok", 170}}},
	{name: "karpenter", programs: []goProgram{{Karpenter, ".", 200}}},
	{
		name: "keda",
		programs: []goProgram{
			{KEDAOperator, "github.com/kedacore/keda/v2/cmd/operator", 510},
			{KEDAMetricsAdapter, "github.com/kedacore/keda/v2/cmd/adapter", 160},
			{KEDAAdmissionWebhooks, "github.com/kedacore/keda/v2/cmd/webhooks", 6},
		},
		linker:    "-X github.com/kedacore/keda/v2/version.Version={version}",
		versionOf: "github.com/kedacore/keda/v2",
	},
	{
		name:   "workers",
		folder: filepath.Join("..", "..", ".."),
		programs: []goProgram{
			{InferenceConsumer, "./cmd/sqs-inference-consumer", 60},
			{PromptGenerator, "./cmd/prompt-generator", 5},
			{VLLMStub, "./cmd/vllm-stub", 10},
		},
		determinedBy: []string{
			"go.sum", "cmd/sqs-inference-consumer", "cmd/prompt-generator", "cmd/vllm-stub",
			"internal/consumer", "internal/generator", "internal/sandbox/vllmstub",
		},
	},
}

// openTofuModules is built only where there is no Terraform.
var openTofuModules = goModules{
	name:     "opentofu",
	programs: []goProgram{{openTofu, "github.com/opentofu/opentofu/cmd/tofu", 300}},
	// Without it the program calls itself a development build.
	linker: "-X github.com/opentofu/opentofu/version.dev=no",
}

// set describes the modules in the named folder below sources.
func (m goModules) set(sources string) (set, error) {
	folder := filepath.Join(sources, cmp.Or(m.folder, m.name))
	words := []string{runtime.Version(), runtime.GOOS, runtime.GOARCH, m.linker, m.versionOf}
	words = append(words, goFlags...)
	s := set{
		name:         m.name,
		programs:     map[Program]string{},
		prerequisite: func(ctx context.Context) error { return checkGo(ctx, folder) },
		build: func(ctx context.Context, target string, report *progress) error {
			return m.build(ctx, folder, target, report)
		},
	}
	for _, p := range m.programs {
		words = append(words, string(p.program), p.pkg)
		s.steps = append(s.steps, step{p.program, p.seconds})
		s.programs[p.program] = string(p.program)
	}
	var err error
	s.key, err = m.key(folder, words)
	return s, err
}

func (m goModules) key(folder string, words []string) (string, error) {
	if len(m.determinedBy) == 0 {
		return key(folder, words...)
	}
	for _, name := range m.determinedBy {
		sum, err := key(filepath.Join(folder, filepath.FromSlash(name)))
		if err != nil {
			return "", err
		}
		words = append(words, name, sum)
	}
	return key(filepath.Join(folder, "go.mod"), words...)
}

// goFlags are the flags of every build.
var goFlags = []string{"-mod=readonly", "-trimpath", "-buildvcs=false"}

// stripped leaves out symbols and debug data, about a third of each program.
const stripped = "-s -w "

// goEnvironment is this process's environment without what would change or
// break a build: flags and a workspace of the user's own, another platform, a
// C compiler. GOFLAGS cannot be empty, or the go command would read the one
// that `go env -w` wrote.
func goEnvironment() []string {
	return append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "CGO_ENABLED=0",
		"GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
}

// checkGo fails when the go command on PATH cannot build the module in folder.
func checkGo(ctx context.Context, folder string) error {
	path, err := exec.LookPath("go")
	if err != nil {
		return errors.New("go is not on PATH: install Go 1.26 or newer, which builds the local stack's programs")
	}
	// A go command from 1.21 on fetches the version that the module asks for,
	// or fails and says which that is.
	found, err := command{folder: folder, env: goEnvironment(), path: path, args: []string{"env", "GOVERSION"}}.run(ctx)
	if err != nil {
		return fmt.Errorf("the Go at %s cannot build the local stack's programs, install Go 1.26 or newer: %w", path, err)
	}
	if found = strings.TrimSpace(found); version.Compare(found, "go1.21") < 0 {
		return fmt.Errorf("the Go at %s is %s, too old to build the local stack's programs: install Go 1.26 or newer", path, found)
	}
	return nil
}

// build builds the programs one after the other: one build uses every core.
func (m goModules) build(ctx context.Context, folder, target string, report *progress) error {
	tool := command{folder: folder, env: goEnvironment(), path: "go"}
	linker, err := m.linkerFlags(ctx, tool)
	if err != nil {
		return fmt.Errorf("building %s: %w", m.name, err)
	}
	flags := append([]string{"-ldflags", stripped + linker}, goFlags...)
	for _, p := range m.programs {
		if err := p.build(ctx, tool, flags, filepath.Join(target, string(p.program)), report); err != nil {
			return fmt.Errorf("building %s: %w", p.program, err)
		}
	}
	return nil
}

// linkerFlags fills the pinned version into the linker's flags.
func (m goModules) linkerFlags(ctx context.Context, tool command) (string, error) {
	if m.versionOf == "" {
		return m.linker, nil
	}
	tool.args = []string{"list", "-m", "-f", "{{.Version}}", m.versionOf}
	pinned, err := tool.run(ctx)
	if err != nil {
		return "", err
	}
	pinned = strings.TrimSpace(pinned)
	major, rest, _ := strings.Cut(strings.TrimPrefix(pinned, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	return strings.NewReplacer("{version}", pinned, "{major}", major, "{minor}", minor).Replace(m.linker), nil
}

// build builds one program into the file target.
func (p goProgram) build(ctx context.Context, tool command, flags []string, target string, report *progress) error {
	report.begin(p.program)
	tool.line = func(text string) bool {
		if strings.HasPrefix(text, "go: downloading ") {
			report.downloaded()
			return false
		}
		return true
	}
	// What go build will compile, asked beforehand, is what makes the report
	// of how far it is true. Packages in the compile cache are not listed.
	tool.args = slices.Concat([]string{"list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}"}, flags, []string{p.pkg})
	listed, err := tool.run(ctx)
	if err != nil {
		return err
	}
	stale := map[string]bool{}
	for pkg := range strings.FieldsSeq(listed) {
		stale[pkg] = true
	}
	report.packages(len(stale))
	tool.line = func(text string) bool {
		if stale[text] {
			report.compiled()
		}
		return !stale[text]
	}
	tool.args = slices.Concat([]string{"build", "-v", "-o", target}, flags, []string{p.pkg})
	if _, err := tool.run(ctx); err != nil {
		return err
	}
	report.end()
	return nil
}
