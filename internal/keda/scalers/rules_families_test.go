package scalers

import (
	"fmt"
	"testing"
)

func TestCloudRules(t *testing.T) {
	t.Parallel()
	runRuleTests(t, []ruleTest{
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://sqs.us-west-2.amazonaws.com/q"}, key: "queueURL", want: "/<account>/<queue>"},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://sqs.us-west-2.amazonaws.com/1/q/extra"}, key: "queueURL", want: "/<account>/<queue>"},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "plain-name", "awsRegion": "us-west-2"}},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://sqs.us-west-2.amazonaws.com/1/q", "awsRegion": "us-west-2"}},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://sqs.us-west-2.amazonaws.com/1/q", "awsRegion": "us-east-1"}, key: "awsRegion", want: `Set awsRegion to "us-west-2"`},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://sqs-fips.us-west-2.amazonaws.com/1/q", "awsRegion": "us-east-1"}, key: "awsRegion", want: "us-west-2"},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://sqs.us-west-2.api.aws/1/q", "awsRegion": "us-east-1"}, key: "awsRegion", want: "us-west-2"},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://us-west-2.queue.amazonaws.com/1/q", "awsRegion": "us-east-1"}, key: "awsRegion", want: "us-west-2"},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://vpce-1-abc.sqs.us-west-2.vpce.amazonaws.com/1/q", "awsRegion": "us-east-1"}, key: "awsRegion", want: "us-west-2"},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://sqs.cn-north-1.amazonaws.com.cn/1/q", "awsRegion": "cn-north-1"}},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "http://127.0.0.1:5000/1/q", "awsRegion": "us-east-1"}},
		{scaler: "aws-sqs-queue", changes: map[string]string{"queueURL": "https://sqs.us-west-2.amazonaws.com/1/q", "awsRegion": "us-east-1", "awsEndpoint": "http://127.0.0.1:5000"}},

		{scaler: "aws-cloudwatch", changes: map[string]string{"expression": ""}, want: "needs namespace"},
		{scaler: "aws-cloudwatch", changes: map[string]string{"expression": "", "namespace": "n", "metricName": "m", "dimensionName": "a;b", "dimensionValue": "1"}, key: "dimensionValue", want: "has 2 and dimensionValue has 1"},
		{scaler: "aws-cloudwatch", changes: map[string]string{"expression": "", "namespace": "n", "metricName": "m", "dimensionName": "a;b", "dimensionValue": "1;2", "metricUnit": "Bits/Second"}},
		{scaler: "aws-cloudwatch", changes: map[string]string{"expression": "", "namespace": "n", "metricName": "m", "dimensionName": "a", "dimensionValue": "1", "metricUnit": "bytes"}, key: "metricUnit", want: "Did you mean Bytes?"},
		{scaler: "aws-cloudwatch", changes: map[string]string{"metricStatPeriod": "45"}, key: "metricStatPeriod", want: "multiple of 60"},
		{scaler: "aws-cloudwatch", changes: map[string]string{"metricStatPeriod": "0"}, key: "metricStatPeriod", want: "multiple of 60"},
		{scaler: "aws-cloudwatch", changes: map[string]string{"metricStatPeriod": "90"}, key: "metricStatPeriod", want: "multiple of 60"},
		{scaler: "aws-cloudwatch", changes: map[string]string{"metricStatPeriod": "10", "metricCollectionTime": "60"}},
		{scaler: "aws-cloudwatch", changes: map[string]string{"metricStatPeriod": "120", "metricCollectionTime": "300"}, key: "metricCollectionTime", want: "multiple of metricStatPeriod, which is 120"},

		{scaler: "aws-dynamodb", changes: map[string]string{"expressionAttributeNames": "no"}, key: "expressionAttributeNames", want: "JSON object"},
		{scaler: "aws-dynamodb", changes: map[string]string{"expressionAttributeNames": "{}"}, key: "expressionAttributeNames", want: "at least one"},
		{scaler: "aws-dynamodb", changes: map[string]string{"expressionAttributeValues": `{":v": "1"}`}, key: "expressionAttributeValues", want: "DynamoDB values"},
		{scaler: "aws-dynamodb", changes: map[string]string{"expressionAttributeValues": `{":v": {"N": 1}}`}, key: "expressionAttributeValues", want: "JSON string"},
		{scaler: "aws-dynamodb", changes: map[string]string{"expressionAttributeValues": `{":v": {"Number": "1"}}`}, key: "expressionAttributeValues", want: "none of DynamoDB's types"},

		{scaler: "azure-app-insights", changes: map[string]string{"metricAggregationTimespan": "5"}, key: "metricAggregationTimespan", want: "hh:mm"},
		{scaler: "azure-app-insights", changes: map[string]string{"cloud": "Azure"}, key: "cloud", want: "AzurePublicCloud"},
		{scaler: "azure-app-insights", changes: map[string]string{"cloud": "private", "activeDirectoryEndpoint": "https://e"}, want: "needs appInsightsResourceURL"},
		{scaler: "azure-app-insights", changes: map[string]string{"cloud": "azurepubliccloud"}},
		{scaler: "azure-blob", changes: map[string]string{"cloud": "Private"}, want: "needs endpointSuffix"},
		{scaler: "azure-blob", changes: map[string]string{"globPattern": "/orders/{2024,2025}/**.json"}},
		{scaler: "azure-blob", changes: map[string]string{"globPattern": "orders/{2024"}, key: "globPattern", want: "every bracket and brace closed"},
		{scaler: "azure-queue", changes: map[string]string{"cloud": "Sky"}, key: "cloud", want: "must be one of"},
		{scaler: "azure-servicebus", changes: map[string]string{"cloud": "Sky"}, key: "cloud", want: "must be one of"},
		{scaler: "azure-eventhub", changes: map[string]string{"cloud": "Private", "endpointSuffix": "s", "storageAccountName": "a"}, want: "needs storageEndpointSuffix"},
		{scaler: "azure-data-explorer", changes: map[string]string{"cloud": "Private"}, want: "needs activeDirectoryEndpoint"},
		{scaler: "azure-data-explorer", changes: map[string]string{"threshold": "0"}, key: "threshold", want: "above 0"},
		{scaler: "azure-log-analytics", changes: map[string]string{"cloud": "Private"}, want: "needs logAnalyticsResourceURL"},
		{scaler: "azure-cosmosdb", changes: map[string]string{"changeFeedLagThreshold": "5", "activationChangeFeedLagThreshold": "5"}, key: "activationChangeFeedLagThreshold", want: "must be below"},
		{scaler: "azure-cosmosdb", changes: map[string]string{"activationChangeFeedLagThreshold": "-1"}, key: "activationChangeFeedLagThreshold", want: "at least 0"},
		{scaler: "azure-monitor", changes: map[string]string{"resourceURI": "a/b"}, key: "resourceURI", want: "namespace/resource_type/resource_name"},
		{scaler: "azure-monitor", changes: map[string]string{"metricAggregationInterval": "0:15"}, key: "metricAggregationInterval", want: "hh:mm:ss"},
		{scaler: "azure-monitor", changes: map[string]string{"metricAggregationType": "Avg"}, key: "metricAggregationType", want: "Average"},
		{scaler: "azure-monitor", changes: map[string]string{"cloud": "Private"}, want: "needs azureResourceManagerEndpoint"},
		{scaler: "azure-pipelines", changes: map[string]string{"organizationURL": "https://dev.azure.com/org/"}, key: "organizationURL", want: "without a slash"},
		{scaler: "azure-pipelines", changes: map[string]string{"poolID": "0"}, want: "needs poolName or poolID"},
		{scaler: "azure-pipelines", changes: map[string]string{"jobsToFetch": "5", "parent": "p"}, key: "parent", want: "together"},
		{scaler: "azure-pipelines", changes: map[string]string{"jobsToFetch": "5", "fetchUnfinishedJobsOnly": "true"}, key: "fetchUnfinishedJobsOnly", want: "together"},
		{scaler: "azure-servicebus", changes: map[string]string{"topicName": "t", "subscriptionName": "s"}, key: "topicName", want: "only one of"},
		{scaler: "azure-servicebus", changes: map[string]string{"subscriptionName": "s"}, key: "subscriptionName", want: "queueName and subscriptionName"},
		{scaler: "azure-servicebus", changes: map[string]string{"queueName": "", "topicName": "t"}, want: "needs subscriptionName"},
		{scaler: "azure-servicebus", changes: map[string]string{"queueName": "*", "useRegex": "true"}, key: "queueName", want: "regular expression"},
		{scaler: "azure-servicebus", changes: map[string]string{"queueName": "*"}},

		{scaler: "gcp-pubsub", changes: map[string]string{"topicName": "t"}, key: "topicName", want: "only one of"},
		{scaler: "gcp-stackdriver", changes: map[string]string{"alignmentPeriodSeconds": "30"}, key: "alignmentPeriodSeconds", want: "at least 60"},
		{scaler: "gcp-stackdriver", changes: map[string]string{"alignmentPeriodSeconds": "0"}},
		{scaler: "gcp-storage", changes: map[string]string{"maxBucketItemsToScan": "0"}, key: "maxBucketItemsToScan", want: "at least 1"},
		{scaler: "gcp-storage", changes: map[string]string{"activationTargetObjectCount": "-1"}, key: "activationTargetObjectCount", want: "at least 0"},
	})
}

