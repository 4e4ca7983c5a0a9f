package kedachart

// QuickValues are values of the chart that save about 40 seconds of waiting
// where nothing has to be waited for: programs that start within a second need
// no long first delay of their probes, and the operator, which exits once to
// take up its certificates, is alone and need not outwait its own old lease.
// They change nothing that KEDA does.
func QuickValues() map[string]any {
	probes := map[string]any{
		"readinessProbe": map[string]any{"initialDelaySeconds": 1, "periodSeconds": 1},
	}
	return map[string]any{
		"operator": probes, "metricsServer": probes, "webhooks": probes,
		"env": []any{
			map[string]any{"name": "KEDA_OPERATOR_LEADER_ELECTION_LEASE_DURATION", "value": "3s"},
			map[string]any{"name": "KEDA_OPERATOR_LEADER_ELECTION_RENEW_DEADLINE", "value": "2s"},
			map[string]any{"name": "KEDA_OPERATOR_LEADER_ELECTION_RETRY_PERIOD", "value": "1s"},
		},
	}
}
