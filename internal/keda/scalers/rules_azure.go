package scalers

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gobwas/glob"
)

var (
	// azureEnvironments are the clouds of EnvironmentFromName (pkg/scalers/azure/cloud_config.go:19).
	azureEnvironments = []string{"AzurePublicCloud", "AzureUSGovernmentCloud", "AzureChinaCloud", "AzureGermanCloud", "AzureCloud", "AzureUSGovernment", "AzureStackCloud", "Private"}
	// azureClouds are the clouds of AzureClouds (pkg/scalers/azure/azure_cloud_environment.go:10).
	azureClouds = []string{"AzurePublicCloud", "AzureUSGovernmentCloud", "AzureChinaCloud", "Private"}
)

const noPodIdentity = "for a trigger without authenticationRef"

var azureRules = map[string][]rule{
	"azure-app-insights": {
		wellFormed("metricAggregationTimespan", fields(":", 2, "hh:mm")),
		azureCloud(azureClouds, "appInsightsResourceURL"),
		azureCloud(azureEnvironments, "activeDirectoryEndpoint"),
		only(withoutAuthentication, required(noPodIdentity, "activeDirectoryClientId", "activeDirectoryClientPassword")),
	},
	"azure-blob": {
		azureCloud(azureEnvironments, "endpointSuffix"), wellFormed("globPattern", blobPattern),
		only(withoutAuthentication, required(noPodIdentity, "connection")),
	},
	"azure-cosmosdb": {
		atLeastOne("endpoint", "connection"), atLeast(0, "activationChangeFeedLagThreshold"),
		cosmosThresholds, only(withoutAuthentication, cosmosKeys),
	},
	"azure-data-explorer": {
		azureCloud(azureEnvironments, "activeDirectoryEndpoint"), aboveZero("threshold"),
		only(withoutAuthentication, required(noPodIdentity, "tenantId", "clientId", "clientSecret")),
	},
	"azure-eventhub": {
		azureCloud(azureEnvironments, "endpointSuffix"),
		only(with("storageAccountName"), azureCloud(azureEnvironments, "storageEndpointSuffix")),
		only(withoutAuthentication, required(noPodIdentity, "storageConnection", "connection")),
	},
	"azure-log-analytics": {
		azureCloud(azureClouds, "logAnalyticsResourceURL"),
		only(withoutAuthentication, required(noPodIdentity, "tenantId", "clientId", "clientSecret")),
	},
	"azure-monitor": {
		wellFormed("resourceURI", fields("/", 3, "namespace/resource_type/resource_name")),
		wellFormed("metricAggregationInterval", fields(":", 3, "hh:mm:ss")),
		oneOf("metricAggregationType", "Average", "Count", "Maximum", "Minimum", "None", "Total"),
		azureCloud(azureClouds, "azureResourceManagerEndpoint"),
		only(withoutAuthentication, required(noPodIdentity, "activeDirectoryClientId", "activeDirectoryClientPassword")),
	},
	"azure-pipelines": {
		wellFormed("organizationURL", organizationURL),
		pipelinesPool, atMostOne("jobsToFetch", "fetchUnfinishedJobsOnly"), atMostOne("jobsToFetch", "parent"),
		only(withoutAuthentication, required(noPodIdentity, "personalAccessToken")),
	},
	"azure-queue": {
		azureCloud(azureEnvironments, "endpointSuffix"),
		only(withoutAuthentication, required(noPodIdentity, "connection")),
	},
	"azure-servicebus": {
		azureCloud(azureEnvironments, "endpointSuffix"),
		exactlyOne("queueName", "topicName"), atMostOne("queueName", "subscriptionName"),
		only(with("topicName"), required("beside topicName", "subscriptionName")),
		only(isTrue("useRegex"), wellFormed("queueName", regularExpression), wellFormed("subscriptionName", regularExpression)),
		only(withoutAuthentication, required(noPodIdentity, "connection")),
	},
}

// azureCloud checks the parameter cloud, in which case does not matter, and
// that the private cloud comes with the endpoint that KEDA cannot know
// (ParseEnvironmentProperty, pkg/scalers/azure/azure_cloud_environment.go:38).
func azureCloud(clouds []string, endpoint string) rule {
	return func(c *check) {
		cloud := c.get("cloud")
		if cloud.presence != known || cloud.defaulted {
			return
		}
		if !slices.ContainsFunc(clouds, func(name string) bool { return strings.EqualFold(name, cloud.value) }) {
			c.notOneOf("cloud", cloud.value, clouds)
			return
		}
		if strings.EqualFold(cloud.value, "Private") {
			required("because cloud is Private", endpoint)(c)
		}
	}
}

// blobPattern follows blobMetadata.Validate (pkg/scalers/azure_blob_scaler.go:68).
func blobPattern(value string) error {
	if _, err := glob.Compile(strings.TrimPrefix(value, "/")); err != nil {
		return errors.New("it must be a glob pattern, such as orders/*.json, with every bracket and brace closed")
	}
	return nil
}

func organizationURL(value string) error {
	if strings.HasSuffix(value, "/") {
		return errors.New("it must end with the organization's name, such as https://dev.azure.com/example, without a slash behind it")
	}
	return nil
}

func pipelinesPool(c *check) {
	if !c.get("poolName").possible() && (!c.get("poolID").possible() || c.get("poolID").is("0")) {
		c.inMetadata("Scaler azure-pipelines needs poolName or poolID", "Set poolName, or poolID to a number other than 0.")
	}
}

func cosmosThresholds(c *check) {
	threshold, hasThreshold := c.number("changeFeedLagThreshold")
	activation, hasActivation := c.number("activationChangeFeedLagThreshold")
	if hasThreshold && hasActivation && activation >= threshold {
		c.inKey("activationChangeFeedLagThreshold", "activationChangeFeedLagThreshold must be below changeFeedLagThreshold",
			"activationChangeFeedLagThreshold is %v and changeFeedLagThreshold is %v.", activation, threshold)
	}
}

// cosmosKeys follows parseAzureCosmosDBMetadata (pkg/scalers/azure_cosmosdb_scaler.go:162):
// without an identity both accounts need a key. The lease account is the data
// account unless it has an endpoint or a connection of its own.
func cosmosKeys(c *check) {
	possible := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return c.get(name).possible() })
	}
	if !possible("endpoint", "connection") {
		return // reported already
	}
	leaseHasKey := possible("leaseConnection", "leaseCosmosDBKey")
	if !possible("leaseConnection", "leaseEndpoint") {
		leaseHasKey = possible("connection", "cosmosDBKey")
	}
	for _, account := range []struct {
		name, keys string
		hasKey     bool
	}{
		{"data", "connection or cosmosDBKey", possible("connection", "cosmosDBKey")},
		{"lease", "leaseConnection or leaseCosmosDBKey", leaseHasKey},
	} {
		if !account.hasKey {
			c.inMetadata(fmt.Sprintf("Scaler azure-cosmosdb has no key for the %s account", account.name),
				"Set %s from an environment variable, or authenticationRef to a TriggerAuthentication with a key, a service principal or podIdentity.", account.keys)
		}
	}
}