func TestMessagingRules(t *testing.T) {
	t.Parallel()
	msk := map[string]string{"sasl": "aws_msk_iam", "tls": "enable", "awsRegion": "us-west-2"}
	artemis := func(address, broker, queue string) string {
		return fmt.Sprintf("http://h:8161/console/jolokia/read/org.apache.activemq.artemis:broker=%q,component=addresses,address=%q,queue=%q/MessageCount", broker, address, queue)
	}
	oauth := map[string]string{"topic": "t", "sasl": "oauthbearer", "saslTokenProvider": "aws_msk_iam", "tls": "enable", "awsRegion": "us-west-2"}
	runRuleTests(t, []ruleTest{
		{scaler: "kafka", changes: map[string]string{"topic": "t", "version": "2.1.0", "partitionLimitation": "1,2,10-12"}},
		{scaler: "kafka", changes: map[string]string{"version": "1.2.3.4"}, key: "version", want: "Kafka version"},
		{scaler: "kafka", changes: map[string]string{"version": "0.11.0.2"}},
		{scaler: "kafka", changes: map[string]string{"partitionLimitation": "1-2-3"}, key: "partitionLimitation", want: "partitions"},
		{scaler: "kafka", changes: map[string]string{"partitionLimitation": "a"}, key: "partitionLimitation", want: "partitions"},
		{scaler: "kafka", changes: map[string]string{"activationLagThreshold": "-1"}, key: "activationLagThreshold", want: "at least 0"},
		{scaler: "kafka", changes: map[string]string{"topic": "t", "allowIdleConsumers": "true", "limitToPartitionsWithLag": "true"}, key: "limitToPartitionsWithLag", want: "both are true"},
		{scaler: "kafka", changes: map[string]string{"topic": "t", "ensureEvenDistributionOfPartitions": "true", "limitToPartitionsWithLag": "true"}, key: "ensureEvenDistributionOfPartitions", want: "both are true"},
		{scaler: "kafka", changes: map[string]string{"limitToPartitionsWithLag": "true"}, want: "needs topic"},
		{scaler: "kafka", changes: map[string]string{"ensureEvenDistributionOfPartitions": "1"}, want: "needs topic"},
		{scaler: "kafka", changes: map[string]string{"fullMetadata": "false"}, want: "needs topic"},
		{scaler: "kafka", changes: map[string]string{"identityOwner": "me"}, key: "identityOwner", want: "pod, operator"},
		{scaler: "kafka", changes: oauth},
		{scaler: "kafka", changes: changed(oauth, map[string]string{"awsRegion": ""}), want: "needs awsRegion"},
		{scaler: "kafka", changes: changed(oauth, map[string]string{"tls": "disable"}), want: "needs TLS"},
		{scaler: "kafka", changes: oauth, unauthenticated: true, field: FieldAuthenticationRef, want: "no AWS identity"},
		{scaler: "apache-kafka", changes: msk},
		{scaler: "apache-kafka", changes: changed(msk, map[string]string{"tls": "disable"}), want: "needs TLS"},
		{scaler: "apache-kafka", changes: changed(msk, map[string]string{"awsRegion": ""}), want: "needs awsRegion"},
		{scaler: "apache-kafka", changes: msk, unauthenticated: true, field: FieldAuthenticationRef, want: "no AWS identity"},
		{scaler: "apache-kafka", changes: map[string]string{"activationLagThreshold": "-1"}, key: "activationLagThreshold", want: "at least 0"},

		{scaler: "activemq", changes: map[string]string{"brokerName": ""}, want: "needs brokerName"},
		{scaler: "activemq", changes: map[string]string{"brokerName": "", "destinationName": "", "managementEndpoint": "", "restAPITemplate": "http://h:8161/api/jolokia/read/org.apache.activemq:type=Broker,brokerName=b,destinationType=Queue,destinationName=q/QueueSize"}},
		{scaler: "activemq", changes: map[string]string{"restAPITemplate": "h"}, key: "restAPITemplate", want: "destinationName=orders"},
		{scaler: "activemq", changes: map[string]string{"restAPITemplate": "http://h/api"}, key: "restAPITemplate", want: "destinationName=orders"},
		{scaler: "activemq", changes: map[string]string{"restAPITemplate": "http://h/a:type=Broker,brokerName=b/QueueSize"}, key: "restAPITemplate", want: "destinationName=orders"},
		{scaler: "artemis-queue", changes: map[string]string{"brokerAddress": ""}, want: "needs brokerAddress"},
		{scaler: "artemis-queue", changes: map[string]string{"restApiTemplate": artemis("a", "b", "q")}},
		{scaler: "artemis-queue", changes: map[string]string{"restApiTemplate": "h"}, key: "restApiTemplate", want: "it must be a URL"},
		{scaler: "artemis-queue", changes: map[string]string{"restApiTemplate": "http://h/api"}, key: "restApiTemplate", want: "it must be a URL"},
		{scaler: "artemis-queue", changes: map[string]string{"restApiTemplate": artemis("", "b", "q")}, key: "restApiTemplate", want: "it must be a URL"},
		{scaler: "artemis-queue", changes: map[string]string{"restApiTemplate": artemis("a", "", "q")}, key: "restApiTemplate", want: "it must be a URL"},
		{scaler: "artemis-queue", changes: map[string]string{"restApiTemplate": artemis("a", "b", "")}, key: "restApiTemplate", want: "it must be a URL"},
		{scaler: "ibmmq", changes: map[string]string{"host": "mq"}, key: "host", want: "URL with a scheme"},
		{scaler: "nsq", changes: map[string]string{"activationDepthThreshold": "-1"}, key: "activationDepthThreshold", want: "at least 0"},
		{scaler: "pulsar", changes: map[string]string{"msgBacklogThreshold": "0"}, key: "msgBacklogThreshold", want: "above 0"},
		{scaler: "solace-direct-messaging", changes: map[string]string{"solaceSempBaseURL": "http://broker:8080,broker"}, key: "solaceSempBaseURL", want: "addresses"},
		{scaler: "solace-direct-messaging", changes: map[string]string{"clientNamePattern": "a*"}, key: "clientNamePattern", want: "must not contain *"},
		{scaler: "solace-direct-messaging", changes: map[string]string{"queuedMessagesFactor": "0"}, key: "queuedMessagesFactor", want: "at least 1"},
		{scaler: "solace-direct-messaging", changes: map[string]string{"queuedMessagesFactor": "101"}, key: "queuedMessagesFactor", want: "at most 100"},
		{scaler: "temporal", changes: map[string]string{"minConnectTimeout": "-1"}, key: "minConnectTimeout", want: "at least 0"},
		{scaler: "temporal", changes: map[string]string{"activationTargetQueueSize": "-1"}, key: "activationTargetQueueSize", want: "at least 0"},
		{scaler: "temporal", changes: map[string]string{"workerDeploymentName": "w"}, want: "needs workerDeploymentBuildId"},
		{scaler: "temporal", changes: map[string]string{"workflowTaskQueueForCount": "w"}, key: "workflowTaskQueueForCount", want: "includeRunningWorkflowCount is not true"},
		{scaler: "temporal", changes: map[string]string{"includeRunningWorkflowCount": "true", "workflowTaskQueueForCount": "w"}},
		{scaler: "temporal", changes: map[string]string{"includeRunningWorkflowCount": "true", "taskQueue": "a' OR '1'='1"}, key: "taskQueue", want: "only letters"},
	})
}

