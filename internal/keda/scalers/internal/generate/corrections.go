package main

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// correction is a parameter that KEDA reads although neither its schema nor a
// struct tag names it.
type correction struct {
	scalers []string
	parameter
	at       string // the file and line of KEDA that reads or names the key
	mentions string // the text that must stand there, so that a newer KEDA shows a stale correction
}

var (
	awsScalers       = []string{"aws-cloudwatch", "aws-dynamodb", "aws-dynamodb-streams", "aws-kinesis-stream", "aws-sqs-queue", "kafka", "apache-kafka", "prometheus"}
	gcpScalers       = []string{"gcp-cloudtasks", "gcp-pubsub", "gcp-spanner", "gcp-stackdriver", "gcp-storage", "prometheus"}
	openstackMetric  = []string{"openstack-metric"}
	pulsar           = []string{"pulsar"}
	metadataOnly     = []string{"triggerMetadata"}
	environmentFirst = []string{"resolvedEnv", "authParams"}
	authOnly         = []string{"authParams"}
)

const (
	awsCommon = "pkg/scalers/aws/aws_common.go"
	azureCode = "pkg/scalers/azure/azure_cloud_environment.go"
)

func text(order []string, names ...string) parameter {
	return parameter{names: names, kind: "String", order: order, optional: true}
}

// corrections lists the known gaps of KEDA's schema.
var corrections = []correction{
	{scalers: awsScalers, parameter: text([]string{"triggerMetadata", "resolvedEnv", "authParams"}, "awsAccessKeyID"), at: awsCommon + ":126", mentions: `triggerMetadata["awsAccessKeyID"]`},
	{scalers: awsScalers, parameter: text(authOnly, "awsAccessKeyId"), at: awsCommon + ":118", mentions: `authParams["awsAccessKeyId"]`},
	{scalers: awsScalers, parameter: text(environmentFirst, "awsSecretAccessKey"), at: awsCommon + ":136", mentions: `triggerMetadata["awsSecretAccessKeyFromEnv"]`},
	{scalers: awsScalers, parameter: text(authOnly, "awsSessionToken"), at: awsCommon + ":121", mentions: `authParams["awsSessionToken"]`},
	{scalers: awsScalers, parameter: text(authOnly, "awsRoleArn"), at: awsCommon + ":114", mentions: `authParams["awsRoleArn"]`},
	{scalers: []string{"kafka", "apache-kafka"}, parameter: text(metadataOnly, "identityOwner"), at: awsCommon + ":107", mentions: `triggerMetadata["identityOwner"]`},

	{scalers: gcpScalers, parameter: text(authOnly, "GoogleApplicationCredentials"), at: "pkg/scalers/gcp/gcp_common.go:74", mentions: `AuthParams["GoogleApplicationCredentials"]`},
	{scalers: []string{"prometheus"}, parameter: text([]string{"resolvedEnv"}, "credentials"), at: "pkg/scalers/gcp/gcp_common.go:78", mentions: `TriggerMetadata["credentialsFromEnv"]`},
	{scalers: []string{"prometheus"}, parameter: text(metadataOnly, "credentialsFromEnvFile"), at: "pkg/scalers/gcp/gcp_common.go:82", mentions: `TriggerMetadata["credentialsFromEnvFile"]`},

	{scalers: []string{"azure-blob", "azure-cosmosdb", "azure-data-explorer", "azure-eventhub", "azure-queue", "azure-servicebus", "prometheus"}, parameter: text(metadataOnly, "cloud"), at: azureCode + ":39", mentions: `metadata["cloud"]`},
	{scalers: []string{"azure-eventhub", "azure-servicebus"}, parameter: text(metadataOnly, "endpointSuffix"), at: azureCode + ":21", mentions: `"endpointSuffix"`},
	{scalers: []string{"azure-eventhub"}, parameter: text(metadataOnly, "storageEndpointSuffix"), at: azureCode + ":24", mentions: `"storageEndpointSuffix"`},
	{scalers: []string{"azure-app-insights", "azure-cosmosdb", "azure-data-explorer"}, parameter: text(metadataOnly, "activeDirectoryEndpoint"), at: azureCode + ":27", mentions: `"activeDirectoryEndpoint"`},
	{scalers: []string{"azure-cosmosdb"}, parameter: text(metadataOnly, "cosmosDBResourceURL"), at: "pkg/scalers/azure_cosmosdb_scaler.go:293", mentions: `"cosmosDBResourceURL"`},
	{scalers: []string{"prometheus"}, parameter: text(metadataOnly, "azureManagedPrometheusResourceURL"), at: "pkg/scalers/azure/azure_managed_prometheus_http_round_tripper.go:53", mentions: `"azureManagedPrometheusResourceURL"`},

	{scalers: []string{"datadog"}, parameter: text(metadataOnly, "type"), at: "pkg/scalers/datadog_scaler.go:172", mentions: `TriggerMetadata["type"]`},

	{scalers: openstackMetric, parameter: text(authOnly, "authURL"), at: "pkg/scalers/openstack_metrics_scaler.go:132", mentions: `authParams["authURL"]`},
	{scalers: openstackMetric, parameter: text(authOnly, "userID"), at: "pkg/scalers/openstack_metrics_scaler.go:138", mentions: `authParams["userID"]`},
	{scalers: openstackMetric, parameter: text(authOnly, "password"), at: "pkg/scalers/openstack_metrics_scaler.go:141", mentions: `authParams["password"]`},
	{scalers: openstackMetric, parameter: text(authOnly, "appCredentialSecret"), at: "pkg/scalers/openstack_metrics_scaler.go:146", mentions: `authParams["appCredentialSecret"]`},

	{scalers: pulsar, parameter: text(metadataOnly, "oauthTokenURI"), at: "pkg/scalers/pulsar_scaler.go:127", mentions: `"oauthTokenURI"`},
	{scalers: pulsar, parameter: text(metadataOnly, "scope"), at: "pkg/scalers/pulsar_scaler.go:128", mentions: `"scope"`},
	{scalers: pulsar, parameter: text(metadataOnly, "clientID"), at: "pkg/scalers/pulsar_scaler.go:129", mentions: `"clientID"`},
	{scalers: pulsar, parameter: text(metadataOnly, "EndpointParams"), at: "pkg/scalers/pulsar_scaler.go:130", mentions: `"EndpointParams"`},
}

