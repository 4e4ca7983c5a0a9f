package scalers

import (
	"maps"
	"strings"
	"testing"
)

// wanted is the one problem that a test expects.
type wanted struct {
	field   Field
	key     string
	summary string // a part of it
	detail  string // a part of it
}

func expect(t *testing.T, trigger Trigger, want *wanted) {
	t.Helper()
	problems := Check(trigger)
	if want == nil {
		if len(problems) > 0 {
			t.Errorf("Check(%+v) = %+v, want nothing", trigger, problems)
		}
		return
	}
	for _, problem := range problems {
		if problem.Path == (Path{Field: want.field, Key: want.key}) &&
			strings.Contains(problem.Summary, want.summary) && strings.Contains(problem.Detail, want.detail) {
			return
		}
	}
	t.Errorf("Check(%+v) = %+v, want %+v", trigger, problems, *want)
}

func TestCheckTrigger(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		trigger Trigger
		want    *wanted
	}{
		"good":                         {sqs(nil), nil},
		"scaler misspelt":              {Trigger{Type: "aws-sqs-que"}, &wanted{FieldType, "", "Unknown scaler", `"aws-sqs-queue"`}},
		"scaler like no other":         {Trigger{Type: "mainframe"}, &wanted{FieldType, "", "Unknown scaler", "keda.sh/docs"}},
		"scaler blank":                 {Trigger{}, &wanted{FieldType, "", "Unknown scaler", ""}},
		"scaler of KEDA's tests":       {Trigger{Type: "external-mock"}, &wanted{FieldType, "", "Unknown scaler", ""}},
		"key in wrong case":            {sqs(map[string]string{"queueUrl": "x"}), &wanted{FieldMetadata, "queueUrl", "Unknown metadata key", `"queueURL"`}},
		"key with swapped letters":     {sqs(map[string]string{"queueLenght": "5"}), &wanted{FieldMetadata, "queueLenght", "Unknown", `"queueLength"`}},
		"key like no other":            {sqs(map[string]string{"colour": "red"}), &wanted{FieldMetadata, "colour", "Unknown", "awsRegion, awsSecretAccessKeyFromEnv"}},
		"unknown key, unknown value":   {Trigger{Type: "cron", Unknown: map[string]bool{"startt": true}}, &wanted{FieldMetadata, "startt", "Unknown", `"start"`}},
		"environment variable":         {sqs(map[string]string{"queueURL": "", "queueURLFromEnv": "QUEUE_URL"}), nil},
		"no environment variable":      {sqs(map[string]string{"queueLengthFromEnv": "LENGTH"}), &wanted{FieldMetadata, "queueLengthFromEnv", "does not read", "from the metadata key queueLength."}},
		"authentication only":          {sqs(map[string]string{"awsRoleArn": "arn"}), &wanted{FieldMetadata, "awsRoleArn", "does not read", "TriggerAuthentication"}},
		"missing key":                  {sqs(map[string]string{"queueURL": ""}), &wanted{FieldMetadata, "", "needs queueURL", "queueURLFromEnv"}},
		"blank key":                    {sqs(map[string]string{"queueURL": " "}), &wanted{FieldMetadata, "", "needs queueURL", "blank"}},
		"missing authentication":       {Trigger{Type: "cassandra"}, &wanted{FieldAuthenticationRef, "", "needs password", "authenticationRef"}},
		"missing, maybe authenticated": {sqs(map[string]string{"awsRegion": ""}), nil},
		"any key":                      {Trigger{Type: "external", Metadata: map[string]string{"scalerAddress": "a:1", "mine": "1"}}, nil},
		"any key, not any format":      {Trigger{Type: "external-push", Metadata: map[string]string{"scalerAddress": "a:1", "enableTLS": "yes"}}, &wanted{FieldMetadata, "enableTLS", "Invalid", `"yes"`}},
		"prefix":                       {sumologic(map[string]string{"query": "", "query.A": "a", "resultQueryRowID": "A"}), nil},
		"removed key":                  {Trigger{Type: "cpu", MetricType: "Utilization", Metadata: map[string]string{"value": "60", "type": "Utilization"}}, &wanted{FieldMetadata, "type", "no longer accepts", "metricType"}},
		"removed key by variable":      {Trigger{Type: "temporal", Metadata: map[string]string{"endpoint": "a", "taskQueue": "b", "buildIdFromEnv": "ID"}}, &wanted{FieldMetadata, "buildIdFromEnv", "no longer accepts", ""}},
		"removed key, blank":           {Trigger{Type: "cpu", MetricType: "Utilization", Metadata: map[string]string{"value": "60", "type": ""}}, nil},
		"enum":                         {kafka(map[string]string{"offsetResetPolicy": "Latest"}), &wanted{FieldMetadata, "offsetResetPolicy", "Invalid", "case matters. Did you mean latest?"}},
		"list enum":                    {prometheus(map[string]string{"authModes": "bearer, tsl"}), &wanted{FieldMetadata, "authModes", "Invalid", "Did you mean tls?"}},
		"alias":                        {prometheus(map[string]string{"authMode": "beer"}), &wanted{FieldMetadata, "authMode", "Invalid", "must be one of"}},
		"exclusive set":                {prometheus(map[string]string{"authModes": "bearer,basic"}), &wanted{FieldMetadata, "authModes", "Contradiction", "only one of"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, test.trigger, test.want)
		})
	}
}

