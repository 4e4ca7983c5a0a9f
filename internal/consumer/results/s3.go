package results

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// errPreconditionFailed is S3's code for an object that exists already.
const errPreconditionFailed = "PreconditionFailed"

// PutObject is what a sink needs of S3. *s3.Client has it.
type PutObject interface {
	PutObject(context.Context, *s3.PutObjectInput, ...func(*s3.Options)) (*s3.PutObjectOutput, error)
}

type s3Sink struct {
	api         PutObject
	destination Destination
}

// NewS3 makes a sink that writes each result into an object PREFIX/KEY.json, and
// never over one that is there: of the results of a repeated message the first
// one counts.
func NewS3(api PutObject, destination Destination) Sink { return s3Sink{api, destination} }

func (s s3Sink) Write(ctx context.Context, r Result) (bool, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return false, fmt.Errorf("the result of %s is not JSON: %w", r.ID, err)
	}
	key := s.destination.Prefix + r.Key + ".json"
	_, err = s.api.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.destination.Bucket, Key: &key, Body: bytes.NewReader(body),
		ContentType: aws.String("application/json"), IfNoneMatch: aws.String("*"),
	})
	var failure smithy.APIError
	if errors.As(err, &failure) && failure.ErrorCode() == errPreconditionFailed {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("writing s3://%s/%s: %w", s.destination.Bucket, key, err)
	}
	return false, nil
}
