package awsfront

import (
	"crypto/rand"
	"encoding/xml"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// stsCall is one STS request.
type stsCall struct {
	request *http.Request
	form    url.Values
	body    []byte
}

// stsActions are the actions of STS that the front answers; moto has the rest.
var stsActions = map[string]func(*Front, stsCall) (any, error){
	"GetCallerIdentity":         (*Front).getCallerIdentity,
	"AssumeRole":                (*Front).assumeRole,
	"AssumeRoleWithWebIdentity": (*Front).assumeRoleWithWebIdentity,
}

func (f *Front) serveSTS(w http.ResponseWriter, r *http.Request) {
	form, body, err := readForm(r)
	if err != nil {
		f.writeSTSError(w, badRequest("MalformedInput", "%s", err))
		return
	}
	action := stsActions[form.Get("Action")]
	if action == nil {
		f.proxy.ServeHTTP(w, r)
		return
	}
	result, err := action(f, stsCall{request: r, form: form, body: body})
	if err != nil {
		f.writeSTSError(w, err)
		return
	}
	f.writeXML(w, http.StatusOK, result)
}

func (f *Front) writeSTSError(w http.ResponseWriter, err error) {
	api := asAPIError(err)
	f.log.Info("STS refused a request", "code", api.code, "reason", api.message)
	kind := "Sender"
	if api.status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	f.writeXML(w, api.status, xmlError{
		Namespace: stsNamespace, RequestID: newRequestID(),
		Error: xmlErrorBody{Type: kind, Code: api.code, Message: api.message},
	})
}

func (f *Front) writeXML(w http.ResponseWriter, status int, value any) {
	text, err := xml.Marshal(value)
	if err != nil {
		f.log.Error("writing a response", "error", err)
		status, text = http.StatusInternalServerError, nil
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func newRequestID() string { return rand.Text() }

type xmlErrorBody struct {
	Type, Code, Message string
}

type xmlError struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr,omitempty"`
	Error     xmlErrorBody
	RequestID string `xml:"RequestId"`
}

type xmlMetadata struct {
	RequestID string `xml:"ResponseMetadata>RequestId"`
}

func metadata() xmlMetadata { return xmlMetadata{RequestID: newRequestID()} }

type xmlCredentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      time.Time
}

func newXMLCredentials(c aws.Credentials) xmlCredentials {
	return xmlCredentials{
		AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey,
		SessionToken: c.SessionToken, Expiration: c.Expires.UTC().Truncate(time.Second),
	}
}

type xmlAssumedRoleUser struct {
	AssumedRoleID string `xml:"AssumedRoleId"`
	Arn           string
}

type xmlCallerIdentity struct {
	XMLName   xml.Name `xml:"GetCallerIdentityResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Result    struct {
		Arn     string
		UserID  string `xml:"UserId"`
		Account string
	} `xml:"GetCallerIdentityResult"`
	xmlMetadata
}

// getCallerIdentity answers signed and presigned requests. It needs no
// permission, as in AWS.
func (f *Front) getCallerIdentity(call stsCall) (any, error) {
	caller, err := f.authenticate(call.request, call.body, "sts")
	if err != nil {
		return nil, queryCodes.toAPI(err)
	}
	response := xmlCallerIdentity{Namespace: stsNamespace, xmlMetadata: metadata()}
	response.Result.Arn, response.Result.UserID, response.Result.Account = caller.ARN, caller.UserID, caller.Account
	return response, nil
}