// anyKeyScalers hand their whole metadata to a program outside KEDA
// (pkg/scalers/external_scaler.go:154).
var anyKeyScalers = []string{"external", "external-push"}

// testOnlyScalers are in KEDA's switch for its own tests only
// (pkg/scaling/scalers_builder.go:189) and are not in its schema.
var testOnlyScalers = []string{"external-mock"}

// correctionsOf returns the parameters to add to a scaler.
func correctionsOf(scaler string) []parameter {
	var added []parameter
	for _, c := range corrections {
		if slices.Contains(c.scalers, scaler) {
			added = append(added, c.parameter)
		}
	}
	return added
}

// checkCorrections fails when KEDA's source no longer says at a correction's
// place what the correction relies on.
func checkCorrections(module fs.FS) error {
	for _, c := range corrections {
		file, lineNumber, _ := strings.Cut(c.at, ":")
		content, err := fs.ReadFile(module, file)
		if err != nil {
			return err
		}
		var line int
		if _, err := fmt.Sscan(lineNumber, &line); err != nil {
			return fmt.Errorf("correction for %v: place %q: %w", c.names, c.at, err)
		}
		lines := strings.Split(string(content), "\n")
		if line > len(lines) || !strings.Contains(lines[line-1], c.mentions) {
			return fmt.Errorf("correction for %v: KEDA's %s no longer mentions %s; read the file and correct the entry", c.names, c.at, c.mentions)
		}
	}
	return nil
}
