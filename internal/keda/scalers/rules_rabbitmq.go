package scalers

import (
	"errors"
	"net/url"
	"slices"
)

// rabbitModes are the trigger modes; those after the first need HTTP.
var rabbitModes = []string{"QueueLength", "MessageRate", "DeliverGetRate", "PublishedToDeliveredRatio", "ExpectedQueueConsumptionTime"}

// rabbitRules follow rabbitMQMetadata.Validate (pkg/scalers/rabbitmq_scaler.go:135).
var rabbitRules = []rule{
	oneOf("protocol", "amqp", "http", "auto"),
	only(is("protocol", "auto"), wellFormed("host", rabbitHost)),
	together("username", "password"), atLeast(1, "pageSize"),
	only(overAMQP,
		only(isTrue("useRegex"), unused("useRegex", "the protocol is AMQP; only HTTP supports it")),
		only(isTrue("excludeUnacknowledged"), unused("excludeUnacknowledged", "the protocol is AMQP; only HTTP supports it")),
		only(is("mode", rabbitModes[1:]...), unused("mode", "the protocol is AMQP, with which only the mode QueueLength works")),
		only(with("mode"), unused("timeout", "the protocol is AMQP, which has no custom timeout")),
	),
	rabbitMode,
}

func rabbitHost(value string) error {
	if slices.Contains([]string{"amqp", "amqps", "http", "https"}, rabbitScheme(value)) {
		return nil
	}
	return errors.New("it must be a URL with the scheme amqp, amqps, http or https, since protocol is auto")
}

func rabbitScheme(host string) string {
	parsed, err := url.Parse(host)
	if err != nil {
		return ""
	}
	return parsed.Scheme
}

// overAMQP holds when the protocol is known to be AMQP.
func overAMQP(c *check) bool {
	protocol, host := c.get("protocol"), c.get("host")
	if protocol.is("auto") && host.presence == known {
		scheme := rabbitScheme(host.value)
		return scheme == "amqp" || scheme == "amqps"
	}
	return protocol.is("amqp")
}

// rabbitMode follows validateTrigger (pkg/scalers/rabbitmq_scaler.go:236).
func rabbitMode(c *check) {
	queueLength, mode, value := c.get("queueLength"), c.get("mode"), c.get("value")
	modeSet, valueSet := mode.set() && !mode.is("Unknown"), value.set() && !value.is("0")
	if queueLength.set() && !queueLength.is("0") {
		if modeSet || valueSet {
			c.inKey("queueLength", "Scaler rabbitmq cannot use queueLength together with mode or value",
				"queueLength is the older form of mode QueueLength with a value. Remove it.")
		}
		return
	}
	if mode.presence == known && modeSet {
		oneOf("mode", rabbitModes...)(c)
	}
	if queueLength.presence == maybe || mode.presence == maybe || value.presence == maybe || modeSet == valueSet {
		return
	}
	c.inMetadata("Scaler rabbitmq needs mode and value together",
		"Set mode to one of %v and value to its target, or neither for a queue length of 20.", rabbitModes)
}
