package awsfront

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Errors of a signature that is not accepted, to be told apart with errors.Is.
var (
	ErrUnsigned          = errors.New("the request is not signed")
	ErrIncomplete        = errors.New("the signature is incomplete")
	ErrUnknownKey        = errors.New("the access key is not known")
	ErrSessionExpired    = errors.New("the security token included in the request is expired")
	ErrSignatureTime     = errors.New("the time of the signature is not within the accepted window")
	ErrSignatureMismatch = errors.New("the signature does not match")
)

// AWS accepts a signature for 15 minutes after, and up to 5 minutes before, the
// time that it names. STS and EKS do not look at X-Amz-Expires.
const (
	signatureLifetime = 15 * time.Minute
	clockSkew         = 5 * time.Minute
)

const (
	sigV4Algorithm = "AWS4-HMAC-SHA256"
	sigV4Time      = "20060102T150405Z"
)

// KeyFunc returns the credentials of an access key ID, or ErrUnknownKey or
// ErrSessionExpired.
type KeyFunc func(ctx context.Context, accessKeyID string) (aws.Credentials, error)

// Signature is what a SigV4 signature says about a request.
type Signature struct {
	AccessKeyID, Region, Service string
	Time                         time.Time
	// SignedHeaders are the names of the signed headers, in lower case.
	SignedHeaders []string
	Presigned     bool

	value string
	token string
}

// ParseSignature reads the SigV4 signature of a request from its Authorization
// header or its query, without verifying it.
func ParseSignature(r *http.Request) (Signature, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		return parseAuthorization(header, r.Header.Get("X-Amz-Date"), r.Header.Get("X-Amz-Security-Token"))
	}
	query := r.URL.Query()
	if !query.Has("X-Amz-Signature") {
		return Signature{}, ErrUnsigned
	}
	if query.Get("X-Amz-Algorithm") != sigV4Algorithm {
		return Signature{}, fmt.Errorf("%w: X-Amz-Algorithm must be %s", ErrIncomplete, sigV4Algorithm)
	}
	s, err := newSignature(query.Get("X-Amz-Credential"), query.Get("X-Amz-SignedHeaders"), query.Get("X-Amz-Date"))
	s.Presigned, s.value, s.token = true, query.Get("X-Amz-Signature"), query.Get("X-Amz-Security-Token")
	return s, err
}

func parseAuthorization(header, date, token string) (Signature, error) {
	parameters, found := strings.CutPrefix(header, sigV4Algorithm+" ")
	if !found {
		return Signature{}, fmt.Errorf("%w: the Authorization header must use %s", ErrIncomplete, sigV4Algorithm)
	}
	values := map[string]string{}
	for parameter := range strings.SplitSeq(parameters, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		values[name] = value
	}
	s, err := newSignature(values["Credential"], values["SignedHeaders"], date)
	s.value, s.token = values["Signature"], token
	return s, err
}

// newSignature takes the credential scope apart:
// key/20060102/region/service/aws4_request.
func newSignature(credential, signedHeaders, date string) (Signature, error) {
	scope := strings.Split(credential, "/")
	if len(scope) != 5 || scope[4] != "aws4_request" {
		return Signature{}, fmt.Errorf("%w: the credential is not of the form key/date/region/service/aws4_request", ErrIncomplete)
	}
	at, err := time.Parse(sigV4Time, date)
	if err != nil {
		return Signature{}, fmt.Errorf("%w: X-Amz-Date is missing or not of the form %s", ErrIncomplete, sigV4Time)
	}
	if !strings.HasPrefix(date, scope[1]) {
		return Signature{}, fmt.Errorf("%w: the date in the credential differs from X-Amz-Date", ErrIncomplete)
	}
	headers := strings.Split(strings.ToLower(signedHeaders), ";")
	if !slices.Contains(headers, "host") {
		return Signature{}, fmt.Errorf("%w: the host header must be signed", ErrIncomplete)
	}
	return Signature{
		AccessKeyID: scope[0], Region: scope[2], Service: scope[3],
		Time: at, SignedHeaders: headers,
	}, nil
}

// VerifySignature checks a request's SigV4 signature against the caller's
// secret. The body is given as it was received, before any rewriting. The
// request must carry the Host to which it was sent.
func VerifySignature(r *http.Request, body []byte, keys KeyFunc, now time.Time) (Signature, error) {
	s, err := ParseSignature(r)
	if err != nil {
		return s, err
	}
	if age := now.Sub(s.Time); age > signatureLifetime || age < -clockSkew {
		return s, fmt.Errorf("%w: signed at %s, now is %s", ErrSignatureTime, s.Time.Format(sigV4Time), now.UTC().Format(sigV4Time))
	}
	credentials, err := keys(r.Context(), s.AccessKeyID)
	if err != nil {
		return s, err
	}
	if subtle.ConstantTimeCompare([]byte(s.token), []byte(credentials.SessionToken)) != 1 {
		return s, fmt.Errorf("%w: the session token does not belong to it", ErrUnknownKey)
	}
	expected, err := s.recompute(r, body, credentials)
	if err != nil {
		return s, err
	}
	if subtle.ConstantTimeCompare([]byte(expected), []byte(s.value)) != 1 {
		return s, ErrSignatureMismatch
	}
	return s, nil
}

// recompute signs a copy of the request that holds only what the client
// signed, with the client's time, and returns the signature.
func (s Signature) recompute(r *http.Request, body []byte, credentials aws.Credentials) (string, error) {
	sum := sha256.Sum256(body)
	payload := hex.EncodeToString(sum[:])
	if declared := r.Header.Get("X-Amz-Content-Sha256"); declared != "" && declared != payload {
		return "", fmt.Errorf("%w: X-Amz-Content-Sha256 is not the checksum of the body", ErrSignatureMismatch)
	}
	signed := &http.Request{
		Method: r.Method, Host: r.Host, Header: http.Header{},
		URL: &url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery},
	}
	for _, name := range s.SignedHeaders {
		switch name {
		case "host", "x-amz-date", "x-amz-security-token":
			// The signer adds these by itself.
		case "content-length":
			length, err := strconv.ParseInt(r.Header.Get("Content-Length"), 10, 64)
			if err != nil {
				length = r.ContentLength
			}
			signed.ContentLength = length
		default:
			signed.Header[textproto.CanonicalMIMEHeaderKey(name)] = r.Header.Values(name)
		}
	}
	if s.Presigned {
		return s.presign(signed, payload, credentials)
	}
	if err := v4.NewSigner().SignHTTP(r.Context(), credentials, signed, payload, s.Service, s.Region, s.Time); err != nil {
		return "", fmt.Errorf("computing the signature: %w", err)
	}
	again, err := parseAuthorization(signed.Header.Get("Authorization"), s.Time.Format(sigV4Time), "")
	return again.value, err
}

func (s Signature) presign(signed *http.Request, payload string, credentials aws.Credentials) (string, error) {
	query := signed.URL.Query()
	query.Del("X-Amz-Signature")
	signed.URL.RawQuery = query.Encode()
	uri, _, err := v4.NewSigner().PresignHTTP(context.Background(), credentials, signed, payload, s.Service, s.Region, s.Time,
		func(o *v4.SignerOptions) { o.DisableHeaderHoisting = true })
	if err != nil {
		return "", fmt.Errorf("computing the signature: %w", err)
	}
	presigned, err := url.Parse(uri)
	if err != nil {
		return "", fmt.Errorf("computing the signature: %w", err)
	}
	return presigned.Query().Get("X-Amz-Signature"), nil
}
