// Package model talks to a server with the OpenAI API, such as vLLM.
package model

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// maxResponse bounds an answer, in bytes. The longest that a model writes with
// log probabilities for each token stays below it.
const maxResponse = 16 << 20

// Client asks one server.
type Client struct {
	base   *url.URL
	health string
	key    string
	http   *http.Client
}

// Options are what a Client is made with.
type Options struct {
	// Endpoint is the server's URL without the API's /v1.
	Endpoint *url.URL
	// HealthPath answers 200 while the server can work.
	HealthPath string
	// Key is sent as a bearer token, unless it is empty.
	Key string
	// Concurrency is how many requests there are at a time.
	Concurrency int
}

// New makes a client. It contacts nothing. Requests end with their context
// alone: how long an inference may take is the caller's to say.
func New(options Options) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // the standard library's own
	transport.MaxIdleConnsPerHost = options.Concurrency + 1      // one for the health probe
	return &Client{
		base: options.Endpoint, health: options.HealthPath, key: options.Key,
		http: &http.Client{
			Transport: otelhttp.NewTransport(transport, otelhttp.WithFilter(isCompletion)),
			// A redirect is no answer of the API, and would take the key along.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// isCompletion keeps health probes out of the traces.
func isCompletion(r *http.Request) bool { return r.Method == http.MethodPost }

// Response is a server's answer.
type Response struct {
	// Body is the answer as it came.
	Body  json.RawMessage
	Usage Usage
}

// Usage counts tokens.
type Usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
}

// Complete asks for a completion.
func (c *Client) Complete(ctx context.Context, path string, request []byte) (Response, *Error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath(path).String(), bytes.NewReader(request))
	if err != nil {
		return Response{}, &Error{Class: Unreachable, err: err}
	}
	r.Header.Set("Content-Type", "application/json")
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	response, err := c.http.Do(r)
	if err != nil {
		return Response{}, transportError(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxResponse+1))
	if err != nil {
		return Response{}, transportError(ctx, err)
	}
	if response.StatusCode != http.StatusOK {
		return Response{}, statusError(response.StatusCode, body)
	}
	return parse(body)
}

// unfinished are the reasons with which vLLM ends an answer that is not one,
// as when it is stopped with requests in flight. The status is 200 all the
// same.
var unfinished = []string{"abort", "error"}

func parse(body []byte) (Response, *Error) {
	if len(body) > maxResponse {
		return Response{}, &Error{Class: Malformed, Status: http.StatusOK, Message: fmt.Sprintf("the answer has more than %d bytes", maxResponse)}
	}
	var answer struct {
		Choices []struct {
			FinishReason string `json:"finish_reason"`
		} `json:"choices"`
		Usage Usage `json:"usage"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return Response{}, &Error{Class: Malformed, Status: http.StatusOK, Message: "the answer is not the API's JSON", err: err}
	}
	if len(answer.Choices) == 0 {
		return Response{}, &Error{Class: Malformed, Status: http.StatusOK, Message: "the answer has no choices"}
	}
	for _, choice := range answer.Choices {
		if slices.Contains(unfinished, choice.FinishReason) {
			return Response{}, &Error{Class: Aborted, Status: http.StatusOK, Message: "the server ended the answer before it was finished: finish_reason is " + choice.FinishReason}
		}
	}
	return Response{Body: body, Usage: answer.Usage}, nil
}

// Healthy asks the server's health endpoint. The error says why it cannot work.
func (c *Client) Healthy(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base.JoinPath(c.health).String(), http.NoBody)
	if err != nil {
		return err
	}
	response, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	// Read, so that the connection is used again.
	_, _ = io.CopyN(io.Discard, response.Body, 1<<10)
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", strings.TrimPrefix(c.health, "/"), response.Status)
	}
	return nil
}
