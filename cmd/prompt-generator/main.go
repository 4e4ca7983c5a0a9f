// Command prompt-generator sends prompts to an SQS queue. --help lists what can
// be set.
package main

import (
	"os"

	"github.com/eventscale/terraform-provider-keda/internal/generator"
)

func main() { os.Exit(generator.Main()) }