func TestRabbitMQRules(t *testing.T) {
	t.Parallel()
	overHTTP := map[string]string{"host": "http://rabbit", "mode": "MessageRate", "value": "5"}
	with := func(changes map[string]string) map[string]string { return changed(overHTTP, changes) }
	runRuleTests(t, []ruleTest{
		{scaler: "rabbitmq", changes: overHTTP},
		{scaler: "rabbitmq", changes: map[string]string{"queueLength": "10"}},
		{scaler: "rabbitmq", changes: with(map[string]string{"useRegex": "true", "excludeUnacknowledged": "true", "timeout": "10"})},
		{scaler: "rabbitmq", unauthenticated: true, changes: map[string]string{"host": "rabbit"}, key: "host", want: "scheme amqp"},
		{scaler: "rabbitmq", changes: map[string]string{"host": "rabbit", "protocol": "amqp"}},
		{scaler: "rabbitmq", changes: map[string]string{"useRegex": "true"}}, // the TriggerAuthentication may set the protocol
		{scaler: "rabbitmq", changes: map[string]string{"protocol": "AMQP"}, key: "protocol", want: "Did you mean amqp?"},
		{scaler: "rabbitmq", changes: map[string]string{"pageSize": "0"}, key: "pageSize", want: "at least 1"},
		{scaler: "rabbitmq", unauthenticated: true, changes: map[string]string{"usernameFromEnv": "U"}, want: "needs password"},
		{scaler: "rabbitmq", unauthenticated: true, changes: with(map[string]string{"host": "amqps://rabbit"}), key: "mode", want: "only the mode"},
		{scaler: "rabbitmq", changes: with(map[string]string{"protocol": "amqp"}), key: "mode", want: "QueueLength works"},
		{scaler: "rabbitmq", unauthenticated: true, changes: map[string]string{"useRegex": "true"}, key: "useRegex", want: "only HTTP"},
		{scaler: "rabbitmq", unauthenticated: true, changes: map[string]string{"excludeUnacknowledged": "true"}, key: "excludeUnacknowledged", want: "only HTTP"},
		{scaler: "rabbitmq", unauthenticated: true, changes: map[string]string{"mode": "QueueLength", "value": "5", "timeout": "10"}, key: "timeout", want: "no custom timeout"},
		{scaler: "rabbitmq", changes: with(map[string]string{"mode": "Feelings"}), key: "mode", want: "must be one of"},
		{scaler: "rabbitmq", changes: with(map[string]string{"mode": ""}), want: "mode and value together"},
		{scaler: "rabbitmq", changes: with(map[string]string{"value": ""}), want: "mode and value together"},
		{scaler: "rabbitmq", changes: with(map[string]string{"queueLength": "5"}), key: "queueLength", want: "older form"},
	})
}

