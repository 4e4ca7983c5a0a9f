package scalers

import (
	"slices"
	"strings"
	"testing"
)

// ruleTest changes the minimal trigger of a scaler.
type ruleTest struct {
	scaler  string
	changes map[string]string // an empty value removes a key
	// unauthenticated takes the authenticationRef away.
	unauthenticated bool
	field           Field  // metadata if empty
	key             string // the key of the wanted problem
	want            string // a part of its summary or detail; empty for no problem
}

func runRuleTests(t *testing.T, tests []ruleTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.scaler+"/"+test.want, func(t *testing.T) {
			t.Parallel()
			scaler, ok := Lookup(test.scaler)
			if !ok {
				t.Fatalf("no scaler %s", test.scaler)
			}
			trigger := minimal(scaler)
			trigger.Metadata = changed(trigger.Metadata, test.changes)
			trigger.Authentication = !test.unauthenticated
			problems := errorsOf(Check(trigger))
			if test.want == "" {
				if len(problems) > 0 {
					t.Errorf("Check(%v) = %+v, want nothing", trigger.Metadata, problems)
				}
				return
			}
			path := Path{Field: test.field, Key: test.key}
			if path.Field == "" {
				path.Field = FieldMetadata
			}
			if !slices.ContainsFunc(problems, func(p Problem) bool {
				return p.Path == path && strings.Contains(p.Summary+" "+p.Detail, test.want)
			}) {
				t.Errorf("Check(%v) = %+v, want %q at %+v", trigger.Metadata, problems, test.want, path)
			}
		})
	}
}

