package awsfront

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// Errors of a service account token, to be told apart with errors.Is.
var (
	errTokenMalformed = errors.New("the token is not a valid JWT")
	errTokenKey       = errors.New("the token is not signed with a key of its issuer")
	errTokenExpired   = errors.New("the token has expired")
	errTokenNotYet    = errors.New("the token is not valid yet")
	errIssuerSilent   = errors.New("the keys of the issuer cannot be fetched")
)

// tokenAlgorithms are those in which an API server signs tokens.
var tokenAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256}

// tokenClaims are the claims of a service account token.
type tokenClaims struct {
	jwt.Claims
	Kubernetes struct {
		Namespace string `json:"namespace"`
		Pod       struct {
			Name string `json:"name"`
			UID  string `json:"uid"`
		} `json:"pod"`
		ServiceAccount struct {
			Name string `json:"name"`
		} `json:"serviceaccount"`
	} `json:"kubernetes.io"`
}

// tokenVerifier verifies tokens against the API server's key set, which it
// keeps, and fetches again for a key that it does not know.
type tokenVerifier struct {
	fetch func(context.Context) ([]byte, error)

	mu   sync.Mutex
	keys jose.JSONWebKeySet
}

// peek returns the claims of a token without verifying anything: the issuer
// has to be known before its keys can be.
func peek(token string) (tokenClaims, *jwt.JSONWebToken, error) {
	var claims tokenClaims
	parsed, err := jwt.ParseSigned(token, tokenAlgorithms)
	if err != nil || len(parsed.Headers) != 1 {
		return claims, nil, errTokenMalformed
	}
	if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		return claims, nil, errTokenMalformed
	}
	return claims, parsed, nil
}

// verify checks signature, issuer and times, and returns the claims. Whether
// the audience is right is the caller's to say.
func (v *tokenVerifier) verify(ctx context.Context, token, issuer string) (tokenClaims, error) {
	claims, parsed, err := peek(token)
	if err != nil {
		return claims, err
	}
	key, err := v.key(ctx, parsed.Headers[0].KeyID)
	if err != nil {
		return claims, err
	}
	claims = tokenClaims{}
	if err := parsed.Claims(key, &claims); err != nil {
		return claims, errTokenKey
	}
	if claims.Issuer != issuer {
		return claims, fmt.Errorf("%w: it was issued by %q", errTokenKey, claims.Issuer)
	}
	now := time.Now()
	if claims.Expiry == nil || !now.Before(claims.Expiry.Time()) {
		return claims, errTokenExpired
	}
	if claims.NotBefore != nil && now.Add(clockSkew).Before(claims.NotBefore.Time()) {
		return claims, errTokenNotYet
	}
	return claims, nil
}

func (v *tokenVerifier) key(ctx context.Context, id string) (any, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if found := v.keys.Key(id); len(found) > 0 {
		return found[0].Key, nil
	}
	text, err := v.fetch(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errIssuerSilent, err)
	}
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal(text, &keys); err != nil {
		return nil, fmt.Errorf("%w: the key set is malformed", errIssuerSilent)
	}
	v.keys = keys
	if found := keys.Key(id); len(found) > 0 {
		return found[0].Key, nil
	}
	return nil, errTokenKey
}

// serviceAccount takes system:serviceaccount:NAMESPACE:NAME apart.
func (c tokenClaims) serviceAccount() (namespace, name string, ok bool) {
	rest, found := strings.CutPrefix(c.Subject, "system:serviceaccount:")
	if !found {
		return "", "", false
	}
	namespace, name, ok = strings.Cut(rest, ":")
	return namespace, name, ok && namespace != "" && name != ""
}
