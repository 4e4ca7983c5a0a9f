package scalers

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

const noConnectionString = "when no connection string is set"

var databaseRules = map[string][]rule{
	"cassandra":  {cassandraPort},
	"clickhouse": {only(without("connectionString"), required(noConnectionString, "host"))},
	"couchdb":    {only(without("connectionString"), required(noConnectionString, "host", "port", "username", "password", "dbName"))},
	"etcd":       {together("username", "password"), aboveZero("watchProgressNotifyInterval")},
	"influxdb": {
		only(is("influxVersion", "2"), required("when influxVersion is 2", "organizationName")),
		only(is("influxVersion", "3"), required("when influxVersion is 3", "database", "metricKey"), wellFormed("queryType", influxQuery)),
	},
	"mongodb": {
		only(without("connectionString"), required(noConnectionString, "host", "username", "password"),
			only(notSRV, required(noConnectionString, "port"))),
	},
	"mssql":      {atLeastOne("connectionString", "host")},
	"postgresql": {only(without("connection"), required(noConnectionString, "host", "port", "userName", "dbName", "sslmode"))},

	"redis":                  redisRules,
	"redis-cluster":          redisRules,
	"redis-sentinel":         redisRules,
	"redis-streams":          slices.Concat(redisStreamRules, redisRules),
	"redis-cluster-streams":  slices.Concat(redisStreamRules, redisRules),
	"redis-sentinel-streams": slices.Concat(redisStreamRules, redisRules),
}

// cassandraPort follows cassandraMetadata.Validate (pkg/scalers/cassandra_scaler.go:50).
func cassandraPort(c *check) {
	address := c.get("clusterIPAddress")
	if address.presence != known || c.get("port").possible() && !c.get("port").is("0") {
		return
	}
	parts := strings.Split(address.value, ":")
	if len(parts) == 2 {
		if _, err := strconv.Atoi(parts[1]); err == nil {
			return
		}
	}
	c.inMetadata("Scaler cassandra needs a port", "Set port, or write clusterIPAddress as address:port.")
}

func influxQuery(value string) error {
	switch strings.ToLower(value) {
	case "influxql", "flightsql":
		return nil
	}
	return errors.New("it must be InfluxQL or FlightSQL")
}

// notSRV holds unless the scheme finds the port by itself.
func notSRV(c *check) bool {
	scheme := c.get("scheme")
	return scheme.presence == known && scheme.value != "mongodb+srv"
}

var redisRules = []rule{redisAddress, wellFormed("enableTLS", redisTLS)}

var redisStreamRules = []rule{
	only(without("consumerGroup"), aboveZero("streamLength")),
	only(with("consumerGroup"), only(without("lagCount"), aboveZero("pendingEntriesCount"))),
}

func redisTLS(value string) error {
	_, err := strconv.ParseBool(value)
	return explain(err, errBool)
}

// redisAddress follows validateRedisAddress (pkg/scalers/redis_scaler.go:279).
func redisAddress(c *check) {
	hosts, ports := c.get("hosts"), c.get("ports")
	if hosts.presence == known && ports.presence == known {
		if strings.Count(hosts.value, ",") != strings.Count(ports.value, ",") {
			c.inKey("ports", "hosts and ports do not match", "Both are lists separated by commas. Give each host one port.")
		}
		return
	}
	if !c.get("addresses").possible() && (!hosts.possible() || !ports.possible()) {
		c.inMetadata("Scaler "+c.scaler.Type+" needs an address",
			"Set address or addresses, or both host and port or hosts and ports; each may be given by an environment variable or the TriggerAuthentication.")
	}
}
