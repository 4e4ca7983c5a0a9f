package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	awspolicy "github.com/hashicorp/awspolicyequivalence"
)

// Version is the version of the policy language of every document made here.
const Version = "2012-10-17"

// Effect is what a statement does.
type Effect string

// The effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Document is a policy document.
type Document struct {
	Version   string      `json:"Version"`
	ID        string      `json:"Id,omitempty"`
	Statement []Statement `json:"Statement"`
}

// Statement is one statement of a document.
type Statement struct {
	SID          string     `json:"Sid,omitempty"`
	Effect       Effect     `json:"Effect"`
	Principal    Principals `json:"Principal,omitempty"`
	NotPrincipal Principals `json:"NotPrincipal,omitempty"`
	Action       Strings    `json:"Action,omitempty"`
	NotAction    Strings    `json:"NotAction,omitempty"`
	Resource     Strings    `json:"Resource,omitempty"`
	NotResource  Strings    `json:"NotResource,omitempty"`
	Condition    Conditions `json:"Condition,omitempty"`
}

// Conditions are values by operator, such as StringEquals, and key, such as
// aws:SourceArn.
type Conditions map[string]map[string]Strings

// Principals are principals by kind: AWS, Federated, Service.
type Principals map[string]Strings

// AnyPrincipal is everybody, as in a policy that denies.
var AnyPrincipal = Principals{"*": {"*"}}

// MarshalJSON writes everybody as IAM does.
func (p Principals) MarshalJSON() ([]byte, error) {
	if _, anybody := p["*"]; anybody {
		return []byte(`"*"`), nil
	}
	return json.Marshal(map[string]Strings(p))
}

// UnmarshalJSON accepts "*" too.
func (p *Principals) UnmarshalJSON(text []byte) error {
	if string(text) == `"*"` {
		*p = AnyPrincipal
		return nil
	}
	return json.Unmarshal(text, (*map[string]Strings)(p))
}

// Strings is a list, for which IAM also writes its only element alone.
type Strings []string

// MarshalJSON writes the only element of a list alone.
func (s Strings) MarshalJSON() ([]byte, error) {
	if len(s) == 1 {
		return json.Marshal(s[0])
	}
	return json.Marshal([]string(s))
}

// UnmarshalJSON accepts a list or one element, and, as IAM does, numbers and
// booleans for texts.
func (s *Strings) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	elements, isList := value.([]any)
	if !isList {
		elements = []any{value}
	}
	list := make(Strings, 0, len(elements))
	for _, element := range elements {
		switch element := element.(type) {
		case string:
			list = append(list, element)
		case json.Number, bool:
			list = append(list, fmt.Sprint(element))
		default:
			return fmt.Errorf("a policy has %v where a text has to be", element)
		}
	}
	*s = list
	return nil
}

// JSON is the document as text, with keys in one order. Characters that HTML
// gives a meaning stay as they are, because a document's length counts.
func (d Document) JSON() string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(d); err != nil {
		// No type of a document has a value that JSON has not.
		panic(err)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// Parse reads a document. Errors: text that is no policy document.
func Parse(text string) (Document, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	var raw struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if err := decoder.Decode(&raw); err != nil {
		return Document{}, fmt.Errorf("no policy document: %w", err)
	}
	document := Document{Version: raw.Version, ID: raw.ID}
	// One statement may stand without a list.
	if statement := bytes.TrimSpace(raw.Statement); bytes.HasPrefix(statement, []byte("{")) {
		raw.Statement = slices.Concat([]byte("["), statement, []byte("]"))
	}
	if err := json.Unmarshal(raw.Statement, &document.Statement); err != nil {
		return Document{}, fmt.Errorf("no policy document: %w", err)
	}
	return document, nil
}

// Equivalent reports whether two documents mean the same: order, single
// elements for lists and the forms of account principals do not count. A text
// that is no document is equivalent to nothing but itself.
func Equivalent(a, b string) bool {
	if a == b {
		return true
	}
	same, err := awspolicy.PoliciesAreEquivalent(a, b)
	return err == nil && same
}

// Length is how many characters of IAM's quotas a document takes: white space
// does not count.
func Length(document string) int {
	return len([]rune(strings.Join(strings.Fields(document), "")))
}
