package faults

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
)

// Call is what a request asks for, the same in all attempts at it.
type Call struct {
	// Service is the one that AWS signatures name, such as iam, or kubernetes.
	Service string
	// Operation is the API's name for it, such as CreateRole; for REST the method
	// and the path's fixed words; for Kubernetes the verb.
	Operation string
	// Object is the path of what a Kubernetes call is about, without its prefix.
	Object string
	// Write reports that the call changes something.
	Write bool

	key string
}

func (c Call) String() string {
	text := c.Service + " " + c.Operation
	if c.Object != "" {
		text += " " + c.Object
	}
	return text
}

// token is what a client makes up anew for each call, so that the service can
// tell a repeated one.
var token = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

// identify completes a call by what tells it from others.
func (c Call) identify(r *http.Request, query string, body []byte) Call {
	sum := sha256.Sum256(token.ReplaceAll(body, nil))
	c.key = fmt.Sprintf("%s %s %s?%s %x", c.Service, r.Method, r.URL.EscapedPath(), query, sum)
	return c
}
