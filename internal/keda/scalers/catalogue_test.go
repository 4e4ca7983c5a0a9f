package scalers

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// samples are valid texts for each kind of parameter.
var samples = map[Kind]string{
	String: "text", Bool: "true", Int: "5", Uint32: "5", Float: "5.5", Duration: "30s",
	Query: "a=1", StringList: "a", IntList: "1", StringMap: "a=1",
}

// malformed are texts that KEDA cannot decode. Other kinds accept any text.
var malformed = map[Kind]string{
	Bool: "yes", Int: "5.0", Uint32: "-5", Float: "five", Duration: "5 minutes", Query: "%zz", IntList: "one", StringMap: "a",
}

// particular holds, per scaler, the metadata that a minimal trigger needs
// beside its required parameters, or needs in a particular form.
var particular = map[string]map[string]string{
	"activemq":                {"managementEndpoint": "h:8161", "destinationName": "q", "brokerName": "b"},
	"artemis-queue":           {"managementEndpoint": "h:8161", "queueName": "q", "brokerName": "b", "brokerAddress": "a"},
	"arangodb":                {"queryValue": "5"},
	"aws-cloudwatch":          {"expression": "SELECT 1"},
	"aws-dynamodb":            {"expressionAttributeNames": `{"#k": "key"}`, "expressionAttributeValues": `{":v": {"N": "1"}}`, "targetValue": "5"},
	"azure-app-insights":      {"metricAggregationTimespan": "0:5", "targetValue": "5"},
	"azure-monitor":           {"resourceURI": "a/b/c", "metricAggregationType": "Average"},
	"azure-pipelines":         {"poolID": "5"},
	"azure-servicebus":        {"queueName": "q"},
	"cassandra":               {"port": "9042"},
	"couchdb":                 {"queryValue": "5"},
	"cron":                    {"start": "0 8 * * *", "end": "0 18 * * *", "timezone": "Europe/Berlin"},
	"cpu":                     {"value": "60"},
	"memory":                  {"value": "60"},
	"kubernetes-workload":     {"value": "5"},
	"datadog":                 {"query": "avg:requests{*}", "targetValue": "5"},
	"dynatrace":               {"metricSelector": "m"},
	"elasticsearch":           {"query": "{}"},
	"gcp-pubsub":              {"subscriptionName": "s"},
	"ibmmq":                   {"host": "https://mq.example.com/"},
	"influxdb":                {"thresholdValue": "5"},
	"metrics-api":             {"url": "http://metrics/", "targetValue": "5"},
	"nats-jetstream":          {"account": "$G"},
	"opensearch":              {"query": "{}"},
	"openstack-metric":        {"threshold": "5"},
	"postgresql":              {"targetQueryValue": "5"},
	"predictkube":             {"prometheusAddress": "http://prometheus:9090", "threshold": "5"},
	"rabbitmq":                {"host": "amqp://rabbit:5672"},
	"redis-streams":           {"address": "redis:6379"},
	"solace-direct-messaging": {"solaceSempBaseURL": "http://broker:8080", "aggregatedClientTxMsgRateTarget": "5"},
	"solace-event-queue":      {"messageCountTarget": "5"},
	"solarwinds":              {"host": "https://api.example.com"},
	"splunk":                  {"host": "https://splunk:8089"},
	"sumologic":               {"query": "q", "resultField": "f", "queryType": "logs"},
}

// minimal returns a good trigger with as little metadata as possible.
func minimal(s Scaler) Trigger {
	trigger := Trigger{Type: s.Type, Authentication: true, Metadata: map[string]string{}}
	if slices.Contains(resourceScalers, s.Type) {
		trigger.MetricType = "Utilization"
	}
	for _, p := range s.Parameters {
		if p.Required() && p.Sources.Has(Metadata) {
			trigger.Metadata[p.Names[0]] = samples[p.Kind]
			if p.Enum != nil {
				trigger.Metadata[p.Names[0]] = p.Enum[0]
			}
		}
	}
	maps.Copy(trigger.Metadata, particular[s.Type])
	return trigger
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	all := All()
	if len(all) != 79 {
		t.Errorf("the catalogue has %d scalers, KEDA %s has 79", len(all), Version)
	}
	if !slices.IsSortedFunc(all, func(a, b Scaler) int { return strings.Compare(a.Type, b.Type) }) {
		t.Error("the catalogue is not sorted, so Lookup misses scalers")
	}
	for scaler := range rules {
		if _, ok := Lookup(scaler); !ok {
			t.Errorf("there are rules for %s, which the catalogue lacks", scaler)
		}
	}
}

// Every scaler gets a good trigger, and for each parameter each bad one.
func TestEveryScaler(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		t.Run(s.Type, func(t *testing.T) {
			t.Parallel()
			if problems := errorsOf(Check(minimal(s))); len(problems) > 0 {
				t.Fatalf("the minimal trigger %v has problems: %+v", minimal(s).Metadata, problems)
			}
			if !s.AnyKey {
				trigger := minimal(s)
				trigger.Metadata["notAKey"] = "x"
				expectAt(t, trigger, Path{FieldMetadata, "notAKey"})
			}
			for _, p := range s.Parameters {
				checkParameter(t, s, p)
			}
		})
	}
}

// checkParameter breaks a minimal trigger in each way that a parameter allows.
func checkParameter(t *testing.T, s Scaler, p Parameter) {
	t.Helper()
	name := p.Names[0]
	if p.Required() && p.Sources&Authentication == 0 {
		trigger := minimal(s)
		delete(trigger.Metadata, name)
		expectAt(t, trigger, Path{Field: FieldMetadata})
	}
	if p.Required() && p.Sources == Authentication {
		trigger := minimal(s)
		trigger.Authentication = false
		expectAt(t, trigger, Path{Field: FieldAuthenticationRef})
	}
	if !p.Sources.Has(Metadata) {
		return
	}
	if text, ok := malformed[p.Kind]; ok {
		trigger := minimal(s)
		trigger.Metadata[name] = text
		expectAt(t, trigger, Path{FieldMetadata, name})
	}
	if p.Enum != nil {
		trigger := minimal(s)
		trigger.Metadata[name] = "none of them"
		expectAt(t, trigger, Path{FieldMetadata, name})
	}
	if p.Removed != "" {
		trigger := minimal(s)
		trigger.Metadata[name] = samples[p.Kind]
		expectAt(t, trigger, Path{FieldMetadata, name})
	}
}

func expectAt(t *testing.T, trigger Trigger, path Path) {
	t.Helper()
	problems := errorsOf(Check(trigger))
	if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Path == path }) {
		t.Errorf("Check(%v) = %+v, want an error at %+v", trigger.Metadata, problems, path)
	}
}
