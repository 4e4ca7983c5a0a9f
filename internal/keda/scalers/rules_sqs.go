package scalers

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

var sqsRules = []rule{wellFormed("queueURL", queueURL), queueRegion}

// queueURL follows parseAwsSqsQueueMetadata (pkg/scalers/aws_sqs_queue_scaler.go:104):
// what is no URL is a queue's name.
func queueURL(value string) error {
	parsed, err := url.ParseRequestURI(value)
	if err != nil {
		return nil
	}
	if parts := strings.Split(parsed.Path, "/"); len(parts) != 3 || parts[2] == "" {
		return errors.New("a queue's URL ends in /<account>/<queue>, such as https://sqs.us-west-2.amazonaws.com/123456789012/orders; a plain queue name is accepted too")
	}
	return nil
}

// regionInHost finds the Region in the forms of SQS endpoints: regional, FIPS,
// dual-stack, VPC endpoint and the legacy <region>.queue.
var regionInHost = regexp.MustCompile(`^(?:[\w-]+\.)*sqs(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)$|^([a-z0-9-]+)\.queue\.amazonaws\.com$`)

// queueRegion reports a queue's URL that names another Region than awsRegion,
// to which KEDA sends its requests.
func queueRegion(c *check) {
	queue, region := c.get("queueURL"), c.get("awsRegion")
	if queue.presence != known || region.presence != known || c.get("awsEndpoint").possible() {
		return
	}
	parsed, err := url.Parse(queue.value)
	if err != nil {
		return
	}
	match := regionInHost.FindStringSubmatch(parsed.Hostname())
	if match == nil {
		return
	}
	if inURL := match[1] + match[2]; inURL != region.value {
		c.inKey("awsRegion", "awsRegion does not match queueURL",
			"awsRegion is %q but queueURL names the Region %q. %s", region.value, inURL,
			fmt.Sprintf("KEDA asks SQS in awsRegion, where the queue does not exist. Set awsRegion to %q.", inURL))
	}
}
