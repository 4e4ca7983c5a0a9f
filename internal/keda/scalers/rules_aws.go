package scalers

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

var awsRules = map[string][]rule{
	"aws-cloudwatch":       slices.Concat([]rule{awsIdentity}, cloudwatchRules),
	"aws-dynamodb":         {awsIdentity, wellFormed("expressionAttributeNames", attributeNames), wellFormed("expressionAttributeValues", attributeValues)},
	"aws-dynamodb-streams": {awsIdentity},
	"aws-kinesis-stream":   {awsIdentity},
	"aws-sqs-queue":        slices.Concat([]rule{awsIdentity}, sqsRules),
}

func awsIdentity(c *check) {
	awsIdentityOwner(c)
	c.signsIn(`KEDA fails with "awsAccessKeyID not found".`)
}

// signsIn applies GetAwsAuthorization (pkg/scalers/aws/aws_common.go:82) to a
// trigger without authenticationRef. The failure is what becomes of it.
func (c *check) signsIn(failure string) {
	owner := c.get("identityOwner")
	if c.trigger.Authentication || owner.presence == maybe || owner.set() && owner.value != "pod" {
		return
	}
	if !c.get("awsAccessKeyID").possible() {
		c.in(FieldAuthenticationRef, fmt.Sprintf("Scaler %s has no AWS identity", c.scaler.Type),
			"%s Set authenticationRef to a TriggerAuthentication with podIdentity.provider aws, "+
				"or set the metadata key identityOwner to operator to use the role of KEDA's operator.", failure)
		return
	}
	required("beside awsAccessKeyID", "awsSecretAccessKey")(c)
}

// awsIdentityOwner refuses what KEDA would silently take for operator.
func awsIdentityOwner(c *check) {
	oneOf("identityOwner", "pod", "operator")(c)
}

// attributeNames follows json2Map (pkg/scalers/aws_dynamodb_scaler.go:213).
func attributeNames(value string) error {
	var names map[string]string
	if err := jsonObjectOf(value, &names); err != nil {
		return err
	}
	if len(names) == 0 {
		return errors.New("it must name at least one attribute")
	}
	return nil
}

// attributeValueTypes are the type descriptors of DynamoDB.
var attributeValueTypes = []string{"S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"}

// attributeValues follows json2DynamoMap (pkg/scalers/aws_dynamodb_scaler.go:226).
func attributeValues(value string) error {
	var values map[string]map[string]json.RawMessage
	if err := jsonObjectOf(value, &values); err != nil {
		return errors.New(`it must be a JSON object of DynamoDB values, such as {":n": {"N": "1994"}}`)
	}
	for _, typed := range values {
		for descriptor, content := range typed {
			if !slices.Contains(attributeValueTypes, descriptor) {
				return fmt.Errorf("%s is none of DynamoDB's types %v", descriptor, attributeValueTypes)
			}
			if (descriptor == "N" || descriptor == "S") && (len(content) == 0 || content[0] != '"') {
				return fmt.Errorf(`DynamoDB takes the content of type %s as a JSON string, such as {%q: "1994"}`, descriptor, descriptor)
			}
		}
	}
	return nil
}