func TestStoreRules(t *testing.T) {
	t.Parallel()
	elastic := map[string]string{"addresses": "http://e:9200", "username": "u", "password": "p"}
	runRuleTests(t, []ruleTest{
		{scaler: "cassandra", changes: map[string]string{"port": ""}, want: "needs a port"},
		{scaler: "cassandra", changes: map[string]string{"port": "0"}, want: "needs a port"},
		{scaler: "cassandra", changes: map[string]string{"port": "", "clusterIPAddress": "cassandra:9042"}},
		{scaler: "cassandra", changes: map[string]string{"port": "", "clusterIPAddress": "cassandra:x"}, want: "needs a port"},
		{scaler: "etcd", changes: map[string]string{"watchProgressNotifyInterval": "0"}, key: "watchProgressNotifyInterval", want: "above 0"},
		{scaler: "etcd", unauthenticated: true, changes: map[string]string{"usernameFromEnv": "U"}, want: "needs password"},
		{scaler: "influxdb", changes: map[string]string{"influxVersion": "3", "database": "d", "metricKey": "k"}},
		{scaler: "influxdb", changes: map[string]string{"influxVersion": "3", "database": "d"}, want: "needs metricKey"},
		{scaler: "influxdb", changes: map[string]string{"influxVersion": "3", "database": "d", "metricKey": "k", "queryType": "SQL"}, key: "queryType", want: "FlightSQL"},
		{scaler: "influxdb", changes: map[string]string{"influxVersion": "3", "database": "d", "metricKey": "k", "queryType": "flightsql"}},
		{scaler: "redis", changes: map[string]string{"hosts": "a,b", "ports": "1"}, key: "ports", want: "do not match"},
		{scaler: "redis", changes: map[string]string{"hosts": "a,b", "ports": "1,2"}},
		{scaler: "redis", changes: map[string]string{"address": "r:6379", "enableTLS": "yes"}, key: "enableTLS", want: `"true" or "false"`},
		{scaler: "redis-streams", changes: map[string]string{"streamLength": "0"}, key: "streamLength", want: "above 0"},
		{scaler: "redis-streams", changes: map[string]string{"consumerGroup": "g", "streamLength": "0"}},
		{scaler: "redis-streams", changes: map[string]string{"consumerGroup": "g", "pendingEntriesCount": "0"}, key: "pendingEntriesCount", want: "above 0"},

		{scaler: "elasticsearch", changes: elastic},
		{scaler: "elasticsearch", unauthenticated: true, changes: changed(elastic, map[string]string{"password": ""}), want: "needs password"},
		{scaler: "elasticsearch", changes: changed(elastic, map[string]string{"cloudID": "c", "apiKey": "k"}), key: "addresses", want: "only one of"},
		{scaler: "elasticsearch", changes: map[string]string{"cloudID": "c", "apiKey": "k", "username": "u"}, key: "username", want: "only one of"},
		{scaler: "elasticsearch", changes: changed(elastic, map[string]string{"apiKey": "k"}), key: "addresses", want: "only one of"},
		{scaler: "elasticsearch", unauthenticated: true, changes: map[string]string{"cloudID": "c"}, want: "needs apiKey"},
		{scaler: "elasticsearch", changes: changed(elastic, map[string]string{"searchTemplateName": "t"}), key: "query", want: "only one of"},
		{scaler: "elastic-forecast", changes: changed(elastic, map[string]string{"lookAhead": "0s"}), key: "lookAhead", want: "above 0"},
		{scaler: "opensearch", unauthenticated: true, changes: map[string]string{"addresses": "http://o", "enableTLS": "true"}, want: "needs clientCert"},
		{scaler: "opensearch", changes: map[string]string{"searchTemplateName": "t"}, key: "query", want: "only one of"},
	})
}

