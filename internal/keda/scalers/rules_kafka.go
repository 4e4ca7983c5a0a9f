package scalers

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var kafkaRules = map[string][]rule{
	"kafka": slices.Concat(kafkaCommon, []rule{
		atLeast(0, "activationLagThreshold"),
		wellFormed("partitionLimitation", partitions),
		wellFormed("version", kafkaVersion),
		notBothTrue("limitToPartitionsWithLag", "ensureEvenDistributionOfPartitions"),
		only(isTrue("ensureEvenDistributionOfPartitions"), required("because ensureEvenDistributionOfPartitions is true", "topic")),
		only(isFalse("fullMetadata"), required("because fullMetadata is false", "topic")),
		only(is("sasl", "plaintext", "scram_sha256", "scram_sha512"), required("for this kind of SASL", "username", "password")),
		only(is("sasl", "oauthbearer"), kafkaOAuth),
		only(is("sasl", "gssapi"), required("for sasl gssapi", "username", "realm", "kerberosConfig"), atLeastOne("password", "keytab", "ccacheName")),
	}),
	"apache-kafka": slices.Concat(kafkaCommon, []rule{
		atLeast(0, "activationLagThreshold"),
		only(is("sasl", "plaintext"), required("for sasl plaintext", "username", "password")),
		only(is("sasl", "aws_msk_iam"), required("for sasl aws_msk_iam", "awsRegion"), enabledTLS, awsIdentity),
	}),
}

// kafkaCommon holds the rules that kafkaMetadata.Validate (pkg/scalers/kafka_scaler.go:120)
// and apacheKafkaMetadata.Validate (pkg/scalers/apache_kafka_scaler.go:91) share.
var kafkaCommon = []rule{
	awsIdentityOwner,
	notBothTrue("allowIdleConsumers", "limitToPartitionsWithLag"),
	only(isTrue("limitToPartitionsWithLag"), required("because limitToPartitionsWithLag is true", "topic")),
}

// kafkaOAuth follows parseOAuthParams (pkg/scalers/kafka_scaler.go:249).
func kafkaOAuth(c *check) {
	provider := c.get("saslTokenProvider")
	switch {
	case provider.is("aws_msk_iam"):
		required("for saslTokenProvider aws_msk_iam", "awsRegion")(c)
		enabledTLS(c)
		awsIdentity(c)
	case provider.presence == absent || provider.is("bearer"):
		required("for sasl oauthbearer", "username", "password", "oauthTokenEndpointUri")(c)
	}
}

// enabledTLS demands TLS, which Amazon MSK needs for IAM.
func enabledTLS(c *check) {
	if tls := c.get("tls"); tls.presence == known && tls.value != "enable" {
		c.inMetadata("Amazon MSK with IAM needs TLS", "Set tls to enable.")
	}
}

// partitions follows parsePartitionLimitation (pkg/scalers/kafka_scaler.go:166).
func partitions(value string) error {
	for part := range strings.SplitSeq(value, ",") {
		bounds := strings.Split(part, "-")
		if len(bounds) > 2 {
			return errPartitions
		}
		for _, bound := range bounds {
			if _, err := strconv.ParseInt(strings.TrimSpace(bound), 10, 32); err != nil {
				return errPartitions
			}
		}
	}
	return nil
}

var errPartitions = errors.New("it must list partitions and ranges of partitions, such as 1,2,10-12")

// kafkaVersions follows sarama.ParseKafkaVersion: four numbers up to 0.x, then three.
var kafkaVersions = regexp.MustCompile(`^(0\.\d+\.\d+\.\d+|[1-9]\d*\.\d+\.\d+)$`)

func kafkaVersion(value string) error {
	if !kafkaVersions.MatchString(value) {
		return errors.New("it must be a Kafka version such as 3.6.0, or 0.11.0.2 for a version before 1.0.0")
	}
	return nil
}
