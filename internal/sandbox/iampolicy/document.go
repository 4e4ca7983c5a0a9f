// Package iampolicy evaluates IAM policy documents for the local stack.
//
// It follows the IAM User Guide's JSON policy reference for the elements that
// role trust policies and identity policies of this project use. Whatever it
// does not know never grants anything: an Allow statement that it cannot judge
// does not match, a Deny statement that it cannot judge does, and the reason is
// returned as an error.
package iampolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Document is a parsed policy. Make one with ParseIdentity or ParseTrust.
type Document struct {
	// variables tells whether ${...} is substituted, which only version
	// 2012-10-17 of the policy language does.
	variables  bool
	statements []statement
}

type statement struct {
	Sid          string
	Effect       string
	Principal    principals
	NotPrincipal json.RawMessage
	Action       stringList
	NotAction    stringList
	Resource     stringList
	NotResource  stringList
	Condition    map[string]map[string]stringList
}

// ParseIdentity parses the document of a policy attached to a user, group or
// role: every statement has resources and none has a principal.
func ParseIdentity(document string) (*Document, error) {
	return parse(document, statement.checkIdentity)
}

// ParseTrust parses the document of a role's trust policy: every statement has
// principals and none has resources.
func ParseTrust(document string) (*Document, error) {
	return parse(document, statement.checkTrust)
}

func parse(document string, check func(statement) error) (*Document, error) {
	var raw struct {
		Version   string
		ID        string `json:"Id"`
		Statement statements
	}
	decoder := json.NewDecoder(strings.NewReader(document))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&raw); err != nil {
		return nil, fmt.Errorf("the policy document is malformed: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the policy document is malformed: text follows the JSON object")
	}
	if err := refuseDuplicates(json.NewDecoder(strings.NewReader(document))); err != nil {
		return nil, fmt.Errorf("the policy document is malformed: %w", err)
	}
	switch raw.Version {
	case "", "2008-10-17", "2012-10-17":
	default:
		return nil, fmt.Errorf("the policy document has version %q; the policy language has 2008-10-17 and 2012-10-17", raw.Version)
	}
	if len(raw.Statement) == 0 {
		return nil, errors.New("the policy document has no Statement")
	}
	for i, s := range raw.Statement {
		if err := errors.Join(s.checkCommon(), check(s)); err != nil {
			return nil, fmt.Errorf("statement %d of the policy document is malformed: %w", i+1, err)
		}
	}
	return &Document{variables: raw.Version == "2012-10-17", statements: raw.Statement}, nil
}

func (s statement) checkCommon() error {
	if s.Effect != "Allow" && s.Effect != "Deny" {
		return fmt.Errorf("the Effect is %q, it must be Allow or Deny", s.Effect)
	}
	if (len(s.Action) == 0) == (len(s.NotAction) == 0) {
		return errors.New("exactly one of Action and NotAction is needed")
	}
	return nil
}

func (s statement) checkIdentity() error {
	if len(s.Principal) > 0 || s.NotPrincipal != nil {
		return errors.New("an identity policy has no Principal")
	}
	if (len(s.Resource) == 0) == (len(s.NotResource) == 0) {
		return errors.New("exactly one of Resource and NotResource is needed")
	}
	return nil
}

func (s statement) checkTrust() error {
	if len(s.Resource) > 0 || len(s.NotResource) > 0 {
		return errors.New("a trust policy has no Resource")
	}
	if (len(s.Principal) == 0) == (s.NotPrincipal == nil) {
		return errors.New("exactly one of Principal and NotPrincipal is needed")
	}
	return nil
}

// statements is one statement or a list of them, both of which IAM accepts.
type statements []statement

func (s *statements) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return strictUnmarshal(data, (*[]statement)(s))
	}
	var one statement
	if err := strictUnmarshal(data, &one); err != nil {
		return err
	}
	*s = statements{one}
	return nil
}

// stringList is one scalar or a list of scalars. Booleans and numbers, which
// IAM accepts as condition values, become their JSON text.
type stringList []string

func (l *stringList) UnmarshalJSON(data []byte) error {
	var items []json.RawMessage
	if len(data) > 0 && data[0] == '[' {
		if err := json.Unmarshal(data, &items); err != nil {
			return err
		}
	} else {
		items = []json.RawMessage{data}
	}
	*l = make(stringList, 0, len(items))
	for _, item := range items {
		value, err := scalar(item)
		if err != nil {
			return err
		}
		*l = append(*l, value)
	}
	return nil
}

func scalar(data json.RawMessage) (string, error) {
	switch {
	case len(data) == 0 || data[0] == '{' || data[0] == '[' || string(data) == "null":
		return "", fmt.Errorf("%s is not a string", data)
	case data[0] == '"':
		var s string
		err := json.Unmarshal(data, &s)
		return s, err
	default:
		return string(data), nil
	}
}

func strictUnmarshal(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// refuseDuplicates reads one JSON value and fails when an object in it names a
// member twice. The JSON decoder would take the last one, and so lose a
// condition in silence; IAM refuses such a document.
func refuseDuplicates(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	opening, nested := token.(json.Delim)
	if !nested {
		return nil
	}
	seen := map[string]bool{}
	for decoder.More() {
		if opening == '{' {
			token, err := decoder.Token()
			if err != nil {
				return err
			}
			name := fmt.Sprint(token)
			if seen[name] {
				return fmt.Errorf("the element %q is given twice", name)
			}
			seen[name] = true
		}
		if err := refuseDuplicates(decoder); err != nil {
			return err
		}
	}
	_, err = decoder.Token()
	return err
}