func TestMonitoringRules(t *testing.T) {
	t.Parallel()
	workspace := map[string]string{"serverAddress": "https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-1", "awsRegion": "us-west-2"}
	metrics := map[string]string{"queryType": "metrics", "quantization": "15s", "resultField": ""}
	proxy := map[string]string{"query": "", "useClusterAgentProxy": "true", "datadogMetricName": "m", "datadogMetricNamespace": "n"}
	runRuleTests(t, []ruleTest{
		{scaler: "prometheus", changes: workspace},
		{scaler: "prometheus", changes: changed(workspace, map[string]string{"serverAddress": workspace["serverAddress"] + "/"}), key: "serverAddress", want: "Remove the slash"},
		{scaler: "prometheus", changes: changed(workspace, map[string]string{"awsRegion": "us-east-1"}), key: "awsRegion", want: `Set awsRegion to "us-west-2"`},
		{scaler: "prometheus", unauthenticated: true, changes: changed(workspace, map[string]string{"awsRegion": ""}), want: "needs awsRegion"},
		{scaler: "prometheus", unauthenticated: true, changes: workspace, field: FieldAuthenticationRef, want: "would not sign"},
		{scaler: "prometheus", unauthenticated: true, changes: changed(workspace, map[string]string{"identityOwner": "operator"})},
		{scaler: "prometheus", unauthenticated: true, changes: map[string]string{"serverAddress": "http://prometheus:9090"}},
		{scaler: "prometheus", changes: map[string]string{"serverAddress": "http://prometheus:9090/"}},
		{scaler: "prometheus", changes: map[string]string{"serverAddress": "http://prometheus:port"}, key: "serverAddress", want: "must be a URL"},
		{scaler: "prometheus", changes: map[string]string{"identityOwner": "me"}, key: "identityOwner", want: "pod, operator"},
		{scaler: "datadog", changes: proxy},
		{scaler: "datadog", changes: changed(proxy, map[string]string{"datadogMetricName": ""}), want: "needs datadogMetricName"},
		{scaler: "datadog", changes: map[string]string{"query": ""}, want: "needs query"},
		{scaler: "datadog", changes: map[string]string{"query": "avg:requests"}, key: "query", want: "scope in braces"},
		{scaler: "datadog", changes: map[string]string{"age": "-1"}, key: "age", want: "at least 0"},
		{scaler: "datadog", changes: map[string]string{"type": "Global"}},
		{scaler: "datadog", changes: map[string]string{"type": "median"}, key: "type", want: "global, average"},
		{scaler: "datadog", changes: map[string]string{"authModes": "basic"}, key: "authModes", want: "supports bearer"},
		{scaler: "dynatrace", changes: map[string]string{"query": "q"}, key: "query", want: "only one of"},
		{scaler: "dynatrace", changes: map[string]string{"metricSelector": "", "query": "q", "from": "now-1h"}, key: "from", want: "time range into the query"},
		{scaler: "metrics-api", changes: map[string]string{"url": "metrics"}, key: "url", want: "URL with a scheme"},
		{scaler: "predictkube", changes: map[string]string{"prometheusAddress": "p"}, key: "prometheusAddress", want: "URL with a scheme"},
		{scaler: "solarwinds", changes: map[string]string{"host": "h"}, key: "host", want: "URL with a scheme"},
		{scaler: "splunk", changes: map[string]string{"host": "h"}, key: "host", want: "URL with a scheme"},
		{scaler: "sumologic", changes: map[string]string{"resultField": ""}, want: "needs resultField"},
		{scaler: "sumologic", changes: map[string]string{"query.A": "q"}, key: "query.A", want: "Only the queryType metrics"},
		{scaler: "sumologic", changes: changed(metrics, map[string]string{"query": "q"})},
		{scaler: "sumologic", changes: changed(map[string]string{"query": "q", "query.A": "a"}, metrics), key: "query", want: "together with query.A"},
		{scaler: "sumologic", changes: map[string]string{"queryType": "metrics", "query": "", "quantization": "15s"}, want: "needs query"},
		{scaler: "sumologic", changes: map[string]string{"queryType": "metrics", "query": "", "query.A": "a", "quantization": "15s"}, want: "needs resultQueryRowID"},
		{scaler: "sumologic", changes: map[string]string{"queryType": "metrics", "query": "", "query.A": "a", "resultQueryRowID": "B", "quantization": "15s"}, key: "resultQueryRowID", want: "no key query.B"},
		{scaler: "sumologic", changes: map[string]string{"queryType": "metrics", "query": "q"}, want: "needs quantization"},
	})
}

