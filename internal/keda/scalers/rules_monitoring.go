package scalers

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

var monitoringRules = map[string][]rule{
	"datadog": {
		atLeast(0, "age", "timeWindowOffset", "lastAvailablePointOffset"), wellFormed("query", datadogQuery),
		only(isTrue("useClusterAgentProxy"), required("when useClusterAgentProxy is true", "datadogMetricName", "datadogMetricNamespace", "datadogMetricsService", "datadogNamespace")),
		only(isFalse("useClusterAgentProxy"), required("when useClusterAgentProxy is not true", "query", "apiKey", "appKey")),
		datadogType,
	},
	"dynatrace": {
		exactlyOne("metricSelector", "query"),
		only(with("query"), unused("from", "query is set; put the time range into the query")),
	},
	"metrics-api": {wellFormed("url", absoluteURL)},
	"predictkube": {wellFormed("prometheusAddress", absoluteURL)},
	"prometheus":  {awsIdentityOwner, prometheusAddress},
	"solarwinds":  {wellFormed("host", absoluteURL)},
	"splunk":      {wellFormed("host", absoluteURL)},
	"sumologic":   sumologicRules,
}

// datadogScope is the filter that Datadog queries need (pkg/scalers/datadog_scaler.go:85).
var datadogScope = regexp.MustCompile(`\{.*\}`)

func datadogQuery(value string) error {
	if !datadogScope.MatchString(value) {
		return errors.New("it must contain a scope in braces, such as {*}")
	}
	return nil
}

// datadogType checks the older form of metricType, in which case does not
// matter (pkg/scalers/datadog_scaler.go:172).
func datadogType(c *check) {
	kind := c.get("type")
	if !kind.set() {
		return
	}
	if c.trigger.MetricType != "" {
		c.inKey("type", "Scaler datadog cannot use type together with metricType", "The metadata key type is the older form of metricType. Remove it.")
	}
	if lower := strings.ToLower(kind.value); lower != "global" && lower != "average" {
		c.notOneOf("type", kind.value, []string{"global", "average"})
	}
}

// managedPrometheus is the host of an Amazon Managed Service for Prometheus workspace.
var managedPrometheus = regexp.MustCompile(`^aps-workspaces(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com|api\.aws)$`)

// prometheusAddress checks the URL of an Amazon Managed Prometheus workspace,
// whose requests KEDA signs for the service aps in awsRegion.
func prometheusAddress(c *check) {
	address, region := c.get("serverAddress"), c.get("awsRegion")
	if address.presence != known {
		return
	}
	parsed, err := url.Parse(address.value)
	if err != nil {
		c.inKey("serverAddress", "Invalid serverAddress for scaler prometheus", "The value must be a URL such as http://prometheus.monitoring:9090.")
		return
	}
	workspace := managedPrometheus.FindStringSubmatch(parsed.Hostname())
	if workspace == nil {
		return
	}
	c.signsIn("KEDA would not sign its queries, and the workspace refuses them.")
	if strings.HasSuffix(parsed.Path, "/") {
		c.inKey("serverAddress", "serverAddress of Amazon Managed Prometheus ends with a slash",
			"KEDA appends /api/v1/query, and the workspace answers 404 to the double slash. Remove the slash at the end.")
	}
	if region.presence == absent {
		c.inMetadata("Scaler prometheus needs awsRegion", "Amazon Managed Prometheus accepts only requests that are signed for its Region. Set awsRegion to %q.", workspace[1])
	}
	if region.presence == known && region.value != workspace[1] {
		c.inKey("awsRegion", "awsRegion does not match serverAddress",
			"awsRegion is %q but serverAddress names the Region %q, which would refuse the signature. Set awsRegion to %q.", region.value, workspace[1], workspace[1])
	}
}

// sumologicRules follow sumologicMetadata.Validate (pkg/scalers/sumologic_scaler.go:53).
var sumologicRules = []rule{
	only(is("queryType", "logs"), required("for queryType logs", "query", "resultField"), func(c *check) {
		if key, ok := c.firstWithPrefix("query."); ok {
			c.inKey(key, "Scaler sumologic cannot use query.<row> here", "Only the queryType metrics has several queries. Remove the key.")
		}
	}),
	only(is("queryType", "metrics"), sumologicMetrics),
}

func sumologicMetrics(c *check) {
	row, several := c.firstWithPrefix("query.")
	single, quantization := c.get("query"), c.get("quantization")
	switch {
	case several && single.set():
		c.inKey("query", "Scaler sumologic cannot use query together with "+row, "Set either query, or query.<row> for each of several queries.")
	case !several && !single.possible():
		c.inMetadata("Scaler sumologic needs query", "Set query, or query.<row> for each of several queries.")
	case several:
		required("beside query.<row>", "resultQueryRowID")(c)
	}
	if result := c.get("resultQueryRowID"); several && result.presence == known && !c.has("query."+result.value) {
		c.inKey("resultQueryRowID", "resultQueryRowID names no query", "There is no key query.%s.", result.value)
	}
	if !quantization.possible() || quantization.is("0") {
		c.inMetadata("Scaler sumologic needs quantization", "It is required for the queryType metrics, such as 15s.")
	}
}
