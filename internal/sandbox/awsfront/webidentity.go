package awsfront

import (
	"context"
	"encoding/xml"
	"errors"
	"slices"
	"strings"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox/iampolicy"
)

type xmlAssumeRoleWithWebIdentity struct {
	XMLName   xml.Name `xml:"AssumeRoleWithWebIdentityResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Result    struct {
		Credentials                 xmlCredentials
		SubjectFromWebIdentityToken string
		AssumedRoleUser             xmlAssumedRoleUser
		Provider                    string
		Audience                    string
	} `xml:"AssumeRoleWithWebIdentityResult"`
	xmlMetadata
}

// errWebIdentityDenied is all that AWS tells about a role that does not exist
// or does not trust the token.
var errWebIdentityDenied = forbidden("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")

// assumeRoleWithWebIdentity is the call of IAM roles for service accounts. It
// is not signed: the token is the proof.
func (f *Front) assumeRoleWithWebIdentity(call stsCall) (any, error) {
	ctx := call.request.Context()
	s, err := parseSessionRequest(call.form)
	if err != nil {
		return nil, err
	}
	claims, provider, err := f.verifyWebIdentity(ctx, call.form.Get("WebIdentityToken"))
	if err != nil {
		return nil, err
	}
	role, err := f.moto.role(ctx, s.roleARN)
	if err != nil {
		return nil, err
	}
	if role == nil {
		return nil, errWebIdentityDenied
	}
	issuer := strings.TrimPrefix(claims.Issuer, "https://")
	decision := f.trusts(role, iampolicy.Request{
		Principals: []iampolicy.Principal{{Kind: iampolicy.Federated, Value: provider}},
		Action:     "sts:AssumeRoleWithWebIdentity",
		Resource:   s.roleARN,
		Context: iampolicy.Context{
			issuer + ":sub":         {claims.Subject},
			issuer + ":aud":         claims.Audience,
			"sts:RoleSessionName":   {s.sessionName},
			"aws:FederatedProvider": {provider},
		},
	})
	if decision != iampolicy.Allow {
		return nil, errWebIdentityDenied
	}
	if err := s.checkDuration(role); err != nil {
		return nil, err
	}
	credentials, session, err := f.issue(ctx, role, s)
	if err != nil {
		return nil, err
	}
	response := xmlAssumeRoleWithWebIdentity{Namespace: stsNamespace, xmlMetadata: metadata()}
	response.Result.Credentials = newXMLCredentials(credentials)
	response.Result.SubjectFromWebIdentityToken = claims.Subject
	response.Result.AssumedRoleUser = xmlAssumedRoleUser{AssumedRoleID: session.UserID, Arn: session.ARN}
	response.Result.Provider, response.Result.Audience = provider, claims.Audience[0]
	return response, nil
}

// verifyWebIdentity verifies the token as STS does: a known provider, a good
// signature, the times, and an audience among the provider's client IDs. It
// returns the ARN of the provider.
func (f *Front) verifyWebIdentity(ctx context.Context, token string) (tokenClaims, string, error) {
	unverified, _, err := peek(token)
	if err != nil {
		return unverified, "", tokenError(err, unverified)
	}
	provider := "arn:aws:iam::" + f.config.AccountID + ":oidc-provider/" + strings.TrimPrefix(unverified.Issuer, "https://")
	clients, exists, err := f.moto.oidcProviderClients(ctx, provider)
	if err != nil {
		return unverified, "", err
	}
	if !exists || !strings.HasPrefix(unverified.Issuer, "https://") {
		return unverified, "", badRequest("InvalidIdentityToken", "No OpenIDConnect provider found in your account for %s", unverified.Issuer)
	}
	f.mu.Lock()
	issuer := f.cluster.Issuer
	f.mu.Unlock()
	claims, err := f.tokens.verify(ctx, token, issuer)
	if err != nil {
		return claims, "", tokenError(err, unverified)
	}
	if !slices.ContainsFunc(claims.Audience, func(audience string) bool { return slices.Contains(clients, audience) }) {
		return claims, "", badRequest("InvalidIdentityToken", "Incorrect token audience")
	}
	return claims, provider, nil
}

// tokenError gives the STS error for a token that was not accepted.
func tokenError(err error, claims tokenClaims) error {
	switch {
	case errors.Is(err, errTokenExpired):
		expiry := int64(0)
		if claims.Expiry != nil {
			expiry = claims.Expiry.Time().Unix()
		}
		return badRequest("ExpiredTokenException", "Token expired: the current date/time must be before the expiration date/time %d", expiry)
	case errors.Is(err, errTokenMalformed):
		return badRequest("InvalidIdentityToken", "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
	case errors.Is(err, errIssuerSilent):
		return badRequest("IDPCommunicationError", "Couldn't retrieve verification key from your identity provider: %s", err)
	default:
		return badRequest("InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements (%s)", err)
	}
}