func TestClusterRules(t *testing.T) {
	t.Parallel()
	runRuleTests(t, []ruleTest{
		{scaler: "cron", changes: map[string]string{"start": "0 8 * *"}, key: "start", want: "five fields"},
		{scaler: "cron", changes: map[string]string{"end": "0 0 8 * * *"}, key: "end", want: "five fields"},
		{scaler: "cron", changes: map[string]string{"start": "60 8 * * *"}, key: "start", want: "five fields"},
		{scaler: "cron", changes: map[string]string{"end": "0 8 * * *"}, key: "end", want: "are the same"},
		{scaler: "cron", changes: map[string]string{"timezone": "Berlin"}, key: "timezone", want: "Europe/Berlin"},
		{scaler: "cron", changes: map[string]string{"desiredReplicas": "0"}, key: "desiredReplicas", want: "above 0"},
		{scaler: "cron", changes: map[string]string{"desiredReplicas": "-1"}, key: "desiredReplicas", want: "above 0"},
		{scaler: "memory", changes: map[string]string{"value": "1Gi"}, key: "value", want: "percentage"},
		{scaler: "github-runner", unauthenticated: true, changes: map[string]string{"applicationID": "1"}, want: "needs installationID"},
		{scaler: "github-runner", unauthenticated: true, changes: map[string]string{"installationID": "1"}, want: "needs applicationID"},
		{scaler: "github-runner", changes: map[string]string{"authModes": "basic"}, key: "authModes", want: "supports bearer"},
		{scaler: "graphite", changes: map[string]string{"authModes": "bearer"}, key: "authModes", want: "supports basic"},
		{scaler: "kubernetes-resource", changes: map[string]string{"valueLocation": "a.b"}, key: "valueLocation", want: "format is number"},
		{scaler: "kubernetes-resource", changes: map[string]string{"format": "json"}, want: "needs valueLocation"},
		{scaler: "kubernetes-resource", changes: map[string]string{"format": "yaml", "valueLocation": "a.b"}},
		{scaler: "kubernetes-workload", changes: map[string]string{"podSelector": "app in web"}, key: "podSelector", want: "label selector"},
	})
}
