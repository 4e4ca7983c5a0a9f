package awsfront

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Caller is who signed a request.
type Caller struct {
	// ARN of the user or, for a role, of the assumed-role session.
	ARN string
	// UserID is the unique ID of the user, or of the role followed by
	// :session-name.
	UserID  string
	Account string

	userName string
	roleARN  string
	roleName string
}

// key is an access key with its owner: a user's name, or a role's session.
type key struct {
	credentials aws.Credentials
	userName    string
	session     Caller
}

// keyring knows the secrets of every key that this AWS has given out: the
// administrator's, those seen in CreateAccessKey responses, and those of role
// sessions, all of which the front makes. Everything else about a user is
// asked of moto, at each use.
type keyring struct {
	moto *moto

	mu   sync.Mutex
	keys map[string]key
}

func newKeyring(admin aws.Credentials, m *moto) *keyring {
	k := &keyring{moto: m, keys: map[string]key{}}
	k.keys[admin.AccessKeyID] = key{credentials: admin, userName: AdministratorName}
	return k
}

func (k *keyring) get(id string) (key, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, ok := k.keys[id]
	return found, ok
}

// addSession remembers a role session and forgets those that have expired.
func (k *keyring) addSession(credentials aws.Credentials, session Caller) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, old := range k.keys {
		// An expired key stays for a while, so that its use can be told from
		// the use of an unknown one.
		if old.credentials.CanExpire && time.Since(old.credentials.Expires) > time.Hour {
			delete(k.keys, id)
		}
	}
	k.keys[credentials.AccessKeyID] = key{credentials: credentials, session: session}
}

// learn reads the key out of a CreateAccessKey response and leaves the
// response as it was.
func (k *keyring) learn(response *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return fmt.Errorf("reading the emulator's response to CreateAccessKey: %w", err)
	}
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	var made struct {
		UserName        string `xml:"CreateAccessKeyResult>AccessKey>UserName"`
		AccessKeyID     string `xml:"CreateAccessKeyResult>AccessKey>AccessKeyId"`
		SecretAccessKey string `xml:"CreateAccessKeyResult>AccessKey>SecretAccessKey"`
	}
	if err := xml.Unmarshal(body, &made); err != nil || made.AccessKeyID == "" {
		return fmt.Errorf("the emulator's response to CreateAccessKey has no key in it")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[made.AccessKeyID] = key{
		credentials: aws.Credentials{AccessKeyID: made.AccessKeyID, SecretAccessKey: made.SecretAccessKey},
		userName:    made.UserName,
	}
	return nil
}

// credentials is the KeyFunc of this AWS. A user's key counts only while IAM
// lists it as active.
func (k *keyring) credentials(ctx context.Context, id string) (aws.Credentials, error) {
	found, ok := k.get(id)
	if !ok {
		return aws.Credentials{}, ErrUnknownKey
	}
	if found.credentials.CanExpire && time.Now().After(found.credentials.Expires) {
		return aws.Credentials{}, ErrSessionExpired
	}
	if found.userName == "" {
		return found.credentials, nil
	}
	active, err := k.moto.keyActive(ctx, found.userName, id)
	if err != nil {
		return aws.Credentials{}, err
	}
	if !active {
		return aws.Credentials{}, ErrUnknownKey
	}
	return found.credentials, nil
}

// caller tells whose key it is. The key must be one that credentials accepts.
func (k *keyring) caller(ctx context.Context, id string) (Caller, error) {
	found, ok := k.get(id)
	if !ok {
		return Caller{}, ErrUnknownKey
	}
	if found.userName == "" {
		return found.session, nil
	}
	return k.moto.user(ctx, found.userName)
}

// authenticate verifies a request's signature and tells who signed it.
func (f *Front) authenticate(r *http.Request, body []byte, service string) (Caller, error) {
	signature, err := VerifySignature(r, body, f.keys.credentials, time.Now())
	if err != nil {
		return Caller{}, err
	}
	if signature.Service != service {
		return Caller{}, fmt.Errorf("%w: the credential is scoped to the service %q, want %q", ErrSignatureMismatch, signature.Service, service)
	}
	return f.keys.caller(r.Context(), signature.AccessKeyID)
}