func TestCheckMetricType(t *testing.T) {
	t.Parallel()
	cpu := func(metricType, value string) Trigger {
		return Trigger{Type: "cpu", MetricType: metricType, Metadata: map[string]string{"value": value}}
	}
	withMetricType := sqs(nil)
	withMetricType.MetricType = "Utilization"
	cached := cpu("Utilization", "60")
	cached.UseCachedMetrics = true
	unknown := cpu("", "x")
	unknown.MetricTypeUnknown = true
	tests := map[string]struct {
		trigger Trigger
		want    *wanted
	}{
		"utilization":               {cpu("Utilization", "60"), nil},
		"average value":             {cpu("AverageValue", "500m"), nil},
		"not set":                   {cpu("", "60"), &wanted{FieldMetricType, "", "Invalid metricType", "no default"}},
		"wrong case":                {cpu("utilization", "60"), &wanted{FieldMetricType, "", "Invalid metricType", `"utilization"`}},
		"value":                     {cpu("Value", "60"), &wanted{FieldMetricType, "", "Invalid metricType", "Utilization or AverageValue"}},
		"not known yet":             {unknown, nil},
		"utilization, no number":    {cpu("Utilization", "60%"), &wanted{FieldMetadata, "value", "Invalid value", "percentage"}},
		"utilization 0":             {cpu("Utilization", "0"), &wanted{FieldMetadata, "value", "Invalid value", "above 0"}},
		"average value, bad":        {cpu("AverageValue", "half"), &wanted{FieldMetadata, "value", "Invalid value", "quantity"}},
		"average value, negative":   {cpu("AverageValue", "-1"), &wanted{FieldMetadata, "value", "Invalid value", "quantity"}},
		"utilization of a queue":    {withMetricType, &wanted{FieldMetricType, "", "Invalid metricType", "AverageValue or Value"}},
		"cached metrics of the cpu": {cached, &wanted{FieldUseCachedMetrics, "", "cached", "cron"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, test.trigger, test.want)
		})
	}
}

// Rules wait for values that are not known yet.
func TestCheckUnknown(t *testing.T) {
	t.Parallel()
	for name, trigger := range map[string]Trigger{
		"queue URL":         {Type: "aws-sqs-queue", Authentication: true, Metadata: map[string]string{"awsRegion": "eu-west-1"}, Unknown: map[string]bool{"queueURL": true}},
		"Region":            {Type: "aws-sqs-queue", Authentication: true, Metadata: map[string]string{"queueURL": "https://sqs.eu-west-1.amazonaws.com/1/q"}, Unknown: map[string]bool{"awsRegion": true}},
		"identity":          {Type: "aws-sqs-queue", Metadata: map[string]string{"awsRegion": "eu-west-1", "queueURL": "q"}, Unknown: map[string]bool{"identityOwner": true}},
		"variable":          {Type: "aws-sqs-queue", Authentication: true, Metadata: map[string]string{"awsRegion": "eu-west-1"}, Unknown: map[string]bool{"queueURLFromEnv": true}},
		"number":            {Type: "cron", Metadata: map[string]string{"start": "0 8 * * *", "end": "0 9 * * *", "timezone": "UTC"}, Unknown: map[string]bool{"desiredReplicas": true}},
		"either of two":     {Type: "mssql", Authentication: true, Metadata: map[string]string{"query": "SELECT 1", "targetValue": "1", "host": "h"}, Unknown: map[string]bool{"connectionStringFromEnv": true}},
		"optional target":   {Type: "influxdb", Authentication: true, Metadata: map[string]string{"serverURL": "h", "query": "q"}, Unknown: map[string]bool{"thresholdValue": true}},
		"default":           {Type: "kafka", Metadata: map[string]string{"bootstrapServers": "b", "consumerGroup": "g"}, Unknown: map[string]bool{"fullMetadata": true, "lagThreshold": true, "topic": true}},
		"whole metadata":    {Type: "aws-sqs-queue", MetadataUnknown: true},
		"mode of rabbit":    {Type: "rabbitmq", Metadata: map[string]string{"queueName": "q", "host": "http://h", "value": "5"}, Unknown: map[string]bool{"mode": true}},
		"protocol's host":   {Type: "rabbitmq", Metadata: map[string]string{"queueName": "q", "mode": "MessageRate", "value": "5"}, Unknown: map[string]bool{"host": true}},
		"metrics of sumo":   {Type: "sumologic", Authentication: true, Metadata: map[string]string{"host": "h", "queryType": "metrics", "timerange": "5m", "threshold": "1", "quantization": "15s"}, Unknown: map[string]bool{"query": true}},
		"CloudWatch period": {Type: "aws-cloudwatch", Authentication: true, Metadata: map[string]string{"awsRegion": "r", "expression": "e", "targetMetricValue": "1", "minMetricValue": "0", "metricCollectionTime": "7"}, Unknown: map[string]bool{"metricStatPeriod": true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, trigger, nil)
		})
	}
}

