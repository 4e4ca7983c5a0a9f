package awsfront

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// readable are the services whose clients understand moto's refusals as they
// are, because they wrap errors in the same way or answer in XML by themselves.
var readable = []string{"ec2", "s3", "s3control", "cloudfront", "route53"}

// jsonCodes are the names that JSON services have for the query protocol's
// codes of authentication and authorization.
var jsonCodes = map[string]string{
	"AccessDenied":          "AccessDeniedException",
	"InvalidClientTokenId":  restCodes.unknownKey,
	"SignatureDoesNotMatch": restCodes.mismatch,
}

// translateRefusal puts moto's refusals by IAM into the form of the service's
// protocol. moto writes them all as EC2 would; clients of other services then
// report that the body cannot be decoded, or an unknown error, and not that
// access was denied.
func translateRefusal(response *http.Response) error {
	request := response.Request
	if response.StatusCode != http.StatusForbidden || request.Header.Get("Smithy-Protocol") == "rpc-v2-cbor" {
		return nil
	}
	signature, err := ParseSignature(request)
	if err != nil || slices.Contains(readable, signature.Service) {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil {
		return fmt.Errorf("reading the emulator's refusal: %w", err)
	}
	_ = response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	var refusal struct {
		Code    string `xml:"Errors>Error>Code"`
		Message string `xml:"Errors>Error>Message"`
	}
	if xml.Unmarshal(body, &refusal) != nil || jsonCodes[refusal.Code] == "" {
		return nil
	}
	var text []byte
	if strings.HasPrefix(request.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		text, err = refusalXML(response, refusal.Code, refusal.Message)
	} else {
		text, err = refusalJSON(response, signature.Service, refusal.Code, refusal.Message)
	}
	if err != nil {
		return fmt.Errorf("writing a refusal: %w", err)
	}
	response.Header.Set("Content-Length", strconv.Itoa(len(text)))
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	return nil
}

func refusalXML(response *http.Response, code, message string) ([]byte, error) {
	response.Header.Set("Content-Type", "text/xml")
	return xml.Marshal(xmlError{
		RequestID: newRequestID(), Error: xmlErrorBody{Type: "Sender", Code: code, Message: message},
	})
}

func refusalJSON(response *http.Response, service, code, message string) ([]byte, error) {
	if service == "sqs" {
		// SQS tells the code of its former protocol, which SDKs then report.
		response.Header.Set("X-Amzn-Query-Error", code+";Sender")
	}
	response.Header.Set("X-Amzn-Errortype", jsonCodes[code])
	response.Header.Set("Content-Type", "application/x-amz-json-1.0")
	return json.Marshal(map[string]string{
		"__type": "com.amazon.coral.service#" + jsonCodes[code], "message": message,
	})
}
