package faults_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/eventscale/terraform-provider-keda/internal/acctest/cli"
	"github.com/eventscale/terraform-provider-keda/internal/acctest/faults"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// stage plays trials of one subject at the same time, in one configuration: each
// has a process of the provider for itself, and its own way to AWS and to the
// API server.
type stage struct {
	*sandboxtest.Stack

	t              *testing.T
	subject        subject
	providerFolder string
	// namespace and role are others', and shared by the trials.
	namespace, role, chart string
	// pattern is the undisturbed trial; nil while it is played itself.
	pattern *trial
	trials  []*trial

	workspace *cli.Workspace
}

// atOnce lets Terraform work on all trials at the same time.
const atOnce = "-parallelism=200"

// play takes the trials through the life of the subject.
func (s *stage) play(from int) {
	s.t.Helper()
	s.workspace = cli.NewWorkspace(s.t, s.providerFolder)
	for n, tr := range s.trials {
		tr.label = fmt.Sprintf("t%03d", from+n)
		tr.name = fmt.Sprintf("f-%s-%s", s.subject.name, tr.label)
		tr.line = faults.Open(s.t, s.Stack, s.kill)
		tr.calls, tr.settled = map[phase][]faults.Call{}, map[phase]sandboxtest.Inventory{}
	}

	s.configure(false)
	s.workspace.MustRun(s.t, "plan", "-out="+cli.PlanFile, atOnce)
	s.phase(creating, "apply", "-json", atOnce, cli.PlanFile)
	s.settle(creating)

	s.phase(refreshing, "plan", "-json", atOnce)

	s.configure(true)
	s.workspace.MustRun(s.t, "plan", "-refresh=false", "-out="+cli.PlanFile, atOnce)
	s.phase(updating, "apply", "-json", atOnce, cli.PlanFile)
	s.settle(updating)

	s.workspace.MustRun(s.t, "plan", "-destroy", "-refresh=false", "-out="+cli.PlanFile, atOnce)
	s.phase(destroying, "apply", "-json", atOnce, cli.PlanFile)
	s.leave()
}

// kill ends a provider by a connection of its.
func (s *stage) kill(address, peer string) {
	pid, err := cli.ProcessOf(s.providerFolder, address, peer)
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGKILL)
	}
	if err != nil {
		s.t.Errorf("killing the provider: %v", err)
	}
}

// phase runs a command while every trial's rule counts.
func (s *stage) phase(during phase, args ...string) {
	s.t.Helper()
	for _, tr := range s.trials {
		tr.line.Begin(tr.rule(during))
	}
	result := s.workspace.Run(s.t, nil, args...)
	s.t.Logf("%s, disturbed: %s", during, result.Took)
	errors := s.errorsOf(result)
	for _, tr := range s.trials {
		tr.calls[during] = tr.line.Calls()
		if err := tr.judge(tr, during, errors[tr]); err != nil {
			tr.fail("%s: %v", during, err)
		}
		if s.pattern != nil {
			if err := tr.missed(during, s.pattern); err != nil {
				tr.fail("%s: %v", during, err)
			}
		}
	}
}

// errorsOf assigns a command's errors to the trials. Terraform gives no address
// of a resource that is no longer configured, nor of one whose provider died:
// then the object's name tells, or that the resource failed for no other reason.
func (s *stage) errorsOf(result cli.Result) map[*trial][]cli.Diagnostic {
	s.t.Helper()
	var (
		found    = map[*trial][]cli.Diagnostic{}
		nameless []cli.Diagnostic
	)
	for _, diagnostic := range result.Errors() {
		if tr := s.trialIn(diagnostic); tr != nil {
			found[tr] = append(found[tr], diagnostic)
		} else {
			nameless = append(nameless, diagnostic)
		}
	}
	assigned := len(nameless) == 0
	for _, address := range result.Failed() {
		if tr := s.trialOf(address); tr != nil && len(found[tr]) == 0 {
			found[tr], assigned = nameless, true
		}
	}
	if !assigned || (result.ExitCode == 1 && len(found) == 0) {
		s.t.Fatalf("terraform %q failed: %s%s", result.Args, result.Stdout, result.Stderr)
	}
	return found
}

