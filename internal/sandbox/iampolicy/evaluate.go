package iampolicy

import (
	"errors"
	"strings"
)

// Request is what a caller wants to do.
type Request struct {
	// Principals are all names of the caller; only trust policies look at them.
	Principals []Principal
	// Action as service:Name, compared without regard to case.
	Action string
	// Resource is an ARN, or "*" for actions without a resource.
	Resource string
	Context  Context
}

// Decision is the outcome of an evaluation.
type Decision int

// The decisions of IAM. An explicit deny overrides every allow.
const (
	ImplicitDeny Decision = iota
	Allow
	ExplicitDeny
)

// Evaluate decides a request by the given documents together. The error tells
// which statements could not be judged; the decision holds all the same.
func Evaluate(request Request, documents ...*Document) (Decision, error) {
	decision := ImplicitDeny
	var problems []error
	for _, d := range documents {
		for _, s := range d.statements {
			matches, err := d.matches(s, request)
			if err != nil {
				problems = append(problems, err)
				matches = s.Effect == "Deny"
			}
			switch {
			case !matches:
			case s.Effect == "Deny":
				decision = ExplicitDeny
			case decision == ImplicitDeny:
				decision = Allow
			}
		}
	}
	return decision, errors.Join(problems...)
}

// matches reports whether a statement is about the request. An error means
// that its conditions, principal or variables cannot be judged; it is only
// returned for a statement about the request's action.
func (d *Document) matches(s statement, request Request) (bool, error) {
	if !s.matchesAction(request.Action) {
		return false, nil
	}
	if s.NotPrincipal != nil {
		return false, errors.New("NotPrincipal is not known to the local stack")
	}
	if len(s.Principal) > 0 && !s.Principal.matches(request.Principals) {
		return false, nil
	}
	matches, err := d.matchesResource(s, request)
	if err != nil || !matches {
		return false, err
	}
	return d.conditionsHold(s.Condition, request.Context)
}

func (s statement) matchesAction(action string) bool {
	listed := func(patterns stringList) bool {
		for _, pattern := range patterns {
			if wildcard(strings.ToLower(pattern), strings.ToLower(action)) {
				return true
			}
		}
		return false
	}
	if len(s.NotAction) > 0 {
		return !listed(s.NotAction)
	}
	return listed(s.Action)
}

func (d *Document) matchesResource(s statement, request Request) (bool, error) {
	values := s.Resource
	if len(s.NotResource) > 0 {
		values = s.NotResource
	}
	if len(values) == 0 {
		return true, nil
	}
	patterns, err := d.expand(values, request.Context, true)
	if err != nil {
		return false, err
	}
	for _, pattern := range patterns {
		if arn(pattern, request.Resource) {
			return len(s.NotResource) == 0, nil
		}
	}
	return len(s.NotResource) > 0, nil
}

// expand substitutes policy variables. A value whose variable the request does
// not have matches nothing and is left out.
func (d *Document) expand(values []string, context Context, pattern bool) ([]string, error) {
	if !d.variables {
		return values, nil
	}
	expanded := make([]string, 0, len(values))
	for _, value := range values {
		text, err := context.substitute(value, pattern)
		if errors.Is(err, errNoValue) {
			continue
		}
		if err != nil {
			return nil, err
		}
		expanded = append(expanded, text)
	}
	return expanded, nil
}
