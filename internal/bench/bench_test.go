package bench_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/eventscale/terraform-provider-keda/internal/sandbox"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/kedachart"
	"github.com/eventscale/terraform-provider-keda/internal/sandbox/sandboxtest"
)

// floor is what Terraform itself needs for as many resources.
const floor = `
resource "terraform_data" "many" {
  count = %d
  input = "name-${count.index}"
}
`

// scaledObjects do not wait for KEDA, which is not there: what KEDA needs for a
// thousand objects is not the provider's. Everything is validated.
const scaledObjects = `
terraform {
  required_providers {
    keda = { source = "eventscale/keda" }
  }
}

provider "keda" {
  kubernetes = { config_path = %q }
}

resource "keda_scaled_object" "many" {
  count             = %d
  name              = "many-${count.index}"
  namespace         = "default"
  wait_for_ready    = false
  scale_target_ref  = { name = "many-${count.index}" }
  max_replica_count = 10
  polling_interval  = 5
  cooldown_period   = 10
  triggers = [{
    type = "aws-sqs-queue"
    metadata = {
      queueURL    = "https://sqs.us-west-2.amazonaws.com/123456789012/many-${count.index}"
      awsRegion   = "us-west-2"
      queueLength = "5"
    }
    authentication_ref = { name = "aws" }
  }]
}
`

// BenchmarkScaledObjects is run once for each size: `make bench`.
func BenchmarkScaledObjects(b *testing.B) {
	stack := sandboxtest.Start(b, sandbox.Options{Name: "bench"})
	createCRDs(b, stack)
	providerDir := buildProvider(b)
	for _, size := range []int{200, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			for range b.N {
				own := newTerraform(b, providerDir, fmt.Sprintf(floor, size)).live(b)
				ours := newTerraform(b, providerDir, fmt.Sprintf(scaledObjects, stack.Kubeconfig, size)).live(b)
				report(b, "plan", ours.plan, own.plan)
				report(b, "apply", ours.apply, own.apply)
				report(b, "again", ours.again, own.again)
				report(b, "destroy", ours.destroy, own.destroy)
				peak := max(ours.plan.provider.memory, ours.apply.provider.memory, ours.again.provider.memory, ours.destroy.provider.memory)
				b.ReportMetric(float64(peak)/(1<<20), "provider-MiB")
			}
		})
	}
}

// report gives the time, its ratio to Terraform's own in the same run, and the
// processor times, which other work on the machine changes least: of Terraform
// with its own resources, of Terraform with the provider's, and of the provider.
func report(b *testing.B, step string, ours, own cost) {
	b.Helper()
	b.ReportMetric(ours.elapsed.Seconds(), step+"-s")
	b.ReportMetric(ours.elapsed.Seconds()/own.elapsed.Seconds(), step+"-x")
	b.ReportMetric(own.terraform.Seconds(), step+"-floor-cpu-s")
	b.ReportMetric(ours.terraform.Seconds(), step+"-terraform-cpu-s")
	b.ReportMetric(ours.provider.cpu.Seconds(), step+"-provider-cpu-s")
}

// BenchmarkStart is the provider's start, up to the handshake with Terraform.
func BenchmarkStart(b *testing.B) {
	providerDir := buildProvider(b)
	start(b, providerDir) // the first one reads the program from disk
	const starts = 20
	for b.Loop() {
		var total time.Duration
		for range starts {
			total += start(b, providerDir)
		}
		b.ReportMetric(total.Seconds()*1000/starts, "start-ms")
	}
	size := newTerraform(b, providerDir, fmt.Sprintf(scaledObjects, "none", 1)).schemaSize(b)
	b.ReportMetric(float64(size)/(1<<10), "schema-KiB")
}

// createCRDs makes KEDA's kinds, without KEDA.
func createCRDs(b *testing.B, stack *sandboxtest.Stack) {
	b.Helper()
	crds, err := kedachart.CRDs(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	resource := schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(crds), 4096)
	for {
		var crd unstructured.Unstructured
		if err := decoder.Decode(&crd.Object); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			b.Fatal(err)
		}
		if _, err := stack.Dynamic.Resource(resource).Create(b.Context(), &crd, metav1.CreateOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	served := schema.GroupVersionResource{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledobjects"}
	err = wait.PollUntilContextTimeout(b.Context(), 100*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		_, err := stack.Dynamic.Resource(served).List(ctx, metav1.ListOptions{})
		return err == nil, nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
