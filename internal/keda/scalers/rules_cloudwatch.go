package scalers

import (
	"strings"
)

// metricUnits are CloudWatch's StandardUnit values.
var metricUnits = []string{
	"Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes",
	"Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count",
	"Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second",
	"Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None",
}

// cloudwatchRules follow awsCloudwatchMetadata.Validate (pkg/scalers/aws_cloudwatch_scaler.go:58).
var cloudwatchRules = []rule{
	only(without("expression"),
		required("when expression is not set", "namespace", "metricName", "dimensionName", "dimensionValue"),
		dimensions, oneOf("metricUnit", metricUnits...)),
	statisticPeriod,
}

func dimensions(c *check) {
	names, values := c.get("dimensionName"), c.get("dimensionValue")
	if names.presence != known || values.presence != known {
		return
	}
	if count, want := strings.Count(values.value, ";")+1, strings.Count(names.value, ";")+1; count != want {
		c.inKey("dimensionValue", "dimensionName and dimensionValue do not match",
			"Both are lists separated by semicolons: dimensionName has %d and dimensionValue has %d. Give each dimension one value.", want, count)
	}
}

func statisticPeriod(c *check) {
	number, ok := c.number("metricStatPeriod")
	if !ok {
		return
	}
	period := int64(number)
	if period < 1 || period < 60 && period != 1 && period != 5 && period != 10 && period != 30 || period >= 60 && period%60 != 0 {
		c.inKey("metricStatPeriod", "Invalid metricStatPeriod for scaler aws-cloudwatch",
			"The value %d must be 1, 5, 10, 30 or a multiple of 60, in seconds.", period)
		return
	}
	collection, ok := c.number("metricCollectionTime")
	if ok && (collection < 0 || int64(collection)%period != 0) {
		c.inKey("metricCollectionTime", "metricCollectionTime and metricStatPeriod do not match",
			"metricCollectionTime is %v and must be a multiple of metricStatPeriod, which is %d, both in seconds.", collection, period)
	}
}
