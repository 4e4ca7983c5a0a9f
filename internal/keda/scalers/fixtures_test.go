package scalers

import "maps"

// changed returns a copy of good metadata with changes. An empty value removes the key.
func changed(good, changes map[string]string) map[string]string {
	metadata := maps.Clone(good)
	maps.Copy(metadata, changes)
	maps.DeleteFunc(metadata, func(_, value string) bool { return value == "" })
	return metadata
}

func sqs(changes map[string]string) Trigger {
	return Trigger{Type: "aws-sqs-queue", Authentication: true, Metadata: changed(map[string]string{
		"queueURL": "https://sqs.us-west-2.amazonaws.com/123456789012/orders", "awsRegion": "us-west-2",
	}, changes)}
}

func prometheus(changes map[string]string) Trigger {
	return Trigger{Type: "prometheus", Authentication: true, Metadata: changed(map[string]string{
		"serverAddress": "http://prometheus:9090", "query": "up", "threshold": "10",
	}, changes)}
}

func kafka(changes map[string]string) Trigger {
	return Trigger{Type: "kafka", Authentication: true, Metadata: changed(map[string]string{
		"bootstrapServers": "broker:9092", "consumerGroup": "group", "topic": "orders",
	}, changes)}
}

func sumologic(changes map[string]string) Trigger {
	return Trigger{Type: "sumologic", Authentication: true, Metadata: changed(map[string]string{
		"host": "https://api.sumologic.com", "queryType": "metrics", "query": "q", "timerange": "5m", "threshold": "1", "quantization": "15s",
	}, changes)}
}
