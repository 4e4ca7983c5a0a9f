package iampolicy

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Principal kinds of a policy's Principal element.
const (
	AWS       = "AWS"
	Federated = "Federated"
	Service   = "Service"
)

// Principal is one name under which a caller can be written in a policy, such
// as {Federated, the ARN of an OIDC provider}.
type Principal struct {
	Kind, Value string
}

// principals is the Principal element: "*", or values by kind.
type principals map[string]stringList

func (p *principals) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		if s != "*" {
			return fmt.Errorf("Principal is %q; as a string it can only be \"*\"", s)
		}
		*p = principals{AWS: {"*"}}
		return nil
	}
	var byKind map[string]stringList
	if err := json.Unmarshal(data, &byKind); err != nil {
		return err
	}
	for kind := range byKind {
		if kind != AWS && kind != Federated && kind != Service && kind != "CanonicalUser" {
			return fmt.Errorf("Principal has the unknown kind %q", kind)
		}
	}
	*p = byKind
	return nil
}

// matches reports whether one of the caller's names is listed. IAM knows no
// wildcard in a principal but "*", and that only for AWS principals.
func (p principals) matches(names []Principal) bool {
	return slices.ContainsFunc(names, func(name Principal) bool {
		values := p[name.Kind]
		return slices.Contains(values, name.Value) || name.Kind == AWS && slices.Contains(values, "*")
	})
}
