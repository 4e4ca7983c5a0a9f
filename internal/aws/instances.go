package aws

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/protocol/ec2query"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	"github.com/hashicorp/aws-sdk-go-base/v2/endpoints"
)

const (
	// ec2Version is the version of the EC2 API.
	ec2Version = "2016-11-15"
	// instancesBatch is how many values a filter takes (EC2 API reference, Filter).
	instancesBatch = 200
	// ec2Budget covers throttling and a moment's failure of EC2.
	ec2Budget = 30 * time.Second
	// ec2AnswerLimit bounds an answer: 200 instances with all their details take a
	// few MiB.
	ec2AnswerLimit = 64 << 20
)

// livingStates are those of an instance that costs or may cost again.
var livingStates = []string{"pending", "running", "shutting-down", "stopping", "stopped"}

// LivingInstances returns the state of each of the EC2 instances that is not
// terminated, by its ID, such as "running". It needs ec2:DescribeInstances.
//
// The request is made here, and not by the SDK's client for EC2: of its more than
// 700 operations the provider uses this one, and programs that use reflection, as
// this one does, contain all of them.
func (a *Account) LivingInstances(ctx context.Context, ids []string) (map[string]string, error) {
	living := map[string]string{}
	for batch := range slices.Chunk(ids, instancesBatch) {
		found, err := retry(ctx, ec2Budget, isPassing, func(ctx context.Context) (*describedInstances, error) {
			return a.describeInstances(ctx, batch)
		})
		if err != nil {
			return nil, about("EC2 instances", err)
		}
		for _, reservation := range found.Reservations {
			for _, instance := range reservation.Instances {
				living[instance.ID] = instance.State
			}
		}
	}
	return living, nil
}

// isPassing reports a failure that the SDK's clients would repeat.
func isPassing(err error) bool {
	switch Classify(err) {
	case Throttled, ServerError, Unreachable:
		return true
	}
	return false
}

// describedInstances is the answer of DescribeInstances, as far as it matters.
type describedInstances struct {
	Reservations []struct {
		Instances []struct {
			ID    string `xml:"instanceId"`
			State string `xml:"instanceState>name"`
		} `xml:"instancesSet>item"`
	} `xml:"reservationSet>item"`
}

func (a *Account) describeInstances(ctx context.Context, ids []string) (*describedInstances, error) {
	form := url.Values{"Action": {"DescribeInstances"}, "Version": {ec2Version}}
	for i, filter := range []struct {
		name   string
		values []string
	}{{"instance-id", ids}, {"instance-state-name", livingStates}} {
		form.Set(fmt.Sprintf("Filter.%d.Name", i+1), filter.name)
		for j, value := range filter.values {
			form.Set(fmt.Sprintf("Filter.%d.Value.%d", i+1, j+1), value)
		}
	}
	answer, err := a.askEC2(ctx, []byte(form.Encode()))
	if err != nil {
		return nil, err
	}
	described := &describedInstances{}
	if err := xml.Unmarshal(answer, described); err != nil {
		return nil, fmt.Errorf("reading the answer of EC2: %w", err)
	}
	return described, nil
}

// askEC2 sends one signed request of the EC2 query protocol.
func (a *Account) askEC2(ctx context.Context, body []byte) ([]byte, error) {
	config, err := a.Config(ctx)
	if err != nil {
		return nil, err
	}
	credentials, err := config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, fmt.Errorf("get credentials: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.ec2Endpoint(config), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	hash := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(hash[:]), "ec2", config.Region, time.Now()); err != nil {
		return nil, err
	}
	response, err := config.HTTPClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // the body has been read by then.
	answer, err := io.ReadAll(io.LimitReader(response.Body, ec2AnswerLimit))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, ec2Error(response, answer)
	}
	return answer, nil
}

// ec2Error is a refusal as the SDK's clients return it.
func ec2Error(response *http.Response, answer []byte) error {
	refusal, err := ec2query.GetErrorResponseComponents(bytes.NewReader(answer))
	if err != nil || refusal.Code == "" {
		refusal.Code, refusal.Message = "UnknownError", response.Status
		if response.StatusCode >= http.StatusInternalServerError {
			refusal.Code = "InternalError"
		}
	}
	return &smithy.GenericAPIError{Code: refusal.Code, Message: refusal.Message}
}

// ec2Endpoint is the base URL of EC2, found as the SDK's clients do.
func (a *Account) ec2Endpoint(config aws.Config) string {
	for _, configured := range []string{a.configuration.Endpoints.EC2, os.Getenv("AWS_ENDPOINT_URL_EC2"), aws.ToString(config.BaseEndpoint)} {
		if configured != "" {
			return configured
		}
	}
	suffix := "amazonaws.com"
	if partition, known := endpoints.PartitionForRegion(endpoints.DefaultPartitions(), config.Region); known {
		suffix = partition.DNSSuffix()
	}
	return fmt.Sprintf("https://ec2.%s.%s/", config.Region, suffix)
}
