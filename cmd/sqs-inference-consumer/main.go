// Command sqs-inference-consumer takes prompts from an SQS queue and has a
// server with the OpenAI API answer them. --help lists what can be set.
package main

import (
	"os"

	"github.com/eventscale/terraform-provider-keda/internal/consumer"
)

func main() { os.Exit(consumer.Main()) }
