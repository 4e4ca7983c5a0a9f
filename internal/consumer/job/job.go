package job

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
)

// Paths of the OpenAI API.
const (
	ChatCompletions = "/v1/chat/completions"
	Completions     = "/v1/completions"
)

// Job is one inference that a message asks for.
type Job struct {
	// ID is the same whenever the message, or a copy that its author sent, is
	// processed again: results are told apart by it.
	ID string
	// Path is that of the API's operation.
	Path string
	// Request is the body for it.
	Request json.RawMessage
}

// plain are the IDs that can be a file's name and an SQS deduplication ID as
// they are.
var plain = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)

// Key is the ID as a name that an S3 key and an SQS deduplication ID may hold:
// the ID itself, or a checksum of an ID with other characters or of more than
// 128.
func (j Job) Key() string {
	if plain.MatchString(j.ID) {
		return j.ID
	}
	sum := sha256.Sum256([]byte(j.ID))
	return "sha256-" + hex.EncodeToString(sum[:])
}