func TestCheckTarget(t *testing.T) {
	t.Parallel()
	source := sqs(map[string]string{"queueLength": "0"})
	source.MetricSource = true
	solace := func(targets map[string]string) Trigger {
		metadata := map[string]string{"solaceSempBaseURL": "http://b:8080", "messageVpn": "v", "queueName": "q"}
		maps.Copy(metadata, targets)
		return Trigger{Type: "solace-event-queue", Metadata: metadata, Authentication: true}
	}
	tests := map[string]struct {
		trigger Trigger
		want    *wanted
	}{
		"zero":                  {sqs(map[string]string{"queueLength": "0"}), &wanted{FieldMetadata, "queueLength", "must be above 0", "HPA"}},
		"negative":              {sqs(map[string]string{"queueLength": "-1"}), &wanted{FieldMetadata, "queueLength", "must be above 0", "-1"}},
		"zero for a formula":    {source, nil},
		"too small a fraction":  {prometheus(map[string]string{"threshold": "0.0004"}), &wanted{FieldMetadata, "threshold", "must be above 0", "0.001"}},
		"fraction":              {prometheus(map[string]string{"threshold": "0.5"}), nil},
		"none":                  {Trigger{Type: "influxdb", Authentication: true, Metadata: map[string]string{"serverURL": "h", "query": "q"}}, &wanted{FieldMetadata, "", "needs a target", "thresholdValue"}},
		"none of several":       {solace(nil), &wanted{FieldMetadata, "", "needs a target", "messageCountTarget or messageSpoolUsageTarget"}},
		"all of several zero":   {solace(map[string]string{"messageCountTarget": "0"}), &wanted{FieldMetadata, "", "needs a target", ""}},
		"one of several":        {solace(map[string]string{"messageCountTarget": "0", "messageReceiveRateTarget": "5"}), nil},
		"default that is unset": {Trigger{Type: "datadog", Authentication: true, Metadata: map[string]string{"query": "avg:x{*}"}}, &wanted{FieldMetadata, "", "needs a target", "queryValue"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, test.trigger, test.want)
		})
	}
}

func TestCheckDeprecated(t *testing.T) {
	t.Parallel()
	problems := Check(Trigger{Type: "liiklus", Metadata: map[string]string{"address": "a:1", "topic": "t", "group": "g"}})
	if len(problems) != 1 || problems[0].Severity != Warning || problems[0].Path.Key != "address" || !strings.Contains(problems[0].Detail, "v2.24") {
		t.Errorf("Check = %+v, want one warning at address with KEDA's message", problems)
	}
}

// A key that changes nothing is no mistake, but worth a word.
func TestCheckWithoutEffect(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ scaler, key string }{{"prometheus", "metricName"}, {"aws-sqs-queue", "metricName"}, {"forgejo-runner", "name"}, {"azure-eventhub", "eventHubResourceURL"}} {
		scaler, _ := Lookup(test.scaler)
		trigger := minimal(scaler)
		trigger.Metadata[test.key] = "text"
		problems := Check(trigger)
		if len(problems) != 1 || problems[0].Severity != Warning || problems[0].Path.Key != test.key || !strings.Contains(problems[0].Summary, "no effect") {
			t.Errorf("%s: Check = %+v, want one warning at %s", test.scaler, problems, test.key)
		}
	}
	// It is a key of this scaler.
	scaler, _ := Lookup("aws-cloudwatch")
	trigger := minimal(scaler)
	trigger.Metadata["metricName"] = "text"
	expect(t, trigger, nil)
	// It has an effect elsewhere, so that whoever writes it expects one.
	expect(t, sqs(map[string]string{"name": "text"}), &wanted{FieldMetadata, "name", "Unknown metadata key", ""})
}

// Messages must not repeat text that can hold a secret.
func TestCheckSecrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for name, trigger := range map[string]Trigger{
		"headers":          prometheus(map[string]string{"customHeaders": "Authorization=Bearer=" + secret}),
		"host":             {Type: "rabbitmq", Metadata: map[string]string{"queueName": "q", "host": "ftp://user:" + secret + "@host"}},
		"query parameters": prometheus(map[string]string{"queryParameters": secret}),
		"unknown key":      sqs(map[string]string{"awsSecretKey": secret}),
		"ignored key":      {Type: "solarwinds", Metadata: map[string]string{"apiToken": secret, "host": secret}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := Check(trigger)
			if len(problems) == 0 {
				t.Fatal("Check found nothing")
			}
			for _, problem := range problems {
				if strings.Contains(problem.Summary+problem.Detail, secret) {
					t.Errorf("the secret is in %+v", problem)
				}
			}
		})
	}
}
