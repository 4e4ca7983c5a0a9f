// The Terraform provider keda.
package main

import (
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/eventscale/terraform-provider-keda/internal/provider"
	"github.com/eventscale/terraform-provider-keda/internal/provider/loglevel"
)

// version is set by the linker for a release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve: print how to attach Terraform, and keep running")
	flag.Parse()

	// A debugged provider is not Terraform's child, and its logs are its own.
	if !*debug {
		if err := loglevel.Follow(); err != nil {
			log.Fatal(err)
		}
	}

	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	}

	if err := tf6server.Serve("registry.terraform.io/eventscale/keda", provider.NewServer(version), options...); err != nil {
		log.Fatal(err)
	}
}