func (s *stage) trialIn(diagnostic cli.Diagnostic) *trial {
	if tr := s.trialOf(diagnostic.Address); tr != nil {
		return tr
	}
	for _, tr := range s.trials {
		if strings.Contains(diagnostic.Detail, tr.name) {
			return tr
		}
	}
	return nil
}

func (s *stage) trialOf(address string) *trial {
	for _, tr := range s.trials {
		if strings.HasSuffix(address, "."+tr.label) {
			return tr
		}
	}
	return nil
}

// settle applies what was disturbed again, after which nothing is left to do,
// and exactly that exists which exists where nothing was disturbed.
func (s *stage) settle(after phase) {
	s.t.Helper()
	for _, tr := range s.trials {
		tr.line.Begin(nil)
	}
	s.mustSucceed(after, s.workspace.Run(s.t, nil, "apply", "-json", "-auto-approve", atOnce))
	again := s.workspace.Run(s.t, nil, "plan", "-json", "-detailed-exitcode", atOnce)
	s.mustSucceed(after, again)
	for _, address := range again.Planned() {
		if tr := s.trialOf(address); tr != nil {
			tr.fail("%s: the plan after it would change %s", after, address)
		}
	}
	all := s.Inventory(s.t).Made()
	for _, tr := range s.trials {
		tr.settled[after] = all.Named(tr.name).Renamed(tr.name, "NAME")
		if len(tr.settled[after]) == 0 {
			tr.fail("%s: nothing of it exists", after)
		}
		if s.pattern == nil {
			continue
		}
		if more := tr.settled[after].Without(s.pattern.settled[after]); len(more) > 0 {
			tr.fail("%s: there is more than where nothing was disturbed:\n%s", after, more)
		}
		if less := s.pattern.settled[after].Without(tr.settled[after]); len(less) > 0 {
			tr.fail("%s: there is less than where nothing was disturbed:\n%s", after, less)
		}
	}
}

func (s *stage) mustSucceed(after phase, result cli.Result) {
	s.t.Helper()
	s.t.Logf("%s, %s: %s", after, result.Args[0], result.Took)
	for tr, errors := range s.errorsOf(result) {
		tr.fail("%s: it does not converge: %v", after, errors)
	}
}

// leave destroys what a disturbed destroy has left, after which nothing exists.
func (s *stage) leave() {
	s.t.Helper()
	for _, tr := range s.trials {
		tr.line.Begin(nil)
	}
	s.mustSucceed(destroying, s.workspace.Run(s.t, nil, "destroy", "-json", "-auto-approve", atOnce))
	all := s.Inventory(s.t)
	for _, tr := range s.trials {
		if left := all.Named(tr.name); len(left) > 0 {
			tr.fail("destroy leaves:\n%s", left)
		}
	}
}

func (s *stage) configure(changed bool) {
	s.t.Helper()
	var text strings.Builder
	text.WriteString("terraform {\n  required_providers {\n    keda = { source = \"eventscale/keda\" }\n  }\n}\n")
	config, credentials := s.AWSFiles(s.t)
	for _, tr := range s.trials {
		fmt.Fprintf(&text, `
provider "keda" {
  alias      = %q
  kubernetes = { config_path = %q }
  aws = {
    region                   = %q
    profile                  = %q
    shared_config_files      = [%q]
    shared_credentials_files = [%q]
    max_retries              = %d
    endpoints                = { amp = %[8]q, eks = %[8]q, iam = %[8]q, sqs = %[8]q, sts = %[8]q }
  }
}
`, tr.label, tr.line.Kubeconfig, s.AWS.Region, sandboxtest.Profile, config, credentials, tr.retries, tr.line.AWS)
		text.WriteString(s.subject.render(s.t, values{
			Name: tr.name, Label: tr.label, Namespace: s.namespace, ClusterName: s.ClusterName, AccountID: s.AccountID, Role: s.role, Chart: s.chart,
			Patience: tr.patience, Changed: changed,
		}))
	}
	s.workspace.Configure(s.t, text.String())
}
