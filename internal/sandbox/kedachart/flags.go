package kedachart

import (
	"slices"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/podrunner"
)

// flagInPod returns a flag's value as the pod has it, before the runner
// replaced ports and addresses by local ones. As for the program, the last one
// counts.
func flagInPod(inv *podrunner.Invocation, name string) (string, bool) {
	args := slices.Concat(inv.Container.Command, inv.Container.Args)
	for i, arg := range slices.Backward(args) {
		flag, value, hasValue := strings.Cut(arg, "=")
		switch {
		case flag != "--"+name:
		case hasValue:
			return value, true
		case i+1 < len(args):
			return args[i+1], true
		}
	}
	return "", false
}

// setFlag overrides a flag: of several the last one counts.
func setFlag(inv *podrunner.Invocation, name, value string) {
	inv.Args = append(inv.Args, "--"+name+"="+value)
}
