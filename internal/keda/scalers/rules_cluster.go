package scalers

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	// Time zones must be known wherever terraform runs, also without a zone database.
	_ "time/tzdata"

	"github.com/robfig/cron/v3"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/labels"
)

var clusterRules = map[string][]rule{
	"cpu":    {resourceValue},
	"memory": {resourceValue},
	"cron": {
		wellFormed("start", cronSchedule), wellFormed("end", cronSchedule), wellFormed("timezone", timeZone),
		cronInterval, aboveZero("desiredReplicas"),
	},
	"github-runner": {
		atLeastOne("personalAccessToken", "bearerToken", "appKey"),
		only(with("applicationID"), required("beside applicationID", "installationID", "appKey")),
		only(with("installationID"), required("beside installationID", "applicationID", "appKey")),
	},
	"kubernetes-resource": {
		only(is("format", "number"), unused("valueLocation", "format is number; only json and yaml have a location")),
		only(is("format", "json", "yaml"), required("for this format", "valueLocation")),
	},
	"kubernetes-workload": {wellFormed("podSelector", labelSelector)},
	"openstack-metric":    {required("to sign in to OpenStack", "authURL"), atLeastOne("userID", "appCredentialSecret")},
	"openstack-swift":     {atLeastOne("userID", "appCredentialID")},
}

// resourceValue follows parseResourceMetadata (pkg/scalers/cpu_memory_scaler.go:51)
// and the HPA, which takes only values above 0.
func resourceValue(c *check) {
	current := c.get("value")
	if current.presence != known || c.trigger.MetricTypeUnknown {
		return
	}
	switch c.trigger.MetricType {
	case "Utilization":
		percent, err := strconv.ParseInt(current.value, 10, 32)
		if err != nil || percent < 1 {
			c.resourceProblem(current.value, `a whole percentage of the request above 0, such as "60"`)
		}
	case "AverageValue":
		quantity, err := resource.ParseQuantity(current.value)
		if err != nil || quantity.Sign() != 1 {
			c.resourceProblem(current.value, `a quantity above 0, such as "500m" of CPU or "1Gi" of memory`)
		}
	}
}

func (c *check) resourceProblem(value, want string) {
	c.inKey("value", "Invalid value for scaler "+c.scaler.Type, "The value %q must be %s, since metricType is %s.", value, want, c.trigger.MetricType)
}

var cronParser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

func cronSchedule(value string) error {
	if _, err := cronParser.Parse(value); err != nil {
		return fmt.Errorf("it must be a schedule of five fields, minute, hour, day of the month, month and day of the week, such as 0 8 * * 1-5 (%w)", err)
	}
	return nil
}

func timeZone(value string) error {
	_, err := time.LoadLocation(value)
	return explain(err, errors.New("it must be a time zone of the IANA database, such as Europe/Berlin or Etc/UTC"))
}

// cronInterval follows cronMetadata.Validate (pkg/scalers/cron_scaler.go:48).
func cronInterval(c *check) {
	start, end := c.get("start"), c.get("end")
	if start.presence == known && end.presence == known && start.value == end.value {
		c.inKey("end", "start and end of scaler cron are the same", "Both are %q, so the trigger would never be active.", start.value)
	}
}

func labelSelector(value string) error {
	if _, err := labels.Parse(value); err != nil {
		return fmt.Errorf("it must be a label selector, such as app=web,tier in (front,back) (%w)", err)
	}
	return nil
}
