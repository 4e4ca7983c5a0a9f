package scalers

// The reasons of many cases.
const (
	// authentication is proven by the test: without the authenticationRef the
	// problem is found.
	authentication = "what KEDA misses the TriggerAuthentication may provide, and nothing in the trigger says what is in it"
	environment    = "the target's container has no such variable, or an empty one"
	zeroTarget     = "the API server refuses the HPA with a target of 0, and a ScaledJob with it makes no Jobs"
	credential     = "KEDA reads it from the TriggerAuthentication alone, so it would sign in without the one that is written down"
)

// notAtPlan names the cases that KEDA refuses and Check cannot, and why. Cases
// whose metadata KEDA accepts elsewhere are not listed: that is their proof.
var notAtPlan = map[string]string{
	"testActiveMQMetadata[5]":                         authentication,
	"testActiveMQMetadata[8]":                         authentication,
	"testActiveMQMetadata[9]":                         authentication,
	"testArtemisMetadata[5]":                          authentication,
	"testArtemisMetadata[6]":                          authentication,
	"testAWSCloudwatchMetadata[4]":                    authentication,
	"testAwsDynamoDBStreamMetadata[4]":                authentication,
	"testAWSKinesisMetadata[4]":                       authentication,
	"testAWSSQSMetadata[5]":                           authentication,
	"TestQueueURLFromEnvResolution[2]":                environment,
	"TestQueueURLFromEnvResolution[3]":                environment,
	"azureAppInsightsScalerData[3]":                   authentication,
	"azureAppInsightsScalerData[8]":                   authentication,
	"azureAppInsightsScalerData[21]":                  environment,
	"testAzBlobMetadata[6]":                           authentication,
	"testDataExplorerMetadataWithClientAndSecret[1]":  authentication,
	"testDataExplorerMetadataWithClientAndSecret[2]":  authentication,
	"parseEventHubMetadataDataset[0]":                 authentication,
	"parseEventHubMetadataDataset[2]":                 authentication,
	"parseEventHubMetadataDataset[3]":                 authentication,
	"parseEventHubMetadataDatasetWithPodIdentity[0]":  authentication,
	"parseEventHubMetadataDatasetWithPodIdentity[3]":  authentication,
	"parseEventHubMetadataDatasetWithPodIdentity[4]":  authentication,
	"parseEventHubMetadataDatasetWithPodIdentity[11]": authentication,
	"testLogAnalyticsMetadata[1]":                     authentication,
	"testLogAnalyticsMetadata[2]":                     authentication,
	"testLogAnalyticsMetadata[3]":                     authentication,
	"testLogAnalyticsMetadata[4]":                     authentication,
	"testLogAnalyticsMetadataWithEmptyAuthParams[3]":  authentication,
	"testAzQueueMetadata[6]":                          authentication,
	"elasticForecastTestCases[0]":                     authentication,
	"elasticForecastTestCases[2]":                     authentication,
	"elasticForecastTestCases[3]":                     authentication,
	"elasticForecastTestCases[4]":                     authentication,
	"elasticForecastTestCases[5]":                     authentication,
	"testCases[4]":                                    authentication,
	"testCases[6]":                                    authentication,
	"testCases[7]":                                    authentication,
	"testCases[8]":                                    authentication,
	"testGitHubRunnerMetadata[29]":                    authentication,
	"testGitHubRunnerMetadata[30]":                    environment,
	"testGitHubRunnerMetadata[31]":                    environment,
	"testInfluxDBMetadata[3]":                         authentication,
	"testInfluxDBMetadata[4]":                         authentication,
	"testInfluxDBMetadata[12]":                        authentication,
	"parseAuthParamsTestDataset[34]":                  authentication,
	"parseAuthParamsTestDataset[35]":                  authentication,
	"parseAuthParamsTestDataset[36]":                  authentication,
	"TestKubernetesResourceErrorCases[0]":             "the ConfigMap does not exist",
	"TestKubernetesResourceErrorCases[1]":             "the ConfigMap has no such key",
	"TestKubernetesResourceErrorCases[2]":             "the Secret does not exist",
	"TestKubernetesResourceErrorCases[5]":             "the ConfigMap's JSON has nothing at that place",
	"testMSSQLMetadata[14]":                           authentication,
	"testMSSQLMetadata[20]":                           "the TriggerAuthentication's podIdentity is azure-workload, with which driverName azuresql does not go",
	"testPrometheusAuthMetadata[9]":                   authentication,
	"testPrometheusAuthMetadata[14]":                  authentication,
	"testRabbitMQAuthParamData[16]":                   "the TriggerAuthentication's podIdentity is azure-workload, which AMQP does not know",
	"testRabbitMQAuthParamData[21]":                   "the TriggerAuthentication is for OAuth, which AMQP does not know",
	"testParseSolaceMetadata[2]":                      authentication,
	"testParseSolaceMetadata[3]":                      authentication,
}

// mistake is what Check refuses although KEDA's parser accepts it.
type mistake struct{ key, why string }

// mistakes names the cases that KEDA's parser accepts and Check refuses, and
// why they would not work as they are meant.
var mistakes = map[string][]mistake{
	"testClickHouseMetadata[5]":          {{"password", credential}},
	"testClickHouseMetadata[7]":          {{"password", credential}},
	"testClickHouseMetadata[9]":          {{"targetQueryValue", zeroTarget + ", and only KEDA's test for it says that the trigger feeds a formula"}},
	"testForgejoRunnerMetadata[3]":       {{"token", credential}},
	"testForgejoRunnerMetadata[4]":       {{"token", credential}},
	"testGcsMetadata[8]":                 {{"targetLength", "the key is targetObjectCount; KEDA would scale by the default of 100 and not by 7"}},
	"testPostgreSQLMetadata[3]":          {{"connection", credential}},
	"testPostgreSQLMetadata[4]":          {{"connection", credential}},
	"parsePulsarMetadataTestDataset[12]": {{"ca", credential}, {"cert", credential}, {"key", credential}},
	"testRedisMetadata[10]":              {{"listLength", zeroTarget}},
	"testRedisMetadata[11]":              {{"listLength", zeroTarget}},
	"testRedisMetadata[12]":              {{"listLength", zeroTarget}},
	"testRedisMetadata[13]":              {{"listLength", zeroTarget}},
	"testRedisMetadata[14]":              {{"listLength", zeroTarget}},
	"testRedisMetadata[15]":              {{"listLength", zeroTarget}},
	"testRedisMetadata[16]":              {{"listLength", zeroTarget}},
	"testParseSolaceMetadata[1]":         {{"", "a metadata key has no name"}},
	"testParseSolaceMetadata[13]":        {{"", "a metadata key has no name"}},
	"testSolarWindsMetadata[1]":          {{"apiToken", credential}},
	"testSolarWindsMetadata[2]":          {{"apiToken", credential}},
	"TestParseTemporalMetadata[6]":       {{"apiKey", credential}},
}
