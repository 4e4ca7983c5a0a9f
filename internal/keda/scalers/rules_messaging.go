package scalers

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

var messagingRules = map[string][]rule{
	"activemq": {
		only(without("restAPITemplate"), required("when restAPITemplate is not set", "managementEndpoint", "destinationName", "brokerName")),
		wellFormed("restAPITemplate", activemqTemplate),
	},
	"artemis-queue": {
		only(without("restApiTemplate"), required("when restApiTemplate is not set", "managementEndpoint", "queueName", "brokerName", "brokerAddress")),
		wellFormed("restApiTemplate", artemisTemplate),
	},
	"ibmmq":          {wellFormed("host", absoluteURL)},
	"nats-jetstream": {atLeastOne("account", "accountID")},
	"nsq":            {atLeast(0, "activationDepthThreshold")},
	"pulsar":         {aboveZero("msgBacklogThreshold")},
	"solace-direct-messaging": {
		wellFormed("solaceSempBaseURL", webAddresses), wellFormed("clientNamePattern", noWildcard),
		atLeast(1, "queuedMessagesFactor"), atMost(100, "queuedMessagesFactor"),
	},
	"temporal": {
		atLeast(0, "activationTargetQueueSize", "minConnectTimeout"),
		together("workerDeploymentName", "workerDeploymentBuildId"),
		only(isFalse("includeRunningWorkflowCount"), unused("workflowTaskQueueForCount", "includeRunningWorkflowCount is not true")),
		only(isTrue("includeRunningWorkflowCount"), temporalNames...),
	},
	"rabbitmq": rabbitRules,
}

// activemqTemplate follows activeMQMetadata.Validate (pkg/scalers/activemq_scaler.go:49).
func activemqTemplate(value string) error {
	malformed := errors.New("it must be a URL such as http://host:8161/api/jolokia/read/org.apache.activemq:type=Broker,brokerName=localhost,destinationType=Queue,destinationName=orders/QueueSize")
	parsed, err := url.ParseRequestURI(value)
	if err != nil {
		return malformed
	}
	_, properties, found := strings.Cut(parsed.Path, ":")
	if !found {
		return malformed
	}
	properties, _, _ = strings.Cut(properties, "/")
	values, err := url.ParseQuery(strings.ReplaceAll(properties, ",", "&"))
	if err != nil || values.Get("destinationName") == "" || values.Get("brokerName") == "" {
		return malformed
	}
	return nil
}

// artemisTemplate follows getAPIParameters (pkg/scalers/artemis_scaler.go:134),
// which panics where it finds no colon or one of the properties is missing.
func artemisTemplate(value string) error {
	malformed := errors.New(`it must be a URL such as http://host:8161/console/jolokia/read/org.apache.activemq.artemis:broker="b",component=addresses,address="a",subcomponent=queues,routing-type="anycast",queue="q"/MessageCount`)
	parsed, err := url.ParseRequestURI(value)
	if err != nil {
		return malformed
	}
	// Quotes have to be escaped in a path, so that the raw one is set.
	_, properties, found := strings.Cut(parsed.RawPath, ":")
	if !found {
		return malformed
	}
	properties, _, _ = strings.Cut(properties, "/")
	values, err := url.ParseQuery(strings.NewReplacer(",", "&", `""`, "").Replace(properties))
	if err != nil {
		return malformed
	}
	for _, property := range []string{"address", "queue", "broker"} {
		if values.Get(property) == "" {
			return malformed
		}
	}
	return nil
}

// webAddress is the form that KEDA searches for (pkg/scalers/solace_dm_scaler.go:36).
var webAddress = regexp.MustCompile(`https?://[-_.A-Za-z0-9]{2,255}(:[0-9]{2,6})?`)

func webAddresses(value string) error {
	for address := range strings.SplitSeq(value, ",") {
		if !webAddress.MatchString(address) {
			return errors.New("it must list addresses separated by commas, such as http://broker:8080")
		}
	}
	return nil
}

func noWildcard(value string) error {
	if strings.Contains(value, "*") {
		return errors.New("it must not contain *; KEDA adds the wildcard itself")
	}
	return nil
}

// visibilityLiteral is what Temporal's visibility queries accept
// (pkg/scalers/temporal_scaler.go:39).
var visibilityLiteral = regexp.MustCompile(`^[a-zA-Z0-9\-_./:]+$`)

// temporalNames apply when KEDA puts the names into a visibility query.
var temporalNames = []rule{
	wellFormed("taskQueue", visibleName), wellFormed("workflowTaskQueueForCount", visibleName),
	wellFormed("workerDeploymentName", visibleName), wellFormed("workerDeploymentBuildId", visibleName),
}

func visibleName(value string) error {
	if !visibilityLiteral.MatchString(value) {
		return errors.New("it may contain only letters, digits and any of -_./: since includeRunningWorkflowCount is true")
	}
	return nil
}
