package scalers

// notAtPlan counts, per scaler, the cases that KEDA rejects and Check cannot,
// beyond those whose metadata KEDA accepts in another case.
var notAtPlan = map[string]struct {
	cases int
	why   string
}{
	"artemis-queue":        {3, "the TriggerAuthentication lacks username or password, which it may provide"},
	"aws-cloudwatch":       {1, "the TriggerAuthentication lacks awsRegion, which it may provide"},
	"aws-dynamodb-streams": {1, "the TriggerAuthentication lacks awsRegion, which it may provide"},
	"aws-kinesis-stream":   {1, "the TriggerAuthentication lacks awsRegion, which it may provide"},
	"aws-sqs-queue":        {3, "the TriggerAuthentication lacks awsRegion, or the target's container lacks the variable"},
	"azure-app-insights":   {3, "the TriggerAuthentication lacks a parameter, or the target's container lacks the variable"},
	"azure-blob":           {2, "accountName is needed only for the identity azure-workload; glob patterns are not parsed, because that takes KEDA's own glob library"},
	"azure-data-explorer":  {2, "the TriggerAuthentication lacks a parameter that it may provide"},
	"azure-eventhub":       {7, "the TriggerAuthentication's kind of identity decides which parameters are needed"},
	"azure-log-analytics":  {5, "the TriggerAuthentication lacks a parameter that it may provide"},
	"azure-queue":          {1, "accountName is needed only for the identity azure-workload"},
	"elastic-forecast":     {5, "the TriggerAuthentication lacks or contradicts parameters that it may provide"},
	"elasticsearch":        {4, "the TriggerAuthentication lacks parameters that it may provide"},
	"github-runner":        {3, "the TriggerAuthentication lacks appKey, or the target's container has an empty variable"},
	"kafka":                {3, "the TriggerAuthentication contradicts itself about Kerberos"},
	"kubernetes-resource":  {4, "the ConfigMap or Secret does not exist or has another content"},
	"mssql":                {2, "the TriggerAuthentication's kind of identity contradicts the metadata"},
	"rabbitmq":             {2, "the TriggerAuthentication contradicts the protocol AMQP"},
	"solace-event-queue":   {2, "the TriggerAuthentication lacks username or password, which it may provide"},
}

// ignoredByKEDA lists, per scaler, the metadata keys in cases which KEDA
// accepts although it does not read the keys. Reporting such keys is what
// Check is for.
var ignoredByKEDA = map[string][]string{
	"activemq":           {"metricName"},
	"azure-eventhub":     {"eventHubResourceURL"},
	"clickhouse":         {"password"},
	"forgejo-runner":     {"name", "token"},
	"gcp-storage":        {"targetLength"},
	"influxdb":           {"metricName"},
	"postgresql":         {"connection", "metricName"},
	"prometheus":         {"metricName"},
	"pulsar":             {"ca", "cert", "key"},
	"solace-event-queue": {""},
	"solarwinds":         {"apiToken"},
	"temporal":           {"apiKey"},
}

// refusedByHPA lists, per scaler, the targets of 0 in cases that KEDA's parser
// accepts. The API server refuses the HPA unless, as KEDA's test for
// clickhouse arranges outside its table, the trigger feeds a formula.
var refusedByHPA = map[string][]string{
	"clickhouse":     {"targetQueryValue"},
	"redis":          {"listLength"},
	"redis-cluster":  {"listLength"},
	"redis-sentinel": {"listLength"},
}