// The rules about an identity apply to triggers without authenticationRef.
func TestIdentityRules(t *testing.T) {
	t.Parallel()
	variable := func(names ...string) map[string]string {
		changes := map[string]string{}
		for _, name := range names {
			changes[name+environmentSuffix] = "VARIABLE"
		}
		return changes
	}
	runRuleTests(t, []ruleTest{
		{scaler: "aws-sqs-queue", unauthenticated: true, field: FieldAuthenticationRef, want: "podIdentity.provider aws"},
		{scaler: "aws-kinesis-stream", unauthenticated: true, field: FieldAuthenticationRef, want: "identityOwner"},
		{scaler: "aws-dynamodb-streams", unauthenticated: true, changes: map[string]string{"identityOwner": "operator"}},
		{scaler: "aws-sqs-queue", changes: map[string]string{"identityOwner": "Operator"}, key: "identityOwner", want: "Did you mean operator?"},
		{scaler: "aws-cloudwatch", unauthenticated: true, changes: variable("awsAccessKeyID"), want: "needs awsSecretAccessKey"},
		{scaler: "aws-cloudwatch", unauthenticated: true, changes: variable("awsAccessKeyID", "awsSecretAccessKey")},
		{scaler: "gcp-pubsub", unauthenticated: true, field: FieldAuthenticationRef, want: "podIdentity.provider gcp"},
		{scaler: "gcp-storage", unauthenticated: true, changes: variable("credentials")},
		{scaler: "gcp-spanner", unauthenticated: true, changes: map[string]string{"credentialsFromEnvFile": "FILE"}},
		{scaler: "azure-blob", unauthenticated: true, want: "needs connection"},
		{scaler: "azure-queue", unauthenticated: true, want: "needs connection"},
		{scaler: "azure-servicebus", unauthenticated: true, want: "connectionFromEnv"},
		{scaler: "azure-servicebus", unauthenticated: true, changes: variable("connection")},
		{scaler: "azure-eventhub", unauthenticated: true, changes: variable("connection"), want: "needs storageConnection"},
		{scaler: "azure-data-explorer", unauthenticated: true, field: FieldAuthenticationRef, want: "needs clientSecret"},
		{scaler: "azure-log-analytics", unauthenticated: true, want: "needs tenantId"},
		{scaler: "azure-monitor", unauthenticated: true, want: "needs activeDirectoryClientId"},
		{scaler: "azure-app-insights", unauthenticated: true, want: "needs activeDirectoryClientPassword"},
		{scaler: "azure-pipelines", unauthenticated: true, want: "needs personalAccessToken"},
		{scaler: "azure-cosmosdb", unauthenticated: true, want: "needs endpoint or connection"},
		{scaler: "azure-cosmosdb", unauthenticated: true, changes: map[string]string{"endpoint": "https://e"}, want: "no key for the data account"},
		{scaler: "azure-cosmosdb", unauthenticated: true, changes: changed(variable("connection"), map[string]string{"leaseEndpoint": "https://e"}), want: "no key for the lease account"},
		{scaler: "azure-cosmosdb", unauthenticated: true, changes: variable("connection")},
		{scaler: "github-runner", unauthenticated: true, field: FieldAuthenticationRef, want: "personalAccessToken or bearerToken or appKey"},
		{scaler: "openstack-metric", unauthenticated: true, field: FieldAuthenticationRef, want: "needs authURL"},
		{scaler: "openstack-swift", unauthenticated: true, field: FieldAuthenticationRef, want: "userID or appCredentialID"},
		{scaler: "datadog", unauthenticated: true, field: FieldAuthenticationRef, want: "needs appKey"},
		{scaler: "metrics-api", unauthenticated: true, changes: map[string]string{"authMode": "basic"}, field: FieldAuthenticationRef, want: "because authModes contains basic"},
		{scaler: "metrics-api", unauthenticated: true, changes: map[string]string{"authMode": "apiKey"}, want: "needs apiKey"},
		{scaler: "metrics-api", unauthenticated: true, changes: map[string]string{"authMode": "apiKey", "apiKey": "k"}},
		{scaler: "metrics-api", changes: map[string]string{"authMode": "oauth"}, key: "authMode", want: "does not support the authentication mode oauth"},
		{scaler: "prometheus", changes: map[string]string{"authModes": "oauth,tls"}},
		{scaler: "kafka", unauthenticated: true, changes: map[string]string{"sasl": "plaintext", "topic": "t"}, field: FieldAuthenticationRef, want: "needs username"},
		{scaler: "kafka", unauthenticated: true, changes: map[string]string{"sasl": "oauthbearer", "topic": "t"}, field: FieldAuthenticationRef, want: "needs oauthTokenEndpointUri"},
		{scaler: "kafka", unauthenticated: true, changes: map[string]string{"sasl": "gssapi", "topic": "t"}, field: FieldAuthenticationRef, want: "password or keytab or ccacheName"},
		{scaler: "apache-kafka", unauthenticated: true, changes: map[string]string{"sasl": "plaintext"}, field: FieldAuthenticationRef, want: "needs password"},
		{scaler: "postgresql", unauthenticated: true, want: "needs sslmode"},
		{scaler: "postgresql", unauthenticated: true, changes: variable("connection")},
		{scaler: "couchdb", unauthenticated: true, want: "needs dbName"},
		{scaler: "mongodb", unauthenticated: true, changes: map[string]string{"host": "h", "username": "u", "password": "p", "dbName": "d"}, want: "needs port"},
		{scaler: "mongodb", unauthenticated: true, changes: map[string]string{"host": "h", "username": "u", "password": "p", "dbName": "d", "scheme": "mongodb+srv"}},
		{scaler: "mssql", unauthenticated: true, want: "needs connectionString or host"},
		{scaler: "clickhouse", unauthenticated: true, want: "needs host"},
		{scaler: "influxdb", unauthenticated: true, want: "needs organizationName"},
		{scaler: "redis", unauthenticated: true, want: "needs an address"},
		{scaler: "redis-sentinel", unauthenticated: true, changes: map[string]string{"host": "h"}, want: "needs an address"},
		{scaler: "redis-cluster", unauthenticated: true, changes: variable("address")},
		{scaler: "elasticsearch", unauthenticated: true, want: "needs cloudID or addresses"},
		{scaler: "opensearch", unauthenticated: true, changes: map[string]string{"addresses": "http://a"}, want: "needs password"},
		{scaler: "nats-jetstream", unauthenticated: true, changes: map[string]string{"account": ""}, want: "needs account or accountID"},
		{scaler: "azure-servicebus", changes: map[string]string{"queueName": ""}, want: "needs queueName or topicName"},
	})
}
