// Package job turns the body of a queue's message into a request to a server
// with the OpenAI API. Two formats are known:
//
//   - a prompt: {"id": "42", "prompt": "What is a queue?", "parameters":
//     {"max_tokens": 100}}. Only prompt is required. The parameters are those of
//     the chat completions API and are passed on as they are;
//   - a request body of the OpenAI API as it is: one with messages goes to
//     /v1/chat/completions, one with model and prompt to /v1/completions.
//
// Everything else is an [Invalid] that says why.
package job
